"""Departures: planned with their members; leaving is decided for each person alone."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from consent.actions import postings
from consent.actions.postings import NotCleared
from consent.models import Departure, DepartureMember, Posting, Programme
from consent.queries.programmes import check_open
from consent.rules.departures import DEPARTURE, DepartureState
from consent.rules.gates import GateStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import WORLD_TOLERANCE, database_now
from labsys.lib.errors import Conflict, InvalidInput
from patients.actions.gateway import insert
from patients.models import Person

PLAN, RECORD = "consent.departure.plan", postings.RECORD
FURTHEST = timedelta(days=366)
# What one call decides: below the time that a page may take. Whoever calls again goes on.
AT_ONCE = 200
MOST_MEMBERS = 1000


@dataclass
class Leaving:
    """What came of letting people leave: who left, who stayed with the gate's word, who waits."""

    left: list[Posting] = field(default_factory=list)
    stayed: list[tuple[Person, GateStatus]] = field(default_factory=list)
    away: list[Person] = field(default_factory=list)
    waiting: int = 0


def plan(
    *,
    programme: Programme,
    leaves_at: datetime,
    by: Principal,
    at: datetime,
    destination: str = "",
    people: Sequence[Person] = (),
) -> Departure:
    """Plan a departure; being on its list clears nobody."""
    policy.check(by, PLAN)
    if leaves_at.tzinfo is None:
        raise InvalidInput(_("The moment has no time zone."), field="leaves_at")
    if not at - WORLD_TOLERANCE <= leaves_at <= at + FURTHEST:
        raise InvalidInput(_("A departure is planned ahead, within a year."), field="leaves_at")
    with acting(by=by, at=at, action="consent.departure.plan"):
        check_open(programme, database_now())
        made = insert(
            Departure(
                uid=uuid.uuid4(),
                programme=programme,
                destination=destination.strip() or programme.named_at(leaves_at).destination,
                leaves_at=leaves_at,
                recorded_at=at,
                recorded_by=by,
            )
        )
        add(departure=made, people=people, by=by, at=at)
    return made


def add(
    *, departure: Departure, people: Iterable[Person], by: Principal, at: datetime
) -> list[DepartureMember]:
    """Put people on the list; who stands on it already is left as they are."""
    policy.check(by, PLAN)
    with acting(by=by, at=at, action="consent.departure.add"):
        _hold(departure)
        listed = set(departure.members.filter(removed_at=None).values_list("person_id", flat=True))
        fresh = [one for one in {one.pk: one for one in people}.values() if one.pk not in listed]
        if len(listed) + len(fresh) > MOST_MEMBERS:
            raise InvalidInput(
                _("At most %(most)d people leave together; plan a second departure.")
                % {"most": MOST_MEMBERS},
                field="people",
            )
        made: list[DepartureMember] = DepartureMember.objects.bulk_create(
            DepartureMember(departure=departure, person=one, recorded_at=at, recorded_by=by)
            for one in fresh
        )
        return made


def remove(*, member: DepartureMember, by: Principal, at: datetime) -> None:
    """Take somebody off the list who has not left with it."""
    policy.check(by, PLAN)
    with acting(by=by, at=at, action="consent.departure.remove"):
        _hold(member.departure)
        if Posting.objects.filter(
            departure=member.departure, person=member.person, annulment=None
        ).exists():
            raise Conflict(_("This person has left with this departure."))
        rows = DepartureMember.objects.filter(pk=member.pk, removed_at=None)
        if not rows.update(removed_at=at, removed_by=by):
            raise Conflict(_("This person was taken off the list meanwhile."))


def depart(
    *,
    departure: Departure,
    by: Principal,
    at: datetime,
    people: Sequence[Person] | None = None,
) -> Leaving:
    """Let members leave, each decided in a transaction of their own; who is not cleared stays.

    Without `people` everybody on the list who has not left yet. No transaction holds several
    people, so that nobody's withdrawal waits for the others; a call that dies in the middle has let
    go whom it let go, and called again goes on with the rest.
    """
    policy.check(by, RECORD)
    if departure.state != DepartureState.PLANNED:
        raise Conflict(_("This departure is over."))
    found, todo = Leaving(), _still_here(departure, people)
    found.waiting = max(0, len(todo) - AT_ONCE)
    for person in todo[:AT_ONCE]:
        try:
            found.left.append(
                postings.post(
                    person=person,
                    programme=departure.programme,
                    departure=departure,
                    destination=departure.destination,
                    by=by,
                    at=at,
                )
            )
        except NotCleared as refused:
            found.stayed.append((person, refused.status_word))
        except Conflict:
            found.away.append(person)
    return found


def _still_here(departure: Departure, people: Sequence[Person] | None) -> list[Person]:
    """Return the members who have not left with it, in the order of the list."""
    gone = Posting.objects.filter(departure=departure, annulment=None).values("person_id")
    members = departure.members.filter(removed_at=None)
    if people is not None:
        asked = {one.pk for one in people}
        members = members.filter(person__in=asked)
        if members.count() < len(asked):
            raise InvalidInput(_("Not all of these people are on the list."), field="people")
    here = members.exclude(person__in=gone).select_related("person")
    return [one.person for one in here.order_by("id")]


def close(*, departure: Departure, by: Principal, at: datetime) -> Departure:
    """End a departure: whoever has not left with it stays."""
    policy.check(by, RECORD)
    return _move(departure, DepartureState.LEFT, by=by, at=at, action="consent.departure.close")


def cancel(*, departure: Departure, by: Principal, at: datetime) -> Departure:
    """Cancel a departure with which nobody has left."""
    policy.check(by, PLAN)
    if Posting.objects.filter(departure=departure, annulment=None).exists():
        raise Conflict(_("Somebody has left with this departure; close it instead."))
    return _move(
        departure, DepartureState.CANCELLED, by=by, at=at, action="consent.departure.cancel"
    )


def _hold(departure: Departure) -> None:
    """Lock a departure that is still planned."""
    held = Departure.objects.select_for_update().get(pk=departure.pk)
    if held.state != DepartureState.PLANNED:
        raise Conflict(_("This departure is over."))


def _move(
    departure: Departure, to: DepartureState, *, by: Principal, at: datetime, action: str
) -> Departure:
    old = DepartureState(departure.state)
    with acting(by=by, at=at, action=action):
        rows = Departure.objects.filter(pk=departure.pk, state=old)
        # The filter on the old state is the lock: of two racing callers one updates no row.
        if not DEPARTURE.can_move(old, to) or not rows.update(state=to, ended_at=at):
            raise Conflict(_("This departure is over."))
    departure.refresh_from_db()
    return departure
