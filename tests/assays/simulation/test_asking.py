"""A simulated instrument asks what is to be measured, takes the answer, and is called where it waits."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from assays.instruments.astm.station import Station
from assays.instruments.dialects import Dialect
from assays.senders import asking
from assays.senders.asking import Asked
from assays.senders.lines import CalledLine, Line

AT = datetime(2026, 1, 5, tzinfo=UTC)
ORDER = b"H|\\^&|||labsys\rP|1\rO|1|A1||^^^GLU\\^^^NA|R||||||N||||||||||||||Q\rL|1|F\r"
HEAD = "MSH|^~\\&|labsys||SIM||20260105||{kind}|{number}|P|2.5.1\r"


class Host:
    """The laboratory's side of one ASTM line: it answers the first question with an order."""

    def __init__(self, listening: socket.socket, patience: float = 20.0) -> None:
        self._listening, self._until = listening, time.monotonic() + patience
        self.asked: list[bytes] = []
        self.outcomes: list[bool] = []

    def serve(self) -> None:
        line, _peer = self._listening.accept()
        line.settimeout(0.02)
        station = Station()
        with line, contextlib.suppress(OSError):
            while time.monotonic() < self._until and not self.outcomes:
                try:
                    data = line.recv(65_536)
                    if not data:
                        return
                    station.feed(data)
                except TimeoutError:
                    if event := station.expire(time.monotonic()):
                        line.sendall(station.settle(is_stored=True))
                while event := station.next(time.monotonic()):
                    self.asked += [one.text for one in event.messages]
                    line.sendall(station.settle(is_stored=True))
                    if event.messages and len(self.asked) == 1:
                        station.offer(ORDER)
                line.sendall(station.outgoing(time.monotonic()))
                if outcome := station.outcome():
                    self.outcomes.append(outcome.is_delivered)


@contextlib.contextmanager
def served(target: object) -> Iterator[None]:
    thread = threading.Thread(target=target, daemon=True)  # type: ignore[arg-type]
    thread.start()
    yield
    thread.join(timeout=30)


@pytest.mark.parametrize("contends", [False, True])
def test_an_astm_instrument_asks_and_is_told(contends: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        host = Host(listening)
        line = Line(listening.getsockname()[:2], patience=5)
        text = asking.query(Dialect.ASTM, "SIM", "A1", "Q1", AT)
        with served(host.serve):
            asked = asking.ask_astm(line, Asked("A1"), text, patience=10, contends=contends)
            line.close()

    assert asked.told == [ORDER]
    assert asked.codes == ["GLU", "NA"]
    assert host.asked == [text] * (1 + contends)
    assert host.outcomes == [True]


@pytest.mark.parametrize("found", ["OK", "NF"])
def test_an_hl7_instrument_asks_by_lab_27_and_takes_the_order(found: str) -> None:
    heard: list[bytes] = []

    def serve() -> None:
        line, _peer = listening.accept()
        with line:
            heard.append(line.recv(65_536))
            answer = (
                HEAD.format(kind="RSP^K11^RSP_K11", number="1") + f"MSA|AA|Q1\rQAK|Q1|{found}\r"
            )
            order = HEAD.format(kind="OML^O33^OML_O33", number="77")
            order += "SPM|1|A1\rORC|NW|77-1\rOBR|1|77-1||GLU^Glucose\r"
            line.sendall(b"\x0b" + answer.encode() + b"\x1c\r")
            if found == "OK":
                line.sendall(b"\x0b" + order.encode() + b"\x1c\r")
                heard.append(line.recv(65_536))

    with socket.create_server(("127.0.0.1", 0)) as listening:
        line = Line(listening.getsockname()[:2], patience=5)
        with served(serve):
            text = asking.query(Dialect.HL7, "SIM", "A1", "Q1", AT)
            asked = asking.ask_hl7(line, Asked("A1"), text, patience=10)
            line.close()

    assert asked.is_delivered
    assert heard[0] == b"\x0b" + text + b"\x1c\r"
    if found == "OK":
        assert asked.codes == ["GLU"]
        assert b"|ORL^O34^ORL_O42|" in heard[1]
        assert b"MSA|AA|77\r" in heard[1]
        assert b"ORC|OK|77-1\r" in heard[1]
    else:
        assert not asked.is_answered


def test_an_instrument_that_is_a_server_waits_to_be_called() -> None:
    line = CalledLine(("127.0.0.1", 0), patience=5)
    with socket.create_connection(line.address) as host:
        host.sendall(b"hello")

        assert line.receive() == b"hello"
    line.hang_up()
