"""Whom a message says its specimens are from; and messages that say two things about one specimen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, replace
from datetime import date
from itertools import combinations

from assays.instruments.declarations import PatientPlaces
from assays.instruments.extracting import LONGEST_IDENTIFIER
from assays.instruments.readings import Doubt, Patient, Reading, Sort
from assays.instruments.segments import Place, Scope, Segment
from assays.rules.filing import Hold

# HL7 table 0203: which of several identifiers is the hospital's own.
_OWN = ("MR", "PI")
_MOST_NUMBERS = 100


def read(places: PatientPlaces | None, scope: Scope) -> Patient | None:
    """Return what a message says of the patient, or None where it says nothing."""
    if places is None:
        return None
    sex = places.sex.text(scope).strip()
    found = Patient(
        record_number=_record_number(places.record_number, scope),
        family=_part(places.name, 1, scope),
        given=_part(places.name, 2, scope),
        birth_date=_day(places.birth_date.text(scope)),
        sex="" if sex in ("U", '""') else sex,
    )
    return None if found.is_silent else found


def compared(readings: Sequence[Reading]) -> list[Reading]:
    """Doubt, before anything else, every value of a specimen that is said to be of two people."""
    said: dict[str, dict[Patient, None]] = {}
    for reading in readings:
        if reading.specimen and reading.patient is not None:
            said.setdefault(reading.specimen, {})[reading.patient] = None
    disputed = {
        specimen
        for specimen, named in said.items()
        if any(_differ(one, other) for one, other in combinations(named, 2))
    }
    return [
        replace(reading, doubts=(_conflict(reading.specimen), *reading.doubts))
        if reading.sort is Sort.VALUE and reading.specimen in disputed
        else reading
        for reading in readings
    ]


def _differ(one: Patient, other: Patient) -> bool:
    """Whether both say something of one field, and not the same."""
    pairs = zip(astuple(one), astuple(other), strict=True)
    return any(mine and theirs and mine != theirs for mine, theirs in pairs)


def _conflict(specimen: str) -> Doubt:
    differs = "the message itself names two patients for it"
    return Doubt(Hold.IDENTITY_CONFLICT, {"specimen": specimen, "differs": differs})


def _record_number(places: tuple[Place, ...], scope: Scope) -> str:
    for where in places:
        for segment in scope.named(where.segment)[:1]:
            if text := _own_number(segment, where.number):
                return text
    return ""


def _own_number(segment: Segment, number: int) -> str:
    repeats = segment.repeats(number)[:_MOST_NUMBERS]
    own = [raw for raw in repeats if segment.one(raw, 5) in _OWN]
    text = segment.one((own or repeats)[0], 1).strip() if repeats else ""
    return "" if text == '""' else text[:LONGEST_IDENTIFIER]


def _part(where: Place, component: int, scope: Scope) -> str:
    """Return a part of a name; the surname may have parts of its own (HL7 FN)."""
    for segment in scope.named(where.segment)[:1]:
        for raw in segment.repeats(where.number)[:1]:
            text = segment.one(raw, component, 1).strip()
            return "" if text == '""' else text[:LONGEST_IDENTIFIER]
    return ""


def _day(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8])) if text.isdigit() else None
    except ValueError:
        return None
