"""Whom a check examines, as the registry knows them at that moment."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from consent.models import Check
from consent.queries.clearances import entries_of
from consent.queries.facts import checks_of
from consent.queries.programmes import asks_of, versions_of
from consent.rules.facts import CheckKind, Facts
from consent.rules.grounds.checks import standing_refusals
from consent.rules.news2 import HUMAN, Subject
from consent.rules.views import Known
from patients.models import Person, Sex
from patients.queries import context_at
from patients.rules.births import BirthSpan, age_in_years
from patients.rules.pregnancies import State


def subject_of(person: Person, *, at: datetime) -> Subject:
    """Return what decides whether NEWS2 may be used: the youngest age possible, and pregnancy."""
    known = context_at([person.pk], at)[person.pk]
    span = BirthSpan(known.earliest_birth, known.latest_birth)
    pregnant = {State.PREGNANT: True, State.NOT_PREGNANT: False}.get(known.pregnancy.state)
    if pregnant is None and known.species == HUMAN and known.sex == Sex.MALE:
        pregnant = False
    return Subject(
        species=known.species,
        age_years=None if span.latest is None else age_in_years(span, on=known.on).youngest,
        is_pregnant=pregnant,
    )


def refusals_to_lift(person: Person, kind: CheckKind, *, at: datetime) -> QuerySet[Check]:
    """Return the failed and referred checks of one kind that still stand, the newest first."""
    entries = entries_of([person.pk], known_at=at)[person.pk]
    known = Known(facts=Facts(checks=checks_of(entries)), at=at, known_at=at)
    # Lifted for one programme it may stand for another, which asks more than that pass covered.
    asks = [asks_of(version, kind) for version in versions_of(entries, kind, at=at)]
    ids = {
        int(one.id)
        for each in asks or [frozenset()]
        for one in standing_refusals(known, kind, each)
    }
    found: QuerySet[Check] = Check.objects.filter(pk__in=ids).order_by("-performed_at")
    return found
