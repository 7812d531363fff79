"""Departures, and the list of one with the gate's word for everybody on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Prefetch, Q, QuerySet

from consent.models import Departure, DepartureMember, Posting
from consent.queries import clearances
from consent.rules.departures import DepartureState
from consent.rules.gates import GateStatus, GateView, gate_view
from patients.models import Person
from patients.models.persons import CurrentName

PAGE = 50
SOON = timedelta(days=1)


@dataclass(frozen=True)
class Line:
    """One person of a departure: left with it, away otherwise, or what the gate is told."""

    member: DepartureMember
    view: GateView
    posting: Posting | None
    is_away: bool

    @property
    def is_ready(self) -> bool:
        return self.posting is None and not self.is_away and self.view.status is GateStatus.CLEARED


@dataclass(frozen=True)
class DeparturePage:
    rows: Sequence[Departure]
    after: int | None


def counted(rows: QuerySet[Departure]) -> QuerySet[Departure]:
    """Return departures with how many are to leave and how many have left."""
    members = Q(members__removed_at=None)
    left = Q(postings__isnull=False, postings__annulment=None)
    named = rows.select_related("programme").prefetch_related("programme__versions")
    return named.annotate(
        listed=Count("members", filter=members, distinct=True),
        gone=Count("postings", filter=left, distinct=True),
    )


def soon(*, at: datetime) -> QuerySet[Departure]:
    """Return what is planned to leave within a day, or was to have left."""
    return Departure.objects.filter(state=DepartureState.PLANNED, leaves_at__lt=at + SOON)


def page(*, shows_all: bool, after: int | None = None) -> DeparturePage:
    """Return the planned departures, the next one first, or all, the newest first."""
    rows = counted(Departure.objects.all())
    if not shows_all:
        rows = rows.filter(state=DepartureState.PLANNED).order_by("leaves_at", "id")
        return DeparturePage(list(rows[:PAGE]), None)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows.order_by("-id")[: PAGE + 1])
    return DeparturePage(found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None)


def lines(departure: Departure, *, at: datetime) -> list[Line]:
    """Return everybody on the list with the gate's word, in a constant number of queries."""
    shown = Person.objects.annotate(current_name=CurrentName("pk"))
    person = Prefetch("person", shown.only("uid", "mrn", "placeholder"))
    members = list(
        departure.members.filter(removed_at=None).prefetch_related(person).order_by("id")
    )
    ids = [one.person_id for one in members]
    entries = clearances.entries_of(ids, known_at=at)
    answers = clearances.decided_now(entries, departure.programme, at=at)
    gone = {
        one.person_id: one
        for one in Posting.objects.filter(departure=departure, annulment=None).order_by("id")
    }
    every = {entry for linked in entries.values() for entry in linked}
    away = set(Posting.objects.away().filter(person__in=every).values_list("person_id", flat=True))
    return [
        Line(
            member=one,
            view=gate_view(answers[one.person_id]),
            posting=gone.get(one.person_id),
            is_away=not away.isdisjoint(entries[one.person_id]),
        )
        for one in members
    ]
