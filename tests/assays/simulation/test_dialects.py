"""What is written as a family writes it is read by its driver as what was meant."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assays.instruments import Of, drivers, interpret
from assays.instruments.astm.link import Link
from assays.instruments.dialects import Dialect
from assays.instruments.drivers.driver import Driver
from assays.instruments.simulation import dialects
from assays.instruments.simulation.messages import Device, Measurement, Message, Sample
from assays.senders.lis1a import frames
from tests.assays.instruments.played import ENQ, EOT, play

AT = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)
EVERY = [
    pytest.param(driver, dialect, id=f"{driver.name}-{dialect.lower()}")
    for driver in drivers.ALL
    for dialect in Dialect
    if driver.speaks(dialect)
]
VALUES = (
    Measurement("GLU", "Glucose", "5.4", "mmol/L", "N"),
    Measurement("NA", "Sodium", "<120", "mmol/L", "L"),
    Measurement("HIV|1", "A name & more", "1200", "{copies}/mL", "H"),
)


def message(*, is_control: bool = False, specimen: str = "26A|00^01") -> Message:
    sample = Sample(specimen, VALUES, AT, is_control)
    return Message(Device("SIM-1"), "C-1", AT, [sample])


@pytest.mark.parametrize("is_control", [False, True])
@pytest.mark.parametrize(("driver", "dialect"), EVERY)
def test_every_family_reads_what_is_written_as_it_writes(
    driver: Driver, dialect: Dialect, is_control: bool
) -> None:
    made = message(is_control=is_control)
    declared = driver.astm if dialect is Dialect.ASTM else driver.hl7
    assert declared is not None

    found = interpret(dialects.write(made, driver, dialect=dialect), driver.name)

    assert [one.specimen_id for one in found] == ["26A|00^01"] * 3
    assert [one.code for one in found] == ["GLU", "NA", "HIV|1"]
    assert {one.observed_at for one in found} == {AT}
    assert {one.sender for one in found} == {"SIM-1"}
    if declared.out_of_scope:
        assert {reason.code for one in found for reason in one.held} == {"OUT_OF_SCOPE"}
        return
    assert {one.of for one in found} == {Of.QC if is_control else Of.PATIENT}
    assert [(one.comparator, str(one.value)) for one in found] == [
        ("", "5.4"),
        ("<", "120"),
        ("", "1200"),
    ]
    assert [one.unit for one in found] == [one.unit for one in VALUES]
    assert [one.held for one in found] == [(), (), ()]


@pytest.mark.parametrize("name", [driver.name for driver in drivers.ALL if driver.astm])
def test_every_family_frames_what_its_own_link_takes(name: str) -> None:
    driver = drivers.find(name)
    text = dialects.write(message(), driver, dialect=Dialect.ASTM)

    played = play(Link(driver.link), [ENQ, *frames(text, driver.link), EOT])

    assert played.complete == [text]


def test_two_samples_of_one_message_stay_apart() -> None:
    made = Message(
        Device("SIM-1"), "C-1", AT, [Sample("A1", VALUES[:1], AT), Sample("B2", VALUES[1:2], AT)]
    )

    for driver, dialect in (one.values for one in EVERY):
        found = interpret(dialects.write(made, driver, dialect=dialect), driver.name)
        assert [(one.specimen_id, one.code) for one in found] == [("A1", "GLU"), ("B2", "NA")]


def test_a_dialect_that_a_family_does_not_speak_is_a_sentence() -> None:
    with pytest.raises(dialects.Unspoken, match="does not speak HL7"):
        dialects.write(message(), drivers.find("abbott-m2000"), dialect=Dialect.HL7)
