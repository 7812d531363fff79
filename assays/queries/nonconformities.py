"""Nonconformities as a list: which, how old, how many; and one with its course."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet

from assays.models import Instrument, Nonconformity, NonconformityEvent
from assays.rules.nonconformities import UNSETTLED
from labsys.accounts.models import Principal
from labsys.lib import policy
from labsys.lib.clock import hospital_day

PAGE = 50
# What a page or a file of a whole list gives at most.
LONGEST_EXPORT = 10_000
VIEW, REPORT = "assays.nonconformity.view", "assays.nonconformity.report"
_OPEN = Q(status__in=[status.value for status in UNSETTLED])


def covers(moment: str) -> str:
    """Return the SQL that says whether a nonconformity `k` speaks for what happened at a moment.

    While it is not settled it speaks for all of its kind; settled, also as entered in error, for
    what happened before that.
    """
    return f"""(k.status IN ('OPEN', 'INVESTIGATING', 'CORRECTED') OR {moment} <= (
        SELECT max(e.recorded_at) FROM assays_nonconformityevent e
        WHERE e.nonconformity_id = k.id AND e.old <> e.new))"""  # noqa: S608 - a column of ours


@dataclass(frozen=True)
class Chosen:
    """Which nonconformities are asked for; what is not set is not asked."""

    status: str = "UNSETTLED"
    kind: str = ""
    severity: str = ""
    is_overdue: bool = False
    is_mine: bool = False


@dataclass(frozen=True)
class Page:
    """Some nonconformities, the newest first, and where the next page begins."""

    rows: list[Nonconformity]
    after: int | None


def visible(principal: Principal) -> QuerySet[Nonconformity]:
    """Return what somebody may read: everything, or what they reported themselves."""
    rows = Nonconformity.objects.all()
    if policy.can(principal, VIEW):
        return rows
    return rows.filter(recorded_by=principal.pk)


def unsettled(principal: Principal, instrument: Instrument) -> QuerySet[Nonconformity]:
    """Return what somebody may read about an instrument and is not settled."""
    return visible(principal).filter(_OPEN, instrument=instrument)


def chosen_rows(principal: Principal, chosen: Chosen, *, today: date) -> QuerySet[Nonconformity]:
    """Return the rows of a filtered list."""
    rows = visible(principal).select_related(
        "specimen", "instrument", "responsible__user", "recorded_by__user"
    )
    if chosen.status == "UNSETTLED":
        rows = rows.filter(_OPEN)
    elif chosen.status:
        rows = rows.filter(status=chosen.status)
    if chosen.kind:
        rows = rows.filter(kind=chosen.kind)
    if chosen.severity:
        rows = rows.filter(severity=chosen.severity)
    if chosen.is_overdue:
        rows = rows.filter(_OPEN, due_on__lt=today)
    if chosen.is_mine:
        rows = rows.filter(responsible=principal.pk)
    return rows


def page(principal: Principal, chosen: Chosen, *, at: datetime, after: int | None = None) -> Page:
    """Return one page of a filtered list."""
    rows = chosen_rows(principal, chosen, today=hospital_day(at))
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    return Page(found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None)


def exported(principal: Principal, chosen: Chosen, *, at: datetime) -> Iterator[Nonconformity]:
    """Yield the rows of a filtered list, the newest first, as far as `LONGEST_EXPORT`."""
    rows = chosen_rows(principal, chosen, today=hospital_day(at))
    yield from rows.order_by("-pk")[:LONGEST_EXPORT].iterator(chunk_size=1000)


def counts(principal: Principal, *, at: datetime) -> dict[str, int]:
    """Count what is not settled: by state, and how much of it is overdue."""
    today = hospital_day(at)
    return (
        visible(principal)
        .filter(_OPEN)
        .aggregate(
            OPEN=Count("pk", filter=Q(status="OPEN")),
            INVESTIGATING=Count("pk", filter=Q(status="INVESTIGATING")),
            CORRECTED=Count("pk", filter=Q(status="CORRECTED")),
            OVERDUE=Count("pk", filter=Q(due_on__lt=today)),
        )
    )


def course(row: Nonconformity) -> list[NonconformityEvent]:
    """Return every step of one, the newest first."""
    events = NonconformityEvent.objects.filter(nonconformity=row)
    return list(events.select_related("recorded_by__user").order_by("-pk")[:200])
