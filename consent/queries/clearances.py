"""Asking for clearance: fetch the facts, let the rule decide; nothing is stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from consent.models import Enrolment, Programme
from consent.queries.facts import facts_of, programme_of
from consent.rules.answers import Clearance
from consent.rules.clearance import decide
from consent.rules.facts import Facts
from consent.rules.programmes import Programme as Rules
from patients.models import CanonicalPerson, Person


def clearance_of(
    person: Person, programme: Programme, *, at: datetime, known_at: datetime | None = None
) -> Clearance:
    """Answer whether one person is cleared at a moment, as known at another (default: `at`)."""
    rules, facts = gathered([person.pk], programme)
    return decide(facts[person.pk], programme=rules, at=at, known_at=known_at)


def clearances_of(
    person_ids: Sequence[int], programme: Programme, *, at: datetime
) -> dict[int, Clearance]:
    """Answer for many people, in a constant number of queries."""
    rules, facts = gathered(person_ids, programme)
    return {person: decide(facts[person], programme=rules, at=at) for person in person_ids}


def gathered(person_ids: Sequence[int], programme: Programme) -> tuple[Rules, dict[int, Facts]]:
    """Return the programme as the rules read it and the facts of each person."""
    return programme_of(programme), facts_of(entries_of(person_ids), programme=programme)


def entries_of(person_ids: Sequence[int]) -> dict[int, list[int]]:
    """Return, for each person asked about, all entries that are read as the same person."""
    of = dict(
        CanonicalPerson.objects.filter(person_id__in=person_ids).values_list(
            "person_id", "canonical_id"
        )
    )
    entries: dict[int, list[int]] = {}
    linked = CanonicalPerson.objects.filter(canonical_id__in=set(of.values()))
    for person, canonical in linked.order_by("person_id").values_list("person_id", "canonical_id"):
        entries.setdefault(canonical, []).append(person)
    return {person: entries[of[person]] for person in person_ids}


def members(programme: Programme) -> list[int]:
    """Return the people enrolled now, in the order of their record numbers."""
    rows = Enrolment.objects.filter(programme=programme, end=None).order_by("person__mrn")
    return list(rows.values_list("person_id", flat=True).distinct())
