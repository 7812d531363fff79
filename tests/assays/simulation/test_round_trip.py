"""What a simulated instrument means is what the driver by the book reads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assays.instruments import drivers
from assays.instruments.dialects import Dialect
from assays.instruments.readings import Interpretation, Sort
from assays.instruments.simulation import faults, writing
from assays.instruments.simulation.faults import Fault
from assays.instruments.simulation.measuring import Kind
from assays.instruments.simulation.messages import Device, Message
from labsys.lib.quantities import parse_quantity

BOOK = {Dialect.ASTM: "lis2a2", Dialect.HL7: "hl7-oru-oul"}
# Counters that speak the older form of HL7 write the specimen in OBR-3.
SETTINGS: dict[tuple[Dialect, Kind], dict[str, Any]] = {
    (Dialect.HL7, Kind.CBC): {"specimen": "OBR-3"}
}
# Outside the hours that do not exist, or exist twice, where clocks are moved.
moments = st.datetimes(datetime(2026, 1, 5), datetime(2026, 3, 20), timezones=st.just(UTC)).map(
    lambda at: at.replace(microsecond=0)
)


def read(message: Message, dialect: Dialect, kind: Kind, zone: str) -> Interpretation:
    written = writing.write(message, dialect=dialect, kind=kind, zone=zone)
    return drivers.find(BOOK[dialect]).interpret(
        written.content, dialect=dialect, settings=SETTINGS.get((dialect, kind), {}), zone=zone
    )


def one_message(kind: Kind, seed: str = "1", at: datetime = datetime(2026, 3, 1, tzinfo=UTC)):
    [message] = writing.series(Device("SIM"), kind, [("2600000018", ())], seed=seed, began_at=at)
    return message


@pytest.mark.parametrize("dialect", BOOK)
@pytest.mark.parametrize("kind", Kind)
@settings(max_examples=30)
@given(
    seed=st.integers(0, 10_000).map(str),
    at=moments,
    zone=st.sampled_from(["UTC", "Europe/Paris", "Asia/Kathmandu", "America/St_Johns"]),
)
def test_what_is_meant_is_what_is_read(
    dialect: Dialect, kind: Kind, seed: str, at: datetime, zone: str
) -> None:
    wanted = [("2600000018", ()), ("2600000026", ())]
    for message in writing.series(
        Device("SIM-1"),
        kind,
        wanted,
        seed=seed,
        began_at=at,
        controls_every=1,
        step=timedelta(seconds=1),
    ):
        [sample] = message.samples

        found = read(message, dialect, kind, zone)

        assert found.doubt is None
        assert found.sender.partition("^")[0] == "SIM-1"
        assert found.control_id == message.control_id
        assert found.sent_at == message.sent_at
        meant = [
            (sample.specimen, one.code, parse_quantity(one.value, unit=one.unit), one.flag)
            for one in sample.measurements
        ]
        assert [(r.specimen, r.code, r.value, r.flags) for r in found.readings] == meant
        assert {r.observed_at for r in found.readings} == {sample.observed_at}
        assert {r.sort for r in found.readings} == {
            Sort.CONTROL if sample.is_control else Sort.VALUE
        }
        assert [r.doubts for r in found.readings] == [()] * len(meant)
        assert [r.comment for r in found.readings] == [one.comment for one in sample.measurements]


@pytest.mark.parametrize("dialect", BOOK)
@pytest.mark.parametrize("kind", Kind)
def test_a_specimen_nobody_knows_is_still_read(dialect: Dialect, kind: Kind) -> None:
    found = read(faults.spoil(one_message(kind), Fault.WRONG_SPECIMEN), dialect, kind, "UTC")

    assert {one.specimen for one in found.readings} == {faults.STRAY}


@pytest.mark.parametrize("dialect", BOOK)
@pytest.mark.parametrize("kind", Kind)
def test_a_code_nobody_mapped_is_one_reading_more(dialect: Dialect, kind: Kind) -> None:
    message = one_message(kind)

    found = read(faults.spoil(message, Fault.UNKNOWN_CODE), dialect, kind, "UTC")

    usual = read(message, dialect, kind, "UTC").readings
    assert [(r.code, r.value) for r in found.readings[:-1]] == [(r.code, r.value) for r in usual]
    assert found.readings[-1].code == faults.UNKNOWN.code


@pytest.mark.parametrize("dialect", BOOK)
@pytest.mark.parametrize("kind", Kind)
def test_a_value_without_its_unit_has_none_when_read(dialect: Dialect, kind: Kind) -> None:
    found = read(faults.spoil(one_message(kind), Fault.UNIT_MISSING), dialect, kind, "UTC")

    units = [getattr(one.value, "unit", None) for one in found.readings]
    assert units[0] == ""
    assert all(units[1:])
