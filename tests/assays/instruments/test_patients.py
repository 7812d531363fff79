"""Whom a message names: every number that it gives of them, and none twice."""

from __future__ import annotations

import pytest

from assays.instruments.items import content
from assays.rules import identity
from assays.rules.identity import Field, PersonFacts
from patients.rules import mrn
from tests.assays.instruments.drivers.messages import (
    ORDER,
    ORU,
    H,
    astm,
    hl7,
    holds,
    obx,
    only,
    read,
    result,
)

OWN, OTHER = mrn.make(41), mrn.make(43)
SPECIMEN_OF = PersonFacts(record_numbers=frozenset({OWN}))


def numbers(text: bytes) -> tuple[str, ...]:
    patient = only(text).patient
    assert patient is not None
    return patient.numbers


def named(pid_3: str) -> bytes:
    return hl7(ORU, f"PID|1||{pid_3}", "OBR|1||ACC-1|GLU", obx())


@pytest.mark.parametrize(
    ("pid_3", "expected"),
    [
        ("A", ("A",)),
        ("A^^^LAB^MR~B^^^HOSP^MR", ("A", "B")),
        ("A^^^X^VN~B^^^HOSP^MR~C^^^Y^SS", ("B", "A", "C")),
        ('""~A~A^^^LAB^MR~ ', ("A",)),
    ],
)
def test_of_pid_3_every_repetition_counts_and_the_hospitals_own_comes_first(
    pid_3: str, expected: tuple[str, ...]
) -> None:
    assert numbers(named(pid_3)) == expected


@pytest.mark.parametrize(
    ("p", "expected"),
    [
        ("P|1|A|B", ("A", "B")),
        ("P|1|A|A", ("A",)),
        ("P|1||B", ("B",)),
        ("P|1|A", ("A",)),
    ],
)
def test_of_p_3_and_p_4_both_count(p: str, expected: tuple[str, ...]) -> None:
    assert numbers(astm(H, p, ORDER, result())) == expected


@pytest.mark.parametrize(
    "text",
    [
        named(f"H1^^^HOSP^MR~{OTHER}^^^LAB^MR"),
        named(f"{OWN}^^^LAB^MR~{OTHER}^^^LAB^MR"),
        astm(H, f"P|1|PRAC7|{OTHER}", ORDER, result()),
    ],
)
def test_somebody_elses_number_in_whatever_place_is_a_conflict(text: bytes) -> None:
    patient = only(text).patient
    assert patient is not None

    assert identity.differences(patient, SPECIMEN_OF) == (Field.RECORD_NUMBER,)


def test_ones_own_number_behind_foreign_ones_is_none() -> None:
    patient = only(named(f"H1^^^HOSP^MR~{OWN}^^^LAB^MR~9876")).patient
    assert patient is not None

    assert identity.differences(patient, SPECIMEN_OF) == ()


def test_an_item_says_every_number_that_was_named() -> None:
    assert content(only(named("A~B~C")))["patient"] == {
        "record_number": "A",
        "other_numbers": "B, C",
    }


def test_a_message_that_names_more_numbers_once_than_again_names_one_person() -> None:
    text = astm(H, "P|1|A|B", ORDER, result(), "P|2|A", ORDER, result(ended="20260105095600"))

    assert [holds(one) for one in read(text).readings] == [[], []]
