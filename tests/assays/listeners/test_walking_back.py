"""From a released result back to every byte that its instrument sent, step by step on record."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

import pytest

from assays.models import (
    Instrument,
    Report,
    Result,
    SignedResult,
    TransmissionFrame,
    TransmissionSession,
)
from assays.queries import transmissions
from tests.assays import laboratory
from tests.assays.evaluation.test_evaluation import work_off
from tests.assays.listeners import wires
from tests.assays.listeners.listening import ACK, ENQ, EOT, NAK, Listening, frames, listening
from tests.assays.reports.making import Bench
from tests.processes import wait_until


@pytest.fixture
def bench(fresh_database: str) -> Bench:
    return Bench("HGB")


@pytest.fixture
def analyser(bench: Bench) -> Instrument:
    return laboratory.instrument(
        {"HB": bench.assays["HGB"]},
        protocol="ASTM",
        driver="lis2a2",
        peer_networks=list(wires.LOOPBACK),
    )


@pytest.fixture
def listeners(analyser: Instrument) -> Iterator[Listening]:
    with listening() as made:
        yield made


def text_of(bench: Bench) -> bytes:
    observed = laboratory.moment().astimezone(UTC)
    records = (
        f"H|\\^&|||Invented^1|||||||P|1|{observed:%Y%m%d%H%M%S}",
        "P|1",
        f"O|1|{bench.specimen.accession}||^^^HB",
        f"R|1|^^^HB|13.2|g/dL||N||F||||{observed:%Y%m%d%H%M%S}",
        "L|1|N",
    )
    return "".join(f"{record}\r" for record in records).encode()


def send(listeners: Listening, text: bytes) -> list[bytes]:
    """Send a message with a spoilt frame in between; returns everything that crossed the line."""
    first, second, third = frames(text[:40], text[40:90], text[90:])
    spoilt = second.replace(b"\r\n", b"")[:-2] + b"00\r\n"
    said = [ENQ, first, spoilt, second, third, EOT]
    with listeners.astm() as line:
        answers = [line.ask(one) for one in said[:-1]]
        line.send(EOT)
        wait_until(
            lambda: TransmissionSession.objects.filter(state="ENDED").count() == 1,
            seconds=60,
            what="the end of the session",
        )
    assert answers == [ACK, ACK, NAK, ACK, ACK]
    return said


def test_every_byte_behind_a_released_result_is_found_from_it(
    bench: Bench, analyser: Instrument, listeners: Listening
) -> None:
    text = text_of(bench)
    sent = send(listeners, text)
    work_off()
    bench.release(Result.objects.get())

    version = Report.objects.get().versions.latest("number")
    (result_id,) = version.result_ids
    result = Result.objects.get(pk=result_id)
    assert SignedResult.objects.filter(signature=result.signature, result=result).exists()

    item = result.transmission_item
    said = item.content["as_sent"]
    assert (said["value"], said["unit"], result.as_sent["value"]) == ("13.2", "g/dL", "13.2")
    assert (item.specimen_text, result.specimen) == (bench.specimen.accession, bench.specimen)

    message = item.message
    assert (message.instrument, bytes(message.content)) == (analyser, text)

    shown = [bytes(frame.content) for frame in transmissions.frames(message)]
    assert all(one in shown for one in sent[:-1])

    crossed = TransmissionFrame.objects.filter(session_id=message.session_id, direction="IN")
    kept = b"".join(bytes(frame.content) for frame in crossed.order_by("sequence"))
    assert kept == b"".join(sent)
