"""Each fault over the real listeners: what the database has of it when the worker has read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from assays.instruments.astm.options import STANDARD
from assays.instruments.dialects import Dialect
from assays.instruments.hl7.mllp import Link as MllpLink
from assays.instruments.simulation import measuring
from assays.instruments.simulation.faults import Fault
from assays.instruments.simulation.measuring import CHANNELS, Kind
from assays.instruments.simulation.messages import Device, Message
from assays.listeners import links
from assays.models import (
    Result,
    Specimen,
    TransmissionFrame,
    TransmissionItem,
    TransmissionMessage,
)
from assays.queries import ledger
from assays.senders import simulated
from assays.senders.delivering import Delivery
from labsys.lib.clock import database_now
from labsys.lib.quantities import parse_quantity
from labsys.work import periodic, worker
from labsys.work.registry import Execution
from tests.assays import laboratory
from tests.assays.listeners.listening import Listening, listening
from tests.processes import wait_until

DRIVERS = {Dialect.ASTM: "lis2a2", Dialect.HL7: "hl7-oru-oul"}
BOTH = tuple(DRIVERS)
KIND = Kind.NANITE
TESTS = len(CHANNELS[KIND])


@pytest.fixture
def listeners(fresh_database: str) -> Iterator[Listening]:
    """Listeners, with a nanite counter of each dialect behind them."""
    assays = laboratory.assays(
        **{one.code: {"unit": one.unit, "decimals": one.decimals} for one in CHANNELS[KIND]}
    )
    for dialect, driver in DRIVERS.items():
        laboratory.instrument(
            assays,
            code=f"nanite-{dialect.lower()}",
            protocol=dialect.value,
            driver=driver,
            settings={"sender": f"NANITE-{dialect}"},
            peer_networks=["127.0.0.0/8"],
        )
    laboratory.specimen(list(assays.values()))
    with listening() as made:
        yield made


def delivery(listeners: Listening, dialect: Dialect, **options: float) -> Delivery:
    port = listeners.ports[dialect]
    return simulated.delivery(dialect, host="127.0.0.1", port=port, pause=0.1, **options)


def message(dialect: Dialect, *, control: bool = False) -> Message:
    """A measurement of the one specimen, or of control material, ten minutes ago."""
    at = database_now().replace(microsecond=0) - timedelta(minutes=10)
    sample = (
        measuring.measure_control(KIND, 0, seed="1", observed_at=at)
        if control
        else measuring.measure(KIND, Specimen.objects.get().accession, seed="1", observed_at=at)
    )
    return Message(Device(f"NANITE-{dialect}"), "C-1", at, [sample])


def send(over: Delivery, dialect: Dialect, made: Message, *struck: Fault) -> bool:
    done = simulated.send_one(made, over, dialect=dialect, kind=KIND, struck=struck)
    over.line.close()
    return done.is_acknowledged


def read_all(count: int) -> tuple[Counter[str], Counter[str]]:
    """Wait for so many messages, let a worker read them; return their and their items' states."""
    stored = TransmissionMessage.objects
    wait_until(lambda: stored.count() >= count, seconds=60, what=f"{count} messages")
    periodic.load()
    worker.drain(Execution(worker="test", task_id="test"))
    assert ledger.take().is_balanced
    items = TransmissionItem.objects.values_list("status", flat=True)
    return Counter(stored.values_list("status", flat=True)), Counter(items)


def held() -> Counter[str]:
    return Counter(
        TransmissionItem.objects.filter(status="HELD").values_list("hold_code", flat=True)
    )


def values() -> dict[str, str]:
    return {
        one.analyte.code.upper(): f"{one.comparator}{one.value.normalize():f}"
        for one in Result.objects.select_related("analyte")
    }


@pytest.mark.parametrize("dialect", BOTH)
def test_what_is_measured_becomes_results(listeners: Listening, dialect: Dialect) -> None:
    made = message(dialect)

    assert send(delivery(listeners, dialect), dialect, made)

    messages, items = read_all(1)
    assert (messages, items) == ({"FILED": 1}, {"RECORDED": TESTS})
    meant = {
        one.code: parse_quantity(one.value, unit=one.unit) for one in made.samples[0].measurements
    }
    assert values() == {
        code: f"{quantity.comparator}{quantity.value.normalize():f}"
        for code, quantity in meant.items()
    }
    assert {one.observed_at for one in Result.objects.all()} == {made.samples[0].observed_at}


def test_a_damaged_frame_leaves_a_trace_and_costs_nothing(listeners: Listening) -> None:
    over = delivery(listeners, Dialect.ASTM)

    assert send(over, Dialect.ASTM, message(Dialect.ASTM), Fault.BAD_CHECKSUM)

    messages, items = read_all(1)
    assert (messages, items) == ({"FILED": 1}, {"RECORDED": TESTS})
    verdicts = Counter(TransmissionFrame.objects.values_list("verdict", flat=True))
    assert verdicts["BAD_CHECKSUM"] == 1
    assert over.tally.naks == 1


@pytest.mark.parametrize("dialect", BOTH)
def test_a_cut_message_is_kept_and_its_resend_filed(listeners: Listening, dialect: Dialect) -> None:
    assert send(delivery(listeners, dialect), dialect, message(dialect), Fault.CUT)

    messages, items = read_all(2)
    assert (messages, items) == ({"INCOMPLETE": 1, "FILED": 1}, {"RECORDED": TESTS})


@pytest.mark.parametrize("dialect", BOTH)
def test_a_duplicate_is_answered_alike_and_files_nothing(
    listeners: Listening, dialect: Dialect
) -> None:
    assert send(delivery(listeners, dialect), dialect, message(dialect), Fault.DUPLICATE)

    messages, items = read_all(2)
    assert messages == {"FILED": 1, "DUPLICATE": 1}
    assert items == {"RECORDED": TESTS, "DUPLICATE": TESTS}
    assert Result.objects.count() == TESTS


@pytest.mark.parametrize("dialect", BOTH)
def test_silence_ends_a_message_as_incomplete(
    listeners: Listening, dialect: Dialect, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient = {
        Dialect.ASTM: lambda: links.Records(STANDARD, silence=0.5),
        Dialect.HL7: lambda: links.Blocks(link=MllpLink(seconds=0.5)),
    }
    monkeypatch.setattr(links, "link", lambda dialect, *_, **__: impatient[dialect]())

    assert send(delivery(listeners, dialect, silence=1.2), dialect, message(dialect), Fault.SILENCE)

    messages, items = read_all(2)
    assert (messages, items) == ({"INCOMPLETE": 1, "FILED": 1}, {"RECORDED": TESTS})


@pytest.mark.parametrize("dialect", BOTH)
@pytest.mark.parametrize(
    ("fault", "hold", "count"),
    [
        (Fault.WRONG_SPECIMEN, "UNKNOWN_SPECIMEN", TESTS),
        (Fault.UNKNOWN_CODE, "UNMAPPED_CODE", 1),
        (Fault.UNIT_MISSING, "UNIT", 1),
    ],
)
def test_what_cannot_be_placed_is_acknowledged_and_held(
    listeners: Listening, dialect: Dialect, fault: Fault, hold: str, count: int
) -> None:
    assert send(delivery(listeners, dialect), dialect, message(dialect), fault)

    _messages, items = read_all(1)
    assert held() == {hold: count}
    measured = TESTS + (fault is Fault.UNKNOWN_CODE)
    assert items["RECORDED"] == measured - count


@pytest.mark.parametrize("dialect", BOTH)
def test_control_material_is_kept_as_quality_control(
    listeners: Listening, dialect: Dialect
) -> None:
    assert send(delivery(listeners, dialect), dialect, message(dialect, control=True))

    messages, items = read_all(1)
    assert (messages, items) == ({"FILED": 1}, {"QC": TESTS})
    assert not Result.objects.exists()


def test_control_material_with_a_patients_accession_is_no_patients(listeners: Listening) -> None:
    made = message(Dialect.HL7, control=True)
    accession = Specimen.objects.get().accession
    named = replace(made.samples[0], specimen=accession)

    assert send(delivery(listeners, Dialect.HL7), Dialect.HL7, replace(made, samples=(named,)))

    _messages, items = read_all(1)
    assert items == {"QC": TESTS}
    assert not Result.objects.exists()
