"""What a draft of a programme's rules would end, and whom a closing concerns, before it is approved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet

from consent.models import Enrolment, GatePass, Posting, Programme, ProgrammeVersion
from consent.queries.clearances import gathered
from consent.queries.programmes import as_approved, version_at
from consent.rules.answers import Reason
from consent.rules.clearance import decide
from consent.rules.facts import Facts
from consent.rules.programmes import Programme as Rules
from labsys.accounts.models import Principal
from labsys.audit import reads
from labsys.lib import policy
from patients.models import Person

MOST = 2000
# So many people are named at once.
NAMED = 50


@dataclass(frozen=True)
class Endings:
    """How many are cleared at the moment a draft begins, as known now, and how many no more with it.

    `looked_at` is how many of the enrolled were asked about: `MOST` at most. `reasons` counts what
    the draft would refuse them for; `away` are those who would be recalled, `passes` those that
    would be refused at the gate. `people` are those whose clearance it ends, by id.
    """

    at: datetime
    enrolled: int
    looked_at: int
    cleared: int
    ended: int
    away: int
    passes: int
    reasons: tuple[tuple[Reason, int], ...]
    people: tuple[int, ...]


def endings(version: ProgrammeVersion, *, at: datetime) -> Endings:
    """Return whose clearance a draft would end at its beginning, foretold from what is known now."""
    begins, programme = max(version.effective_from, at), version.programme
    everybody = enrolled(programme, begins)
    people = everybody[:MOST]
    rules, facts = gathered(people, programme, known_at=at)
    then = replace(rules, versions=(*rules.versions, as_approved(version, at)))
    cleared = [one for one in people if not _refused(facts[one], rules, begins, at)]
    lost = {one: found for one in cleared if (found := _refused(facts[one], then, begins, at))}
    passes = GatePass.objects.filter(programme=programme, expires_at__gt=begins, person__in=lost)
    return Endings(
        at=begins,
        enrolled=len(everybody),
        looked_at=len(people),
        cleared=len(cleared),
        ended=len(lost),
        away=away(programme).filter(person__in=lost).count(),
        passes=passes.count(),
        reasons=tuple(Counter(one for found in lost.values() for one in found).most_common()),
        people=tuple(lost),
    )


def named(people: Iterable[int], *, by: Principal) -> tuple[list[Person], int]:
    """Return the first of these people whom somebody may see, and how many more there are of them.

    Whoever is returned is about to be shown: that is put on record.
    """
    rows = policy.scope(by, Person.objects.filter(pk__in=list(people)), "consent.clearance.view")
    shown = list(rows.listed().order_by("pk")[:NAMED])
    more = rows.count() - NAMED if len(shown) == NAMED else 0
    reads.record(by=by, purpose="programme-preview", objects=shown, person_id=lambda one: one.pk)
    return shown, more


def renamed(version: ProgrammeVersion, *, at: datetime) -> dict[str, tuple[str, str]]:
    """Return what a draft calls otherwise than what is in force by its beginning: as it is, and then."""
    before = version.programme.named_at(max(version.effective_from, at))
    both = {name: (old, getattr(version, name)) for name, old in asdict(before).items()}
    return {name: (old, new) for name, (old, new) in both.items() if old != new}


def changed(
    version: ProgrammeVersion, *, at: datetime
) -> list[tuple[models.Field[Any, Any], object, object]]:
    """Return what a draft asks otherwise than the version in force by its beginning: was, and then."""
    before = version_at(version.programme, max(version.effective_from, at))
    if before is None:
        return []
    names = set(ProgrammeVersion.asks()) - {"name", "destination", "note"}
    rows = [
        (field, getattr(before, field.name), getattr(version, field.name))
        for field in ProgrammeVersion._meta.fields
        if field.name in names
    ]
    return [(field, old, new) for field, old, new in rows if old != new]


def _refused(facts: Facts, rules: Rules, at: datetime, known_at: datetime) -> tuple[Reason, ...]:
    return decide(facts, programme=rules, at=at, known_at=known_at).reasons


def enrolled(programme: Programme, at: datetime) -> list[int]:
    """Return who belongs to a programme at a moment, by id."""
    rows = Enrolment.objects.filter(Q(end=None) | Q(end__ended_at__gt=at), programme=programme)
    return sorted(set(rows.values_list("person_id", flat=True)))


def away(programme: Programme) -> QuerySet[Posting]:
    """Return the postings on which somebody is away for a programme."""
    found: QuerySet[Posting] = Posting.objects.away().filter(programme=programme)
    return found
