"""The longest message that is taken costs the listener no more memory than is promised."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from assays.instruments.astm.assembly import MESSAGE_LIMIT
from assays.instruments.astm.sending import frame
from assays.instruments.hl7.mllp import BLOCK_LIMIT
from assays.models import TransmissionMessage
from tests import processes
from tests.assays.listeners import wires
from tests.assays.listeners.listening import ACK, ENQ, EOT, Line, astm_message, hl7_message, wrapped
from tests.assays.listeners.serving import ANY_PORT, Server, send_astm, send_hl7, serve

pytestmark = pytest.mark.processes
PROMISED = 64 * 2**20
OVERHEAD = 4_096


@pytest.fixture
def server(fresh_database: str, tmp_path: Path) -> Iterator[Server]:
    wires.instrument("ASTM", code="counter")
    wires.instrument("HL7", code="reader")
    with processes.services(fresh_database, tmp_path, **ANY_PORT) as services:
        made = serve(services)
        assert send_astm(made.astm, astm_message("small")) == 3
        assert send_hl7(made.mllp, "small")
        yield made


def most_memory(server: Server) -> int:
    """Return the most that the process ever had in memory, in bytes."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) * 1024


def test_a_block_of_sixteen_mebibytes_fits(server: Server) -> None:
    before = most_memory(server)
    with Line(server.mllp) as line:
        line.send(wrapped(hl7_message("large", padding=BLOCK_LIMIT - OVERHEAD)))
        reply = line.block()

    assert b"MSA|AA|large" in reply
    assert most_memory(server) - before < PROMISED
    kept = TransmissionMessage.objects.get(control_id="large")
    assert len(kept.content) > BLOCK_LIMIT - OVERHEAD


@pytest.mark.parametrize("record", [b"C|1|I|" + b"x" * 55_000 + b"\r", b"C\r" * 30_000])
def test_frames_of_sixteen_mebibytes_fit(server: Server, record: bytes) -> None:
    header, end = astm_message().split(b"\r", 1)[0] + b"\r", b"L|1|N\r"
    times = (MESSAGE_LIMIT - OVERHEAD) // len(record)
    before = most_memory(server)
    with Line(server.astm) as line:
        assert line.ask(ENQ) == ACK
        for number, text in enumerate((header, *[record] * times, end), start=1):
            assert line.ask(frame(number, text, is_last=text is end)) == ACK
        line.send(EOT)

    assert most_memory(server) - before < PROMISED
    longest = max(len(one.content) for one in TransmissionMessage.objects.all())
    assert longest == len(header) + times * len(record) + len(end)
