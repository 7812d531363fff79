"""Shifts as rotas show and judge them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.timezone import get_default_timezone

from assays.models import GroupMember, Shift, WorkGroup
from assays.rules.rota import Duty
from labsys.accounts.models import Principal


def standing() -> QuerySet[Shift]:
    """Return the shifts that were not cancelled."""
    return Shift.objects.filter(cancelled_at=None)


def between(group: WorkGroup, start: datetime, end: datetime) -> list[Shift]:
    """Return a group's shifts that touch a period, in order."""
    rows = standing().filter(group=group, starts_at__lt=end, ends_at__gt=start)
    return list(rows.select_related("principal__user").order_by("starts_at", "id"))


def duties(shifts: Iterable[Shift]) -> list[Duty]:
    """Return shifts as the rules judge them."""
    return [Duty(one.starts_at, one.ends_at, one.principal_id) for one in shifts]


def clash(wanted: Duty) -> Shift | None:
    """Return the first shift, of whichever group, that a wanted duty of the same person overlaps."""
    rows = standing().filter(
        principal_id=wanted.who, starts_at__lt=wanted.ends_at, ends_at__gt=wanted.starts_at
    )
    found: Shift | None = rows.select_related("group").order_by("starts_at").first()
    return found


def on_duty(groups: Iterable[WorkGroup], at: datetime) -> list[Shift]:
    """Return who is on duty for these groups at a moment."""
    rows = standing().filter(group__in=list(groups), starts_at__lte=at, ends_at__gt=at)
    return list(rows.select_related("principal__user").order_by("group", "ends_at", "id"))


def until_at_least(members: QuerySet[GroupMember], moment: datetime) -> QuerySet[GroupMember]:
    """Keep the memberships that last to a moment."""
    return members.filter(Q(until=None) | Q(until__gte=moment))


def now(members: QuerySet[GroupMember], at: datetime) -> QuerySet[GroupMember]:
    """Keep the memberships that run at a moment."""
    return members.filter(Q(until=None) | Q(until__gt=at), since__lte=at)


def leads(principal: Principal, group: WorkGroup, *, at: datetime) -> bool:
    """Say whether somebody leads a group at a moment."""
    rows = GroupMember.objects.filter(group=group, principal_id=principal.pk, is_lead=True)
    return now(rows, at).exists()


def same_hour(moment: datetime, later: timedelta) -> datetime:
    """Return the same hour of the clock, so many whole days later, where the hospital is."""
    local = moment.astimezone(get_default_timezone())
    # Added to the clock's reading: a night shift begins at 22:00 on either side of a clock change.
    return (local.replace(tzinfo=None) + later).replace(tzinfo=local.tzinfo).astimezone(UTC)


def following(groups: Iterable[WorkGroup], at: datetime) -> list[Shift]:
    """Return of each of these groups the first shift that begins after a moment."""
    rows = standing().filter(group__in=list(groups), starts_at__gt=at)
    first = rows.order_by("group", "starts_at", "id").distinct("group")
    return list(first.select_related("principal__user"))


def of_principals(principals: Iterable[int], start: datetime, end: datetime) -> list[Shift]:
    """Return the shifts of these people in whichever group that touch a period."""
    rows = standing().filter(
        principal_id__in=list(principals), starts_at__lt=end, ends_at__gt=start
    )
    return list(rows.select_related("group").order_by("starts_at", "id"))
