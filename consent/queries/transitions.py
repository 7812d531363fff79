"""The derived log over a span, what is written down of it, and whose answer is to be looked at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from consent.models import ClearanceTransition, ClearanceWatch, Enrolment, Programme
from consent.queries import clearances
from consent.rules.answers import Reason
from consent.rules.instants import instants
from consent.rules.transitions import Change, Transition, transitions
from patients.models import CanonicalPerson, Person

TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Walked:
    """The derived log over a span, and the next moment at which the answer may change."""

    changes: list[Transition]
    next_at: datetime | None


def walked(person: Person, programme: Programme, *, since: datetime, until: datetime) -> Walked:
    """Return the answer at `since`, each change up to and with `until`, and what comes next."""
    rules, facts = clearances.gathered([person.pk], programme, known_at=until)
    mine = facts[person.pk]
    if clearances.links_between(person, since, until):
        changes = clearances.log_of(person, programme, since=since, until=until + TICK)
    else:
        changes = list(transitions(mine, programme=rules, since=since, until=until + TICK))
    later = [one for one in instants(mine, rules) if one > until]
    return Walked(changes=changes, next_at=min(later, default=None))


def kept(
    person_id: int, programme: Programme, *, since: datetime | None = None
) -> dict[datetime, ClearanceTransition]:
    """Return what is written down by moment, in their order; of one moment the latest row."""
    rows = ClearanceTransition.objects.filter(person=person_id, programme=programme)
    if since is not None:
        rows = rows.filter(changed_at__gte=since)
    return {row.changed_at: row for row in rows.order_by("changed_at", "id")}


def lost_by(person_id: int, programme: Programme, moment: datetime) -> ClearanceTransition | None:
    """Return the row since which somebody is not cleared, as written down up to a moment.

    It is the earliest of a loss that goes on; None where they are cleared, or nothing is written.
    """
    lost = None
    for at, row in kept(person_id, programme).items():
        if at <= moment:
            lost = (lost or row) if row.reasons else None
    return lost


def kept_before(
    person_id: int, programme: Programme, moment: datetime
) -> ClearanceTransition | None:
    """Return what was written down last of the time before a moment."""
    rows = ClearanceTransition.objects.filter(
        person=person_id, programme=programme, changed_at__lt=moment
    )
    found: ClearanceTransition | None = rows.order_by("changed_at", "id").last()
    return found


def kept_log(person: Person, programme: Programme) -> list[tuple[datetime, frozenset[Reason]]]:
    """Return what is written down as one log: each moment at which the reasons became others."""
    found: list[tuple[datetime, frozenset[Reason]]] = []
    for moment, row in kept(person.pk, programme).items():
        reasons = frozenset(Reason(code) for code in row.reasons)
        if not found or found[-1][1] != reasons:
            found.append((moment, reasons))
    return found


def heads_of(person_ids: Iterable[int]) -> list[int]:
    """Return the entries under which these people are read now, each once and in order."""
    rows = CanonicalPerson.objects.filter(person_id__in=list(person_ids))
    return sorted(set(rows.values_list("canonical_id", flat=True)))


def programmes_of(head: int, *, at: datetime) -> list[tuple[Programme, datetime]]:
    """Return each programme that somebody was ever enrolled in, and since when that is known."""
    entries = clearances.entries_of([head], known_at=at)[head]
    rows = Enrolment.objects.filter(person_id__in=entries).select_related("programme")
    first: dict[int, tuple[Programme, datetime]] = {}
    for row in rows.order_by("recorded_at", "id"):
        first.setdefault(row.programme_id, (row.programme, row.recorded_at))
    return [first[key] for key in sorted(first)]


def enrolled_among(person_ids: Iterable[int], *, at: datetime) -> list[int]:
    """Return those of these people who were ever enrolled, under whichever entry."""
    entries = clearances.entries_of(person_ids, known_at=at)
    every = {one for linked in entries.values() for one in linked}
    rows = Enrolment.objects.filter(person_id__in=every)
    enrolled = set(rows.values_list("person_id", flat=True).distinct())
    return sorted(person for person, linked in entries.items() if enrolled.intersection(linked))


def is_due(at: datetime) -> bool:
    """Return whether anybody's answer is to be looked at by a moment."""
    return bool(ClearanceWatch.objects.filter(next_at__lte=at).exists())


def due(at: datetime, *, limit: int) -> list[int]:
    """Return the people whose answers are to be looked at, the longest due first."""
    rows = ClearanceWatch.objects.filter(next_at__lte=at).order_by("next_at", "id")
    return list(dict.fromkeys(rows.values_list("person_id", flat=True)[:limit]))


def unwatched() -> QuerySet[Enrolment]:
    """Return enrolments whose person nobody looks at by time yet, as an entry of their own."""
    watch = ClearanceWatch.objects.filter(
        person=OuterRef("person"), programme=OuterRef("programme")
    )
    rows: QuerySet[Enrolment] = Enrolment.objects.filter(~Exists(watch))
    return rows.order_by("id")


def revocations() -> QuerySet[ClearanceTransition]:
    """Return lost clearances, the latest first."""
    rows: QuerySet[ClearanceTransition] = ClearanceTransition.objects.filter(change=Change.REVOKED)
    return rows.order_by("-id")


def unseen(*, since: datetime) -> QuerySet[ClearanceTransition]:
    """Return lost clearances written down since a moment that nobody took note of."""
    return revocations().filter(Q(seen=None), recorded_at__gte=since)
