"""Writing down what clearances became, when it is noticed; the answer itself is decided anew.

An act about a person is followed in its own transaction. Results and the registry are told of by a
touch that a worker takes; what time alone changes is found by a beat. If none of them runs, this log
is late, and every answer is what it would have been.

Locks: the person, then the watch. Acts hold the person; the worker shares them.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from consent.actions import deliveries, recalls
from consent.models import (
    ClearanceTouch,
    ClearanceTransition,
    ClearanceWatch,
    Programme,
    RevocationSeen,
)
from consent.queries import transitions as queries
from consent.queries.clearances import entries_of
from consent.queries.recalls import away_among
from consent.queries.transitions import Kept, Walked
from consent.rules.answers import Reason
from consent.rules.transitions import Change, Transition, change_between
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import bulk, policy
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict
from labsys.work import queue
from patients.models import Person

logger = logging.getLogger(__name__)

FOLLOW = "clearance"
TOUCHES = "consent_clearancetouch"
SEE = "consent.revocation.acknowledge"
Cause = ClearanceTransition.Cause
# What another transaction recorded a little earlier, and committed since.
OVERLAP = timedelta(minutes=2)
# Everybody is looked at again within this time, though nothing is known to change.
AT_LEAST_EVERY = timedelta(hours=24)
AT_ONCE = 200
URGENT = 1
_SLEEP = """
    UPDATE consent_clearancewatch w SET checked_at = %s, next_at = n.next_at
    FROM unnest(%s::bigint[], %s::timestamptz[]) AS n (id, next_at) WHERE w.id = n.id
"""


def after(*, person_ids: Sequence[int], by: Principal, at: datetime) -> None:
    """Follow an act in its own transaction; the caller holds the persons' locks.

    No act is undone because it could not be announced, a withdrawal least of all: what goes wrong
    here is left to a worker.
    """
    try:
        with transaction.atomic():
            follow(person_ids=person_ids, cause=Cause.ACT, by=by, at=at)
    except Exception as error:  # noqa: BLE001 - whatever it is, the act stands
        logger.error("a clearance is announced by a worker: %s", type(error).__name__)
        touch(person_ids=person_ids, by=by, at=at)


def follow(
    *, person_ids: Iterable[int], cause: str, by: Principal, at: datetime
) -> list[ClearanceTransition]:
    """Write down what the answers about these people became; returns what was new, in order."""
    with acting(by=by, at=at, action="consent.clearance.follow"):
        made: list[ClearanceTransition] = []
        people = _shared(person_ids)
        for programme, known_since in queries.programmes_among(people, at=at):
            made += _followed(known_since, programme, cause, by=by, at=at)
        return made


def touch(*, person_ids: Iterable[int], by: Principal, at: datetime) -> None:
    """Have a worker look at these people; called in the transaction of what happened to them."""
    _touch([{"person_id": one, "programme_id": None} for one in person_ids], by=by, at=at)


def touch_programme(*, programme: Programme, by: Principal, at: datetime) -> None:
    """Have a worker look at everybody in a programme whose rules or texts were approved."""
    _touch([{"person_id": None, "programme_id": programme.pk}], by=by, at=at)


def follow_touches(*, touch_ids: Sequence[int], by: Principal, at: datetime) -> None:
    """Look at whom these touches name; one that names nobody asks for all whose time has come."""
    touches = list(ClearanceTouch.objects.filter(pk__in=touch_ids).order_by("id"))
    named = sorted({one.person_id for one in touches if one.person_id is not None})
    if named:
        follow(person_ids=named, cause=Cause.TOLD, by=by, at=at)
    for one in touches:
        if one.programme_id is not None:
            ClearanceWatch.objects.filter(programme=one.programme_id).update(next_at=at)
    if any(one.person_id is None for one in touches):
        _follow_due(by=by, at=at)


def watch(*, by: Principal, at: datetime) -> bool:
    """Ask for a look at those whose time has come, unless it is asked for; returns whether it was."""
    if not queries.is_due(at):
        return False
    _touch([{"person_id": None, "programme_id": None}], by=by, at=at)
    return True


def adopt(*, by: Principal, at: datetime) -> int:
    """Have people looked at by time whose enrolment nobody followed; returns how many."""
    rows = queries.unwatched().select_related("programme")[: 10 * AT_ONCE]
    watches = {}
    for row in rows:
        for head in queries.heads_of([row.person_id]):
            watches[head, row.programme_id] = {
                "person_id": head,
                "programme_id": row.programme_id,
                "checked_at": row.recorded_at,
                "next_at": at,
            }
    with acting(by=by, at=at, action="consent.clearance.adopt"):
        bulk.insert(ClearanceWatch, list(watches.values()), is_repeatable=True)
    return len(watches)


def take_note(*, transition: ClearanceTransition, by: Principal, at: datetime) -> RevocationSeen:
    """Say by name that one knows of a lost clearance."""
    policy.check(by, SEE)
    policy.check(by, "consent.clearance.view", transition)
    if transition.change != Change.REVOKED:
        raise Conflict(_("This is no lost clearance."))
    with acting(by=by, at=at, action="consent.clearance.take_note"):
        row = {"transition_id": transition.pk, "recorded_by_id": by.pk, "recorded_at": at}
        bulk.insert(RevocationSeen, [row], is_repeatable=True)
        found: RevocationSeen = RevocationSeen.objects.get(transition=transition)
        return found


def _touch(rows: list[dict[str, int | None]], *, by: Principal, at: datetime) -> None:
    if not rows:
        return
    with acting(by=by, at=at, action="consent.clearance.touch"):
        ids = bulk.new_ids({ClearanceTouch: len(rows)})[ClearanceTouch]
        stamped = [
            {"id": id_, **row, "recorded_at": at} for id_, row in zip(ids, rows, strict=True)
        ]
        bulk.insert(ClearanceTouch, stamped)
        queue.enqueue(kind=FOLLOW, table=TOUCHES, subjects=ids, priority=URGENT)


def _follow_due(*, by: Principal, at: datetime) -> None:
    """Look at as many as one transaction should hold, and ask for the next ones."""
    people = queries.due(at, limit=AT_ONCE)
    follow(person_ids=people, cause=Cause.TIME, by=by, at=at)
    # Whose time did not move has no answer of their own any more: read as another entry, or parted.
    ClearanceWatch.objects.filter(person__in=people, next_at__lte=at).delete()
    if len(people) == AT_ONCE:
        _touch([{"person_id": None, "programme_id": None}], by=by, at=at)


def _shared(person_ids: Iterable[int]) -> list[Person]:
    """Return the people these entries are read as, kept from being locked by an act meanwhile."""
    heads = queries.heads_of(person_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM patients_person WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE", [heads]
        )
    return list(Person.objects.filter(pk__in=heads).order_by("pk"))


def _followed(
    known_since: Mapping[Person, datetime],
    programme: Programme,
    cause: str,
    *,
    by: Principal,
    at: datetime,
) -> list[ClearanceTransition]:
    """Write down what the answers of one programme became; facts are fetched for all at once."""
    watched = _watches(known_since, programme)
    now = max(at, database_now(), *(one.checked_at for one in watched.values()))
    since = {
        person: max(watched[person.pk].checked_at - OVERLAP, known)
        for person, known in known_since.items()
    }
    walks = queries.walked(since, programme, until=now)
    kept = queries.kept_around(since, programme)
    made: list[ClearanceTransition] = []
    for person in since:
        changes = walks[person.pk].changes
        rows = _written(person, programme, changes, kept[person.pk], cause, by=by, at=at)
        lost = [row for row in rows if row.change == Change.REVOKED]
        # What was lost and regained before anybody noticed is in the log, and nobody is called for it.
        if lost and not changes[-1].clearance.is_cleared:
            deliveries.tell_of_loss(transition=lost[-1], by=by, at=at)
        made += rows
    _recall_who_is_away(since, programme, walks, by=by, at=now)
    later = now + AT_LEAST_EVERY
    _asleep({watched[key].pk: min(one.next_at or later, later) for key, one in walks.items()}, now)
    return made


def _recall_who_is_away(
    people: Iterable[Person],
    programme: Programme,
    walks: Mapping[int, Walked],
    *,
    by: Principal,
    at: datetime,
) -> None:
    """Open a recall of whoever is away and not cleared, unless one runs.

    The dead are not asked to come back; a death taken back is followed like any other change.
    """
    answers = {one.pk: walks[one.pk].changes[-1].clearance for one in people}
    lost_by = [key for key, one in answers.items() if not one.is_cleared and not one.names_death]
    entries = entries_of(lost_by, known_at=at)
    for person_id, posting in away_among(entries, programme).items():
        lost = queries.lost_by(person_id, programme, at)
        if lost is not None:
            recalls.open_recall(posting=posting, transition=lost, by=by, at=at)


def _watches(
    known_since: Mapping[Person, datetime], programme: Programme
) -> dict[int, ClearanceWatch]:
    """Return the watch of each person, locked in their order; who has none is watched from now on."""
    rows = [
        {
            "person_id": person.pk,
            "programme_id": programme.pk,
            "checked_at": known,
            "next_at": known,
        }
        for person, known in known_since.items()
    ]
    bulk.insert(ClearanceWatch, rows, is_repeatable=True)
    mine = ClearanceWatch.objects.filter(programme=programme, person__in=list(known_since))
    return {one.person_id: one for one in mine.select_for_update().order_by("person_id")}


def _asleep(next_at: Mapping[int, datetime], checked_at: datetime) -> None:
    """Write down when each watch is to be looked at again."""
    with connection.cursor() as cursor:
        cursor.execute(_SLEEP, [checked_at, list(next_at), list(next_at.values())])


def _written(
    person: Person,
    programme: Programme,
    changes: Sequence[Transition],
    kept: Kept,
    cause: str,
    *,
    by: Principal,
    at: datetime,
) -> list[ClearanceTransition]:
    """Write down the changes that are not written down, or otherwise."""
    derived = {one.at: frozenset(one.clearance.reasons) for one in changes}
    made = []
    before: frozenset[Reason] | None = _reasons(kept.before) if kept.before else None
    current = before
    for moment in sorted({*derived, *kept.rows}):
        current = derived.get(moment, current)
        assert current is not None  # noqa: S101 - the first of them is derived
        known = kept.rows.get(moment)
        change = change_between(before, current)
        if _reasons(known) != current if known else change is not None:
            made.append(
                ClearanceTransition.objects.create(
                    person=person,
                    programme=programme,
                    changed_at=moment,
                    status="NOT_CLEARED" if current else "CLEARED",
                    reasons=_in_order(current),
                    come=_in_order(current - (before or frozenset())),
                    gone=_in_order((before or frozenset()) - current),
                    change=change or Change.CHANGED,
                    cause=cause,
                    recorded_by=by,
                    recorded_at=at,
                )
            )
        before = current
    return made


def _reasons(row: ClearanceTransition) -> frozenset[Reason]:
    return frozenset(Reason(code) for code in row.reasons)


def _in_order(reasons: frozenset[Reason]) -> list[str]:
    return [one.value for one in Reason if one in reasons]
