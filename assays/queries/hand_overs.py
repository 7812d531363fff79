"""Hand-overs as those who work in a group read them: what was said, and what is still open."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, Prefetch, QuerySet

from assays.models import HandOver, HandOverItem, HandOverTaken, Shift, WorkGroup
from assays.queries import shifts
from labsys.accounts.models import Principal
from labsys.lib import policy
from patients.models import Person

LATE = timedelta(hours=1)
MOST_OPEN = 200


def standing(by: Principal) -> QuerySet[HandOver]:
    """Return the hand-overs that hold, of the groups in which somebody works."""
    rows: QuerySet[HandOver] = policy.scope(by, HandOver.objects.filter(corrected_by=None))
    return rows


def shown(by: Principal, rows: QuerySet[HandOver]) -> QuerySet[HandOver]:
    """Return hand-overs with all that a page shows of them, in a constant number of queries.

    Items about patients out of reach (the group's care for them has ended) are not among them;
    `item_count` counts these, too.
    """
    people = Prefetch("person", Person.objects.listed())
    items = policy.scope(by, HandOverItem.objects.all()).select_related("end__recorded_by__user")
    items = items.prefetch_related(people).order_by("priority", "pk")
    taken = HandOverTaken.objects.select_related("recorded_by__user").order_by("pk")
    return (
        rows.select_related("group", "recorded_by__user")
        .annotate(item_count=Count("items", distinct=True))
        .prefetch_related(Prefetch("items", items), Prefetch("taken", taken))
    )


def open_items(by: Principal) -> QuerySet[HandOverItem]:
    """Return what nobody finished, of hand-overs that hold, the most pressing first."""
    rows = HandOverItem.objects.filter(end=None, hand_over__corrected_by=None)
    found: QuerySet[HandOverItem] = policy.scope(by, rows).order_by("priority", "pk")
    return found


def open_of(by: Principal, group: WorkGroup) -> list[HandOverItem]:
    """Return what is open in a group, with whom it is about."""
    rows = open_items(by).filter(hand_over__group=group).select_related("recorded_by__user")
    return list(rows.prefetch_related(Prefetch("person", Person.objects.listed()))[:MOST_OPEN])


def last_handed(group: WorkGroup) -> datetime | None:
    """Return when a group last handed over."""
    rows = HandOver.objects.filter(group=group, corrected_by=None)
    moment: datetime | None = (
        rows.order_by("-handed_at").values_list("handed_at", flat=True).first()
    )
    return moment


def not_taken(by: Principal, *, at: datetime) -> QuerySet[HandOver]:
    """Return the hand-overs of my groups that nobody took within the hour."""
    return standing(by).filter(taken=None, handed_at__lte=at - LATE)


def ended_without(group: WorkGroup, *, at: datetime) -> Shift | None:
    """Return the last shift that ended over an hour ago, where nobody handed over since it began."""
    ended = shifts.standing().filter(group=group, ends_at__lte=at - LATE)
    last: Shift | None = ended.select_related("principal__user").order_by("-ends_at").first()
    if last is None:
        return None
    said = HandOver.objects.filter(group=group, handed_at__gte=last.starts_at)
    return None if said.exists() else last
