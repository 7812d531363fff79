"""What becomes of one value: the checks that hold it, their order, and the codes an assay has."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from assays.rules.catalogue import ValueKind
from assays.rules.filing import (
    AssayFacts,
    Attempt,
    Duplicate,
    Entry,
    Held,
    Hold,
    ItemFacts,
    Recorded,
    Situation,
    SpecimenFacts,
    Written,
    file_entry,
)
from assays.rules.holds import PASSING, REASONS, WORDS
from assays.rules.identity import Patient, PersonFacts
from assays.rules.states import OrderItemStatus, OrderStatus, ResultStatus, SpecimenStatus
from labsys.lib.quantities import Absent, Coded, Comparator, Quantity, Text
from labsys.lib.units import Conversion
from patients.rules.births import Birth, Precision

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
SPECIMEN = SpecimenFacts(7, "2600000017", SpecimenStatus.RECEIVED, NOW - 90 * DAY, 5)
LOAD = AssayFacts(
    3,
    "HIV1-VL",
    ValueKind.NUMERIC,
    "{copies}/mL",
    1,
    (Conversion("9", 1, "10*-1.{copies}/mL", "{copies}/mL", Decimal("0.1")),),
    ("NOT_DETECTED", "DETECTED_BELOW_LIMIT"),
)
PRESENCE = replace(LOAD, kind=ValueKind.CODED, unit="", conversions=(), answers=("DETECTED",))
ITEM = ItemFacts(11, 12, 3, OrderItemStatus.IN_PROCESS, OrderStatus.ACTIVE, 3)
KNOWN = Situation(SPECIMEN, True, LOAD, [ITEM], [], 2)


def copies(number: str, comparator: str = "", unit: str = "{copies}/mL") -> Quantity:
    return Quantity(Decimal(number), unit, Comparator(comparator))


def entry(value=None, **more) -> Entry:
    given = {"observed_at": NOW - MINUTE, "code": "VL", **more}
    return Entry(specimen=Written("2600000017"), value=value or copies("367"), **given)


def filed(known: Situation = KNOWN, **more):
    return file_entry(entry(**more), known, at=NOW)


def held(known: Situation = KNOWN, **more) -> Hold:
    found = filed(known, **more)
    assert isinstance(found, Held), found
    assert found.reason
    return found.code


def test_a_value_in_tenths_is_recorded_in_copies_by_its_row() -> None:
    found = filed(value=copies("367", unit="10*-1.{copies}/mL"))

    assert isinstance(found, Recorded)
    assert (str(found.value), found.conversion.id) == ("36.7 {copies}/mL", "9")


def test_a_power_of_ten_without_a_row_is_held() -> None:
    assert held(value=copies("367", unit="10*3.{copies}/mL")) is Hold.UNIT


@pytest.mark.parametrize(
    ("assay", "value", "expected"),
    [
        (LOAD, Coded("NOT_DETECTED", ""), None),
        (LOAD, Coded("NOT_DETECTED", "local"), None),
        (LOAD, Coded("DETECTED", ""), Hold.NOT_A_NUMBER),
        (LOAD, Text("not detected"), Hold.NOT_A_NUMBER),
        (LOAD, Absent("error"), None),
        (replace(LOAD, answers=()), Coded("NOT_DETECTED", ""), Hold.NOT_A_NUMBER),
        (PRESENCE, Coded("DETECTED", ""), None),
        (PRESENCE, Coded("REACTIVE", ""), Hold.NOT_A_CODE),
        (PRESENCE, copies("3"), Hold.NOT_A_CODE),
        (PRESENCE, Text("DETECTED"), Hold.NOT_A_CODE),
        (replace(PRESENCE, answers=()), Coded("ANY", ""), None),
        (replace(PRESENCE, answers=()), Coded("A" * 65, ""), Hold.NOT_A_CODE),
    ],
)
def test_a_code_is_recorded_where_the_assay_has_it(assay, value, expected) -> None:
    found = filed(replace(KNOWN, assay=assay), value=value)

    assert (found.code if isinstance(found, Held) else None) == expected


def test_a_code_sent_again_is_a_repetition_whatever_system_it_is_said_to_be_of() -> None:
    at = NOW - MINUTE
    recorded = Attempt(99, 11, 2, Coded("NOT_DETECTED", ""), at, "", ResultStatus.RELEASED)

    found = filed(replace(KNOWN, attempts=[recorded]), value=Coded("NOT_DETECTED", "99ABC"))

    assert found == Duplicate(99)


def test_two_specimens_under_one_text_are_neither() -> None:
    assert held(replace(KNOWN, specimen=None)) is Hold.UNKNOWN_SPECIMEN
    assert held(replace(KNOWN, specimen=None, is_ambiguous=True)) is Hold.AMBIGUOUS_SPECIMEN


PERSON = PersonFacts(names=(("Quill", "Ada"),), births=(Birth(date(1990, 5, 17), Precision.DAY),))


def test_a_value_that_names_another_person_is_held_and_says_in_what_they_differ() -> None:
    patient = Patient(family="Feather", given="Ada", birth_date=date(1990, 5, 18))

    found = filed(replace(KNOWN, person=PERSON), patient=patient)

    assert isinstance(found, Held)
    assert found.code is Hold.IDENTITY_CONFLICT
    assert found.reason.endswith("2600000017 is from: name, date of birth.")
    # What the person is called stands in the registry and in the message, not in every list.
    assert "Quill" not in found.reason
    assert "Feather" not in found.reason


def test_another_person_outweighs_every_other_reason() -> None:
    other = {"person": PERSON, "assay": None, "is_mapped": False}

    assert held(replace(KNOWN, **other), patient=Patient(family="Feather")) is (
        Hold.IDENTITY_CONFLICT
    )


@pytest.mark.parametrize("patient", [None, Patient(), Patient(family="QUILL", sex="M")])
def test_the_same_person_or_nobody_named_is_no_conflict(patient) -> None:
    assert isinstance(filed(replace(KNOWN, person=PERSON), patient=patient), Recorded)


@pytest.mark.parametrize(
    ("observed", "expected"),
    [
        (NOW + 2 * MINUTE, None),
        (NOW + 3 * MINUTE, Hold.IN_FUTURE),
        (NOW - 30 * DAY, None),
        (NOW - 30 * DAY - MINUTE, Hold.TOO_OLD),
        (NOW - 91 * DAY, Hold.BEFORE_COLLECTION),
    ],
)
def test_a_moment_is_judged_by_when_the_value_was_received(observed, expected) -> None:
    for at in (NOW, NOW + 365 * DAY):
        found = file_entry(entry(observed_at=observed, received_at=NOW), KNOWN, at=at)
        assert (found.code if isinstance(found, Held) else None) == expected


def test_how_old_a_value_may_be_is_the_connections() -> None:
    week_old = {"observed_at": NOW - 7 * DAY, "received_at": NOW}
    strict = replace(KNOWN, oldest=2 * DAY)

    found = filed(strict, **week_old)

    assert isinstance(found, Held)
    assert found.code is Hold.TOO_OLD
    assert "more than 2 days before" in found.reason
    assert isinstance(filed(replace(KNOWN, oldest=8 * DAY), **week_old), Recorded)


def test_every_hold_has_its_sentence_and_only_what_passes_by_itself_is_tried_again() -> None:
    assert set(REASONS) == set(WORDS) == set(Hold)
    assert set(Hold) > PASSING
    assert not {Hold.IDENTITY_CONFLICT, Hold.POSSIBLE_DUPLICATE, Hold.NO_SPECIMEN} & PASSING


def test_what_was_sent_cannot_turn_the_sentence_round_that_names_it() -> None:
    held = Held(Hold.UNKNOWN_SPECIMEN, {"specimen": "26\u202e00\u2066\u200f1"})

    assert held.reason == r"No specimen is registered under “26\u202e00\u2066\u200f1”."
