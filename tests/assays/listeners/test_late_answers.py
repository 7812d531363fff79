"""An answer that comes when its sender has given up is none: it would be taken for another."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from assays.actions import intake
from assays.instruments.dialects import Dialect
from assays.listeners import conversation, hub, limits
from assays.listeners.addresses import Directory
from assays.models import TransmissionFrame, TransmissionMessage
from labsys.lib import faults
from tests.assays.listeners import wires
from tests.assays.listeners.listening import (
    ACK,
    ENQ,
    EOT,
    Listening,
    astm_message,
    frames,
    hl7_message,
    listening,
    wrapped,
)
from tests.processes import wait_until

SECONDS = 0.5
Slow = Callable[[], AbstractContextManager[None]]


Impatient = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def listeners(fresh_database: str) -> Iterator[Listening]:
    wires.instrument("ASTM", code="counter")
    wires.instrument("HL7", code="reader")
    with listening() as made:
        yield made


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Impatient:
    """Within what this makes, senders give up soon; outside it a busy machine has its time."""

    @contextmanager
    def made() -> Iterator[None]:
        with monkeypatch.context() as patched:
            patched.setattr(conversation, "SECONDS_TO_ANSWER", dict.fromkeys(Dialect, SECONDS))
            yield

    return made


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch, impatient: Impatient) -> Slow:
    """Within what this makes, every commit takes long for senders who give up soon.

    The database is there all the time.
    """

    @contextmanager
    def made() -> Iterator[None]:
        with monkeypatch.context() as patched, impatient():
            patched.setattr(faults, "passing", _pause)
            yield

    return made


def _pause(point: str) -> None:
    if point == intake.BEFORE_COMMIT:
        time.sleep(3 * SECONDS)


def frames_kept(content: bytes) -> int:
    return TransmissionFrame.objects.filter(content=content).count()


def test_a_frame_that_was_stored_too_late_is_not_acknowledged(
    listeners: Listening, slow: Slow
) -> None:
    text = astm_message()
    first, second = frames(text[:60], text[60:])
    with listeners.astm() as line:
        assert line.ask(ENQ) == ACK
        with slow():
            line.send(first)
            # Its sender gives up and bids anew: an acknowledgement now would be taken for that of
            # the bid, and that of the bid for the next frame's.
            assert line.ask(EOT + ENQ) == b""

    wait_until(lambda: frames_kept(first) == 1, seconds=60, what="the frame that was stored")
    with listeners.astm() as again:
        again.send_message(text[:60], text[60:])
    wait_until(
        lambda: TransmissionMessage.objects.filter(status="RECEIVED").exists(),
        seconds=60,
        what="the message that was sent again",
    )
    assert frames_kept(second) == 1


def test_a_bid_that_was_stored_too_late_is_not_acknowledged(
    listeners: Listening, slow: Slow
) -> None:
    with listeners.astm() as line, slow():
        assert line.ask(ENQ) == b""


def test_a_caller_who_was_known_too_late_is_not_answered(
    listeners: Listening, impatient: Impatient, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh = Directory.refresh

    async def slowly(self: Directory) -> None:
        await refresh(self)
        await asyncio.sleep(3 * SECONDS)

    with monkeypatch.context() as patched, impatient():
        patched.setattr(Directory, "refresh", slowly)
        with listeners.astm() as line:
            assert line.ask(ENQ) == b""

    with listeners.astm() as again:
        assert again.ask(ENQ) == ACK


def test_what_lay_unread_too_long_is_not_answered(
    listeners: Listening, impatient: Impatient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "BEAT_SECONDS", 0.05)
    time.sleep(1.2)  # for the first of the faster beats
    text = astm_message()
    first, second = frames(text[:60], text[60:])
    with listeners.astm() as line:
        assert line.ask(ENQ) == ACK
        with impatient():
            listeners.stand_still(3 * SECONDS)
            line.send(first)
            time.sleep(2 * SECONDS)
            assert line.ask(EOT + ENQ) == b""  # two answers would be one too many

    time.sleep(0.5)
    with listeners.astm() as again:
        again.send_message(text[:60], text[60:])
    assert frames_kept(second) == 1


def test_a_caller_who_waited_too_long_to_be_let_in_is_not_answered(
    listeners: Listening, impatient: Impatient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "BEAT_SECONDS", 0.05)
    time.sleep(1.2)
    listeners.stand_still(3 * SECONDS)
    with listeners.astm() as line, impatient():
        line.send(ENQ)
        time.sleep(2 * SECONDS)
        assert line.ask(EOT + ENQ) == b""

    time.sleep(0.5)
    with listeners.astm() as again:
        assert again.ask(ENQ) == ACK


def test_a_block_that_was_stored_too_late_is_answered_when_it_comes_again(
    listeners: Listening, slow: Slow
) -> None:
    with listeners.mllp() as line, slow():
        line.send(wrapped(hl7_message("1")))
        assert line.block() == b""

    with listeners.mllp() as again:
        again.send(wrapped(hl7_message("1")))
        assert b"MSA|AA|1" in again.block()


def test_a_line_is_known_to_be_dead_within_a_minute_also_behind_an_answer() -> None:
    with socket.socket() as line:
        limits.keep_alive(line)

        idle = line.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE)
        between = line.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL)
        times = line.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT)
        assert line.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert idle + between * times == 60
        assert line.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 60_000
