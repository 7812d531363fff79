"""Alerts that wait for a clinician, before whom they stand now, and who is on call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Prefetch, Q, QuerySet

from consent.models import ClinicalAlert, OnCall
from consent.rules.alerts import AlertDue, AlertKind, AlertState, AlertStep, after, due, following
from labsys.accounts.models import Principal
from labsys.accounts.queries import people_who_may
from labsys.lib import policy
from patients.models import Person

ANSWER = "consent.alert.answer"
VIEW = "consent.alert.view"
# What an alert of this kind asks for is done, and known of, by these alone.
ANSWERED_BY = {AlertKind.INTERVIEW: "consent.psychological.record"}
SHOWN = 200
RECENT = 20
RECENT_FOR = timedelta(days=3)


@dataclass(frozen=True)
class Row:
    """One alert with its clock as it stands at the moment asked of."""

    alert: ClinicalAlert
    minutes: int
    step: AlertDue | None
    next: AlertDue | None

    @property
    def is_open(self) -> bool:
        return bool(self.alert.state == AlertState.OPEN)

    @property
    def is_acknowledged(self) -> bool:
        return bool(self.alert.state == AlertState.ACKNOWLEDGED)


@dataclass(frozen=True)
class Listed:
    """What the page shows: what waits, the oldest first, and what was closed of late."""

    waiting: list[Row]
    is_capped: bool
    recent: list[Row]


def shifts_at(at: datetime) -> QuerySet[OnCall]:
    """Return who is on call at a moment."""
    rows: QuerySet[OnCall] = OnCall.objects.filter(since__lte=at, until__gt=at)
    return rows.filter(Q(ended_at=None) | Q(ended_at__gt=at)).order_by("since", "id")


def shifts_from(at: datetime) -> QuerySet[OnCall]:
    """Return who is on call now or later, in their order."""
    rows: QuerySet[OnCall] = OnCall.objects.filter(until__gt=at, ended_at=None)
    return rows.select_related("principal__user").order_by("since", "id")


def for_screening(at: datetime) -> QuerySet[ClinicalAlert]:
    """Return the open alerts that came as far as the screening staff: of each person the oldest.

    Of two that are open for one person each calls for something else: shown both, they would tell
    what is asked.
    """
    rows: QuerySet[ClinicalAlert] = ClinicalAlert.objects.filter(state=AlertState.OPEN)
    rows = rows.filter(_came_to(AlertStep.SCREENING, at=at))
    return rows.order_by("person_id", "recorded_at", "id").distinct("person_id")


def on_call_ids(at: datetime, kind: AlertKind | None = None) -> frozenset[int]:
    """Return the ids of the clinicians on call at a moment who may still answer (that kind)."""
    return frozenset(one.pk for one in on_call(at, kind))


def on_call(at: datetime, kind: AlertKind | None = None) -> list[Principal]:
    """Return the clinicians on call at a moment who may still answer, each once, by name."""
    return list(clinicians(kind).filter(pk__in=shifts_at(at).order_by().values("principal")))


def clinicians(kind: AlertKind | None = None) -> QuerySet[Principal]:
    """Return the people who may answer alerts (of that kind), by name."""
    found = people_who_may(ANSWER).order_by("user__full_name", "pk")
    asked = ANSWERED_BY.get(kind) if kind else None
    return found.filter(pk__in=people_who_may(asked).values("pk")) if asked else found


def told_at(step: AlertStep, kind: AlertKind, *, at: datetime) -> list[Principal]:
    """Return whom a step of an unanswered alert tells; where nobody is on call, every clinician."""
    if step is AlertStep.SCREENING:
        others = clinicians().exclude(pk__in=clinicians(kind).values("pk"))
        return list(people_who_may(VIEW).exclude(pk__in=others.values("pk")))
    called = [] if step is AlertStep.CLINICIANS else on_call(at, kind)
    return called or list(clinicians(kind))


def not_answered_by(principal: Principal) -> list[AlertKind]:
    """Return the kinds of alerts that somebody who answers others does not answer, nor read."""
    return [kind for kind, asked in ANSWERED_BY.items() if not policy.can(principal, asked)]


def _came_to(step: AlertStep, *, at: datetime) -> Q:
    """Return the alerts that came as far as a step, were they not answered."""
    found = Q()
    for kind in AlertKind:
        found |= Q(kind=kind, recorded_at__lte=at - after(kind)[step])
    return found


def listed(principal: Principal, *, at: datetime) -> Listed:
    """Return the alerts in reach in a constant number of queries.

    Whoever may not answer reaches those alone that came as far as them (`consent.policy`).
    """
    rows = policy.scope(principal, ClinicalAlert.objects.all())
    rows = rows.select_related(
        "programme", "recorded_by__user", "acknowledged_by__user", "closed_by__user"
    ).prefetch_related(Prefetch("person", Person.objects.listed()), "programme__versions")
    waiting = list(rows.exclude(state=AlertState.CLOSED).order_by("recorded_at", "id")[: SHOWN + 1])
    closed = rows.filter(state=AlertState.CLOSED, closed_at__gt=at - RECENT_FOR)
    return Listed(
        waiting=[row(one, at=at) for one in waiting[:SHOWN]],
        is_capped=len(waiting) > SHOWN,
        recent=[row(one, at=at) for one in closed.order_by("-closed_at", "-id")[:RECENT]],
    )


def row(alert: ClinicalAlert, *, at: datetime) -> Row:
    """Return an alert with its clock, which stands still once it is acknowledged."""
    is_open = alert.state == AlertState.OPEN
    until = at if is_open else alert.acknowledged_at
    kind = AlertKind(alert.kind)
    reached = due(alert.recorded_at, kind, at=until)
    return Row(
        alert=alert,
        minutes=max(0, int((until - alert.recorded_at).total_seconds() // 60)),
        step=reached[-1] if reached else None,
        next=following(alert.recorded_at, kind, at=at) if is_open else None,
    )


def before(principal: Principal, *, at: datetime) -> QuerySet[ClinicalAlert]:
    """Return the open alerts that stand before somebody now, worked out from moments alone.

    Whoever is on call has all; where nobody is, every clinician has. The others have those that
    came as far as them.
    """
    rows: QuerySet[ClinicalAlert] = policy.scope(
        principal, ClinicalAlert.objects.filter(state=AlertState.OPEN)
    )
    if not policy.can(principal, ANSWER):
        return rows.filter(_came_to(AlertStep.SCREENING, at=at))
    standing = _came_to(AlertStep.CLINICIANS, at=at)
    for kind in AlertKind:
        called = on_call_ids(at, kind)
        if not called or principal.pk in called:
            standing |= Q(kind=kind)
    return rows.filter(standing)
