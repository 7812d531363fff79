"""Recorded sessions to the end: off the wire, stored, read, filed, and every row accounted for."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from assays.actions import intake
from assays.instruments.readings import Reading, Sort
from assays.models import Assay, Instrument, Result, TransmissionItem, TransmissionMessage
from assays.queries.filing import reported_value
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now
from labsys.lib.quantities import Quantity
from tests.assays import laboratory
from tests.assays.evaluation.test_evaluation import work_off
from tests.assays.instruments.drivers import recorded
from tests.assays.instruments.drivers.recorded import Recording
from tests.assays.listeners import wires

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(recorded.CORPUS is None, reason=recorded.ABSENT),
]

# All of it was recorded before this moment, and its specimens are collected before any of it.
RECEIVED = datetime(2026, 12, 1, tzinfo=UTC)
COLLECTED = datetime(2017, 1, 1, tzinfo=UTC)

LOAD, PRESENCE, RATIO = "HIV1-VL", "HIV1-RNA", "SARS2-IGA"
MAPPED = {
    "HIV0.6ml": LOAD,
    "HIV-1_QUAL 2^HIV-1": PRESENCE,
    "HIV-1_VL 2 2": LOAD,
    "MTB-RIF_ULTRA 2^MTB": PRESENCE,
    "HIV-1": LOAD,
    "HIV_QUALXC1^HIV-1": PRESENCE,
    "SARSCOV2IGA": RATIO,
    "1006": LOAD,
    "0BHIV1": LOAD,
    "HIV": LOAD,
}
FAMILIES = (
    "astm/abbott_m2000/",
    "astm/cepheid_genexpert_en/",
    "astm/cepheid_genexpert_fr/",
    "astm/euroimmun_analyzer1/",
    "hl7/abbott_alinity_m/",
    "hl7/roche_cobas4800/",
    "hl7/roche_cobas5800/",
    "hl7/roche_cobas6800/",
)
BLOOD_GROUPS = ("astm/immucor_echo/result", "astm/biorad_ih1000/")


def named(recording: Recording) -> str:
    return recording.file


def assay(code: str) -> Assay:
    return Assay.objects.get(analyte__code=code)


def instrument(recording: Recording, **settings: Any) -> Instrument:
    """The analyser a recording is of, with its codes mapped to what ships."""
    name, own = recorded.FAMILIES[recording.family]
    return laboratory.instrument(
        {code: assay(of) for code, of in MAPPED.items()},
        protocol="ASTM" if recording.file.endswith(".astm") else "HL7",
        driver=name,
        settings={**own, "oldest_days": 3650, **settings},
        peer_networks=list(wires.LOOPBACK),
        time_zone="Africa/Kampala",
    )


def play(recording: Recording, sender: Instrument) -> list[TransmissionMessage]:
    """Store what the link layer puts together, and let a worker read it."""
    source = wires.source_of(sender)
    arrivals = [
        wires.whole(one.text, source, dialect=one.dialect, is_complete=one.is_complete)
        for one in recorded.messages(recording)
    ]
    before = TransmissionMessage.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    for arrival in arrivals:
        by = Principal.objects.system("interpret")
        intake.store(arrivals=[arrival], by=by, at=RECEIVED)
    work_off()
    return list(TransmissionMessage.objects.filter(pk__gt=before).order_by("pk"))


def registered(readings: list[Reading]) -> None:
    """Collect a specimen under each name that patients' values have, with all assays ordered."""
    ordered = [assay(code) for code in sorted(set(MAPPED.values()))]
    for name in sorted({one.specimen for one in readings}):
        made = laboratory.specimen(ordered, collected_ago=database_now() - COLLECTED)
        with laboratory.setting_up() as stamp:
            made.identifiers.create(system="urn:recorded", value=name, **stamp)


def values(recording: Recording) -> list[Reading]:
    return [r for r in recorded.measured(recorded.read(recording)) if r.sort is Sort.VALUE]


def in_unit(value: Any) -> Any:
    """A value as it is reported: tenths and thousands of copies multiplied out."""
    if isinstance(value, Quantity) and value.unit.startswith("10*"):
        power = int(value.unit.removeprefix("10*").split(".")[0])
        return Quantity(value.value.scaleb(power), "{copies}/mL", value.comparator)
    return value


@pytest.fixture
def powers() -> None:
    """Two more powers of ten approved than ship."""
    laboratory.convert(assay(LOAD), "10*0.{copies}/mL", "1")
    laboratory.convert(assay(LOAD), "10*4.{copies}/mL", "10000")


@pytest.mark.parametrize("recording", recorded.of(*FAMILIES), ids=named)
def test_a_recorded_session_becomes_the_results_it_holds(recording: Recording, powers) -> None:
    expected = values(recording)
    registered(expected)

    play(recording, instrument(recording))

    rows = Result.objects.order_by("pk").select_related("specimen")
    found = [
        (
            row.specimen.identifiers.get().value,
            reported_value(
                row.kind,
                row.comparator,
                row.value,
                row.unit,
                row.value_code,
                row.value_text,
                row.absent_reason,
            ),
        )
        for row in rows
    ]
    assert found == [(one.specimen, in_unit(one.value)) for one in expected]
    assert {row.recording.door for row in rows} <= {"INSTRUMENT"}


@pytest.mark.parametrize("recording", recorded.of(*FAMILIES), ids=named)
def test_its_controls_are_kept_as_controls_and_nothing_else_is_a_result(
    recording: Recording,
) -> None:
    readings = [one for found in recorded.read(recording) for one in found.readings]
    # A patient's specimen of the same name changes nothing.
    registered([one for one in readings if one.sort is Sort.CONTROL])

    play(recording, instrument(recording))

    sorts = {Sort.CONTROL: "QC", Sort.SUPPLEMENT: "NOT_A_RESULT", Sort.QUERY: "NOT_A_RESULT"}
    for sort, status in sorts.items():
        mine = TransmissionItem.objects.filter(content__sort=sort.value)
        assert mine.count() == sum(one.sort is sort for one in readings)
        assert set(mine.values_list("status", flat=True)) <= {status}
    assert not Result.objects.exists()


@pytest.mark.parametrize("recording", recorded.of(*BLOOD_GROUPS), ids=named)
def test_blood_groups_are_kept_and_held(recording: Recording) -> None:
    expected = values(recording)
    registered(expected)

    play(recording, instrument(recording))

    items = TransmissionItem.objects.filter(content__sort="VALUE")
    assert items.count() == len(expected) > 0
    assert set(items.values_list("status", flat=True)) == {"HELD"}
    assert set(items.values_list("hold_code", flat=True)) <= {"OUT_OF_SCOPE", "IDENTITY_CONFLICT"}
    assert all("outside this laboratory" in item.hold_reason for item in items)
    assert not Result.objects.exists()


def test_a_run_of_an_amplification_analyser_gives_what_its_source_says() -> None:
    (recording,) = recorded.of("astm/abbott_m2000/run_8_samples")
    registered(values(recording))

    play(recording, instrument(recording))

    said = recording.expected["by_specimen"]
    for row in Result.objects.all():
        sent = said[row.specimen.identifiers.get().value].get("final_result")
        if sent is None:
            assert (row.kind, row.absent_reason) == ("ABSENT", "error")
        elif sent == "Not detected":
            assert (row.kind, row.value_code) == ("CODED", "NOT_DETECTED")
        else:
            assert row.value == Decimal(sent.lstrip("< "))
            assert (row.comparator, row.unit) == ("<" if "<" in sent else "", "{copies}/mL")
    assert Result.objects.count() == 5
    assert TransmissionItem.objects.filter(status="QC").count() == 3


@pytest.mark.parametrize("recording", recorded.of("hl7/roche_cobas5800/"), ids=named)
def test_a_power_of_ten_is_multiplied_out_by_a_row_that_ships_or_held(
    recording: Recording,
) -> None:
    registered(values(recording))

    play(recording, instrument(recording))

    unit = recording.expected.get("unit", "")
    results = Result.objects.filter(kind="NUMERIC")
    if unit.startswith("10*-1."):
        assert f"{results.get().value} copies/mL" == recording.expected["means"]
    elif unit:
        assert not results.exists()
        assert TransmissionItem.objects.get(content__sort="VALUE").hold_code == "UNIT"


def test_a_session_sent_again_is_a_repetition_message_by_message() -> None:
    (recording,) = recorded.of("astm/abbott_m2000/run_8_samples")
    sender = instrument(recording)
    registered(values(recording))

    first, again = play(recording, sender), play(recording, sender)

    assert {one.status for one in first} == {"FILED"}
    assert [(one.status, one.duplicate_of) for one in again] == [
        ("DUPLICATE", one) for one in first
    ]
    assert Result.objects.count() == 5


@pytest.mark.parametrize("recording", recorded.recordings(), ids=named)
def test_whatever_a_recording_holds_the_ledger_balances(recording: Recording) -> None:
    play(recording, instrument(recording))

    assert not Result.objects.exists()
    assert not TransmissionMessage.objects.filter(status="RECEIVED").exists()
