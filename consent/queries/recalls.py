"""Who is being recalled, how long is left, and how far each is on the way back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Prefetch, QuerySet

from consent.models import Check, Posting, Programme, Recall, RecallStep
from consent.queries.clearances import entries_of
from consent.queries.programmes import version_at
from consent.rules.answers import Clearance
from consent.rules.facts import CheckKind, CheckOutcome
from consent.rules.recalls import AWAY, BY_HAND, RECALL, RecallState, is_overdue, may_be_cancelled
from labsys.accounts.models import Principal
from labsys.lib import policy
from patients.models import Person

SHOWN = 200
RECENT = 20
DEFAULT_WITHIN = timedelta(hours=48)


@dataclass(frozen=True)
class Row:
    """One recall with its clock as it stands at the moment asked of."""

    recall: Recall
    is_overdue: bool
    left: timedelta
    steps: list[RecallStep]

    @property
    def hours_left(self) -> int:
        """Whole hours until somebody is to be back; negative once that is past."""
        return int(self.left.total_seconds() / 3600)

    @property
    def hours_over(self) -> int:
        return -self.hours_left

    def next_steps(self, answer: Clearance) -> list[RecallState]:
        """What a person may write down next, by how they who are recalled stand now."""
        state = RecallState(self.recall.state)
        steps = [one for one in RecallState if one in BY_HAND and RECALL.can_move(state, one)]
        if not may_be_cancelled(state, answer):
            return [one for one in steps if one is not RecallState.CANCELLED]
        return steps


@dataclass(frozen=True)
class Listed:
    """What the page shows: recalls that run, the first due first, and those that ended of late."""

    running: list[Row]
    is_capped: bool
    recent: list[Row]


def within(programme: Programme, *, at: datetime) -> timedelta:
    """Return how long a recall of this programme may take, by its rules in force."""
    version = version_at(programme, at)
    return timedelta(hours=version.recall_within_hours) if version else DEFAULT_WITHIN


def examined_since(person_id: int, moment: datetime, *, known_at: datetime) -> datetime | None:
    """Return when somebody was first examined since a moment, under whichever entry; or None."""
    entries = entries_of([person_id], known_at=known_at)[person_id]
    rows = Check.objects.filter(
        person__in=entries, kind=CheckKind.MEDICAL, performed_at__gte=moment, annulment=None
    ).exclude(outcome=CheckOutcome.INCOMPLETE)
    found: datetime | None = (
        rows.order_by("performed_at").values_list("performed_at", flat=True).first()
    )
    return found


def away_among(entries: Mapping[int, Sequence[int]], programme: Programme) -> dict[int, Posting]:
    """Return the posting on which each is away for a programme, under whichever of their entries."""
    every = [entry for linked in entries.values() for entry in linked]
    rows = Posting.objects.away().filter(person__in=every, programme=programme).order_by("-id")
    found = {one.person_id: one for one in rows.select_related("programme")}
    away: dict[int, Posting] = {}
    for person, linked in entries.items():
        mine = [found[entry] for entry in linked if entry in found]
        if mine:
            away[person] = min(mine, key=lambda one: one.pk)
    return away


def to_bring_back() -> QuerySet[Recall]:
    """Return the recalls of people who are still away."""
    rows: QuerySet[Recall] = Recall.objects.filter(state__in=[state.value for state in AWAY])
    return rows


def listed(principal: Principal, *, at: datetime) -> Listed:
    """Return the recalls in reach in a constant number of queries."""
    rows = _beside(policy.scope(principal, Recall.objects.all()))
    running = list(rows.filter(ended_at=None).order_by("due_at", "id")[: SHOWN + 1])
    ended = rows.filter(ended_at__isnull=False).order_by("-ended_at", "-id")
    return Listed(
        running=[row(one, at=at) for one in running[:SHOWN]],
        is_capped=len(running) > SHOWN,
        recent=[row(one, at=at) for one in ended[:RECENT]],
    )


def found(principal: Principal, uid: object, *, at: datetime) -> Row | None:
    """Return one recall in reach, or None."""
    one = _beside(policy.scope(principal, Recall.objects.filter(uid=uid))).first()
    return None if one is None else row(one, at=at)


def row(recall: Recall, *, at: datetime) -> Row:
    """Return a recall with its clock."""
    return Row(
        recall=recall,
        is_overdue=is_overdue(RecallState(recall.state), recall.due_at, at=at),
        left=recall.due_at - at,
        steps=sorted(recall.steps.all(), key=lambda one: one.pk),
    )


def _beside(rows: QuerySet[Recall]) -> QuerySet[Recall]:
    steps = RecallStep.objects.select_related("recorded_by__user")
    return rows.select_related("programme", "posting", "transition").prefetch_related(
        Prefetch("person", Person.objects.listed()),
        Prefetch("steps", steps),
        "programme__versions",
    )
