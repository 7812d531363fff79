"""Whom a message says its specimens are from; and messages that say two things about one specimen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import astuple, replace
from datetime import date
from itertools import combinations

from assays.instruments.declarations import PatientPlaces
from assays.instruments.extracting import LONGEST_IDENTIFIER
from assays.instruments.readings import Doubt, Patient, Reading, Sort
from assays.instruments.segments import Place, Scope, Segment, is_filled
from assays.rules.filing import Hold

# HL7 table 0203: which of several identifiers is the hospital's own.
_OWN = ("MR", "PI")
_MOST_NUMBERS = 100


def read(places: PatientPlaces | None, scope: Scope) -> Patient | None:
    """Return what a message says of the patient, or None where it says nothing."""
    if places is None:
        return None
    sex = places.sex.text(scope).strip()
    number, *others = _numbers(places.record_number, scope) or [""]
    found = Patient(
        record_number=number,
        family=_part(places.name, 1, scope),
        given=_part(places.name, 2, scope),
        birth_date=_day(places.birth_date.text(scope)),
        sex="" if sex in ("U", '""') else sex,
        other_numbers=tuple(others),
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
    """Whether both say something of one field, and not the same.

    What else each is called by does not count: of one person not all numbers are named every time.
    """
    alone = (astuple(replace(said, other_numbers=())) for said in (one, other))
    return any(mine and theirs and mine != theirs for mine, theirs in zip(*alone, strict=True))


def _conflict(specimen: str) -> Doubt:
    differs = "the message itself names two patients for it"
    return Doubt(Hold.IDENTITY_CONFLICT, {"specimen": specimen, "differs": differs})


def _numbers(places: tuple[Place, ...], scope: Scope) -> list[str]:
    """Return every number at these places, each once; of one field the hospital's own comes first."""
    found: dict[str, None] = {}
    for where in places:
        for segment in scope.named(where.segment)[:1]:
            found.update(dict.fromkeys(_numbers_of(segment, where.number)))
    return list(found)[:_MOST_NUMBERS]


def _numbers_of(segment: Segment, number: int) -> Iterator[str]:
    repeats = segment.repeats(number)[:_MOST_NUMBERS]
    for raw in sorted(repeats, key=lambda one: segment.one(one, 5) not in _OWN):
        if is_filled(text := segment.one(raw, 1).strip()):
            yield text[:LONGEST_IDENTIFIER]


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
