"""The derived log over a span, what is written down of it, and whose answer is to be looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import product

from django.db.models import Exists, OuterRef, Q, QuerySet

from consent.models import ClearanceTransition, ClearanceWatch, Enrolment, Programme
from consent.queries import clearances
from consent.rules.answers import Reason
from consent.rules.instants import instants
from consent.rules.transitions import Change, Transition, transitions
from patients.models import CanonicalPerson, Person

TICK = timedelta(microseconds=1)
_KEPT = """
    WITH asked AS (
        SELECT * FROM unnest(%(persons)s::bigint[], %(since)s::timestamptz[]) AS a (person, since)
    )
    SELECT t.*, false AS is_before FROM asked JOIN consent_clearancetransition t
        ON t.person_id = asked.person AND t.changed_at >= asked.since
    WHERE t.programme_id = %(programme)s
    UNION ALL
    SELECT last.*, true FROM asked, LATERAL (
        SELECT * FROM consent_clearancetransition t
        WHERE t.person_id = asked.person AND t.programme_id = %(programme)s
            AND t.changed_at < asked.since
        ORDER BY t.changed_at DESC, t.id DESC LIMIT 1
    ) last
    ORDER BY changed_at, id
"""


@dataclass
class Kept:
    """What is written down by moment, of one moment the latest row; and the row before all these."""

    rows: dict[datetime, ClearanceTransition] = field(default_factory=dict)
    before: ClearanceTransition | None = None


@dataclass(frozen=True)
class Walked:
    """The derived log over a span, and the next moment at which the answer may change."""

    changes: list[Transition]
    next_at: datetime | None


def walked(
    since: Mapping[Person, datetime], programme: Programme, *, until: datetime
) -> dict[int, Walked]:
    """Return, for each person from their own moment on, the changes up to and with `until`.

    In a number of queries that does not grow with them, but for those whose entries were linked or
    parted in their span.
    """
    ids = [one.pk for one in since]
    rules, facts = clearances.gathered(ids, programme, known_at=until)
    relinked = clearances.relinked_among(ids, since=min(since.values(), default=until), until=until)
    found = {}
    for person, start in since.items():
        mine, end = facts[person.pk], until + TICK
        if person.pk in relinked:
            changes = clearances.log_of(person, programme, since=start, until=end)
        else:
            changes = list(transitions(mine, programme=rules, since=start, until=end))
        later = [one for one in instants(mine, rules) if one > until]
        found[person.pk] = Walked(changes=changes, next_at=min(later, default=None))
    return found


def kept(person_id: int, programme: Programme) -> dict[datetime, ClearanceTransition]:
    """Return what is written down by moment, in their order; of one moment the latest row."""
    rows = ClearanceTransition.objects.filter(person=person_id, programme=programme)
    return {row.changed_at: row for row in rows.order_by("changed_at", "id")}


def kept_around(since: Mapping[Person, datetime], programme: Programme) -> dict[int, Kept]:
    """Return what is written down of each person from their own moment on, and what came before."""
    found = {one.pk: Kept() for one in since}
    given = {
        "persons": list(found),
        "since": list(since.values()),
        "programme": programme.pk,
    }
    for row in ClearanceTransition.objects.raw(_KEPT, given):
        mine = found[row.person_id]
        if row.is_before:
            mine.before = row
        else:
            mine.rows[row.changed_at] = row
    return found


def lost_by(person_id: int, programme: Programme, moment: datetime) -> ClearanceTransition | None:
    """Return the row since which somebody is not cleared, as written down up to a moment.

    It is the earliest of a loss that goes on; None where they are cleared, or nothing is written.
    """
    lost = None
    for at, row in kept(person_id, programme).items():
        if at <= moment:
            lost = (lost or row) if row.reasons else None
    return lost


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


def programmes_among(
    people: Sequence[Person], *, at: datetime
) -> list[tuple[Programme, dict[Person, datetime]]]:
    """Return each programme that any of these people was ever enrolled in, and who since when."""
    entries = clearances.entries_of([one.pk for one in people], known_at=at)
    first: dict[tuple[int, int], datetime] = {}
    programmes: dict[int, Programme] = {}
    every = {entry for linked in entries.values() for entry in linked}
    rows = Enrolment.objects.filter(person_id__in=every).select_related("programme")
    for row in rows.order_by("recorded_at", "id"):
        programmes.setdefault(row.programme_id, row.programme)
        first.setdefault((row.programme_id, row.person_id), row.recorded_at)
    found: dict[int, dict[Person, datetime]] = {key: {} for key in sorted(programmes)}
    for key, person in product(found, people):
        known = [first[key, entry] for entry in entries[person.pk] if (key, entry) in first]
        if known:
            found[key][person] = min(known)
    return [(programmes[key], since) for key, since in found.items()]


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
