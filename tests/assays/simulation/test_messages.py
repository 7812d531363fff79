"""What simulated instruments write: the same from one seed, plausible, and faulty only as asked."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assays.instruments.dialects import Dialect
from assays.instruments.simulation import faults, measuring, writing
from assays.instruments.simulation.faults import Fault, FaultRefused, Plan
from assays.instruments.simulation.measuring import CHANNELS, CONTROLS, Kind
from assays.instruments.simulation.messages import Device, Message

AT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
ACCESSION = "2600000018"
# What no record may hold inside a frame (LIS1-A 6.4.2), besides the CR that ends records.
RESTRICTED = set(b"\x01\x02\x03\x04\x05\x06\x10\x15\x16\x17\n\x11\x12\x13\x14")
kinds = st.sampled_from(list(Kind))
seeds = st.integers(0, 10_000).map(str)


def messages(kind: Kind, *, seed: str = "1", specimens: int = 1, controls: int = 0):
    wanted = [(f"{ACCESSION}{n}", ()) for n in range(specimens)]
    device = Device("SIM")
    return list(
        writing.series(device, kind, wanted, seed=seed, began_at=AT, controls_every=controls)
    )


@given(kind=kinds, seed=seeds)
def test_a_seed_gives_the_same_message_again(kind: Kind, seed: str) -> None:
    assert messages(kind, seed=seed, controls=1) == messages(kind, seed=seed, controls=1)


@given(kind=kinds, seed=seeds)
def test_every_channel_is_reported_once_with_a_unit(kind: Kind, seed: str) -> None:
    [sample] = messages(kind, seed=seed)[0].samples

    assert [one.code for one in sample.measurements] == [one.code for one in CHANNELS[kind]]
    assert all(one.unit for one in sample.measurements)
    assert all(re.fullmatch(r"[<>]?[0-9]+(\.[0-9]+)?", one.value) for one in sample.measurements)


@given(seed=seeds)
def test_a_blood_count_agrees_with_itself(seed: str) -> None:
    [sample] = messages(Kind.CBC, seed=seed)[0].samples
    value = {one.code: Decimal(one.value) for one in sample.measurements}

    cells = sum(value[code] for code in ("NEUT", "LYMPH", "MONO", "EOS", "BASO"))
    assert abs(cells - value["WBC"]) <= Decimal("0.1")
    assert abs(value["RBC"] * value["MCV"] / 10 - value["HCT"]) <= Decimal(1)
    assert value["HGB"] * 2 < value["HCT"] < value["HGB"] * 4


def test_some_hormones_lie_below_what_the_analyser_can_tell() -> None:
    values = [
        one.value
        for message in messages(Kind.HORMONES, specimens=60)
        for one in message.samples[0].measurements
    ]

    assert "<0.1" in values
    assert any(not value.startswith("<") for value in values)


def test_codes_asked_for_are_the_only_ones_reported() -> None:
    sample = measuring.measure(
        Kind.HORMONES, ACCESSION, seed="1", observed_at=AT, codes=["FSH", "LH"]
    )

    assert [one.code for one in sample.measurements] == ["LH", "FSH"]


@pytest.mark.parametrize("kind", Kind)
def test_control_material_runs_among_the_specimens(kind: Kind) -> None:
    made = messages(kind, specimens=5, controls=2)

    controls = [sample.specimen for one in made for sample in one.samples if sample.is_control]
    assert len(controls) == 3
    assert set(controls) <= set(CONTROLS[kind])
    assert len({one.control_id for one in made}) == len(made)


@given(kind=kinds, seed=seeds)
def test_records_hold_no_character_that_a_frame_may_not(kind: Kind, seed: str) -> None:
    for message in messages(kind, seed=seed, controls=1):
        content = writing.write(message, dialect=Dialect.ASTM, kind=kind).content

        assert not RESTRICTED & set(content)
        assert content.startswith(b"H|\\^&|")
        assert content.endswith(b"L|1|N\r")


@given(kind=kinds, seed=seeds)
def test_segments_end_in_cr_and_name_time_and_control_id(kind: Kind, seed: str) -> None:
    for message in messages(kind, seed=seed, controls=1):
        content = writing.write(message, dialect=Dialect.HL7, kind=kind).content
        head = content.split(b"\r")[0].decode().split("|")

        assert (head[0], head[6][:8], head[9]) == ("MSH", "20260301", message.control_id)
        assert content.endswith(b"\r")
        assert b"\x0b" not in content
        assert b"\x1c" not in content


def test_times_are_written_in_the_zone_of_the_instrument() -> None:
    [message] = messages(Kind.NANITE)

    astm = writing.write(message, dialect=Dialect.ASTM, kind=Kind.NANITE, zone="Europe/Paris")
    hl7 = writing.write(message, dialect=Dialect.HL7, kind=Kind.NANITE, zone="Europe/Paris")
    assert b"|20260301133000\r" in astm.content
    assert b"|20260301133000+0100|" in hl7.content


@pytest.mark.parametrize(
    ("text", "plan"),
    [
        ("cut", Plan(Fault.CUT)),
        ("bad-checksum:every 3", Plan(Fault.BAD_CHECKSUM, 3)),
        ("duplicate:every5", Plan(Fault.DUPLICATE, 5)),
        ("silence:2", Plan(Fault.SILENCE, 2)),
    ],
)
def test_a_fault_is_read_with_how_often_it_strikes(text: str, plan: Plan) -> None:
    assert faults.read(text, Dialect.ASTM) == plan


@pytest.mark.parametrize("text", ["typo", "cut:every 0", "cut:every x", "cut:every -1", ""])
def test_a_fault_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(FaultRefused):
        faults.read(text, Dialect.ASTM)


def test_hl7_has_no_checksum_to_get_wrong() -> None:
    with pytest.raises(FaultRefused, match="no checksum"):
        faults.read("bad-checksum", Dialect.HL7)


def test_a_plan_strikes_every_nth_message() -> None:
    assert [n for n in range(1, 10) if Plan(Fault.CUT, 3).strikes(n)] == [3, 6, 9]


def test_faults_of_the_content_change_the_first_sample_alone() -> None:
    [one] = messages(Kind.CBC)
    message = Message(one.device, "7", AT, [*one.samples, *one.samples])

    stray = faults.spoil(message, Fault.WRONG_SPECIMEN)
    more = faults.spoil(message, Fault.UNKNOWN_CODE)
    bare = faults.spoil(message, Fault.UNIT_MISSING)

    assert [sample.specimen for sample in stray.samples] == [faults.STRAY, f"{ACCESSION}0"]
    assert more.samples[0].measurements[-1] == faults.UNKNOWN
    assert [one.unit == "" for one in bare.samples[0].measurements].count(True) == 1
    assert stray.samples[1] == more.samples[1] == bare.samples[1] == message.samples[1]


@pytest.mark.parametrize("fault", sorted(faults.LINE))
def test_faults_of_the_line_leave_the_content(fault: Fault) -> None:
    [message] = messages(Kind.CBC)

    assert faults.spoil(message, fault) == message
