"""What is written as a family writes it is read by its driver as what was meant."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from assays.instruments import Of, drivers, interpret, schema
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


@pytest.mark.parametrize(
    ("base", "declared"),
    [
        ("lis2a2", {"astm": {"specimen": ["P.3"], "patient": None}}),
        ("lis2a2", {"astm": {"specimen": ["O.4.3"], "code": ["R.3.5"], "ordered": []}}),
        ("lis2a2", {"astm": {"specimen": ["R.14"], "unit": []}}),
        ("lis2a2", {"astm": {"control": [{"at": "O.3", "starts": ["QC-"]}]}}),
        ("hl7-oru-oul", {"hl7": {"specimen": ["PID-3.1"], "patient": None}}),
        ("hl7-oru-oul", {"hl7": {"specimen": ["ORC-2.1"], "unit": []}}),
        ("hl7-oru-oul", {"hl7": {"specimen": ["SPM-2.1.1"], "ordered": []}}),
    ],
)
def test_a_family_that_is_declared_here_is_played_as_it_is_read(
    base: str, declared: dict[str, Any]
) -> None:
    family = schema.read(declared, base=drivers.find(base), name="own", label="Own")
    dialect = Dialect.ASTM if "astm" in declared else Dialect.HL7

    text = dialects.write(message(specimen="A1"), family, dialect=dialect)

    found = family.interpret(text, dialect=dialect, settings={}, zone="UTC").readings
    assert [(one.specimen, one.code) for one in found] == [
        ("A1", "GLU"),
        ("A1", "NA"),
        ("A1", "HIV|1"),
    ]


def test_what_the_simulator_cannot_write_is_a_sentence() -> None:
    declared = {"astm": {"specimen": ["C.4"]}}
    family = schema.read(declared, base=drivers.find("lis2a2"), name="own", label="Own")

    with pytest.raises(dialects.Unspoken, match="writes nothing"):
        dialects.write(message(), family, dialect=Dialect.ASTM)


def test_a_dialect_that_a_family_does_not_speak_is_a_sentence() -> None:
    with pytest.raises(dialects.Unspoken, match="does not speak HL7"):
        dialects.write(message(), drivers.find("abbott-m2000"), dialect=Dialect.HL7)
