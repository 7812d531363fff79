"""Reports that are to be printed together: the newest versions of a period, by ward and requester."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from assays.models import ReportAccess, ReportVersion
from assays.rules.states import ReportStatus
from labsys.accounts.models import Principal
from labsys.lib import policy
from labsys.lib.clock import bounds_of_day
from patients.models import Location, Person

PRINT = "assays.report.print"
TAKEN = (ReportAccess.Kind.PRINTED, ReportAccess.Kind.DOWNLOADED)
INTERIM = (ReportStatus.PARTIAL, ReportStatus.PRELIMINARY)
# A ward holds rooms, and these hold beds.
DEEPEST = 3


@dataclass(frozen=True)
class Wanted:
    """Which reports: made between two days (both included), of whom, and in which state."""

    since: date
    until: date
    ward: int | None = None
    requester: int | None = None
    with_interim: bool = False
    with_printed: bool = False


def listed(principal: Principal, wanted: Wanted) -> QuerySet[ReportVersion]:
    """Return the newest versions that are wanted and within reach, the oldest first."""
    return (
        _matching(principal, wanted)
        .defer("content")
        .annotate(is_printed=Exists(_taken()))
        .select_related("report__order__requester__user", "report__order__encounter__location")
        .prefetch_related(Prefetch("report__order__person", Person.objects.listed()))
        .order_by("made_at", "id")
    )


def matching(principal: Principal, wanted: Wanted) -> QuerySet[ReportVersion]:
    """Return the same rows bare, for counting."""
    return _matching(principal, wanted)


def newest_of(principal: Principal, version_ids: Collection[int]) -> list[ReportVersion]:
    """Return these versions as far as they are within reach, each saying whether it is the newest."""
    rows = policy.scope(principal, ReportVersion.objects.filter(pk__in=list(version_ids)), PRINT)
    return list(
        rows.annotate(is_superseded=Exists(_later()))
        .select_related("report__order")
        .order_by("made_at", "id")
    )


def wards(principal: Principal) -> list[tuple[int, str]]:
    """Return the wards that may be chosen."""
    rows = policy.scope(principal, Location.objects.filter(kind="WARD", is_active=True))
    return list(rows.order_by("name").values_list("pk", "name"))


def requesters(principal: Principal, wanted: Wanted, limit: int = 200) -> list[tuple[int, str]]:
    """Return who ordered what the period's reports answer."""
    period = Wanted(wanted.since, wanted.until, with_interim=True, with_printed=True)
    ids = _matching(principal, period).order_by().values("report__order__requester").distinct()
    found = Principal.objects.filter(pk__in=ids).select_related("user").order_by("name")[:limit]
    return [(one.pk, one.display_name) for one in found]


def _matching(principal: Principal, wanted: Wanted) -> QuerySet[ReportVersion]:
    rows = ReportVersion.objects.filter(
        ~Exists(_later()),
        made_at__gte=bounds_of_day(wanted.since)[0],
        made_at__lt=bounds_of_day(wanted.until)[1],
    )
    if wanted.ward is not None:
        rows = rows.filter(_within(wanted.ward))
    if wanted.requester is not None:
        rows = rows.filter(report__order__requester=wanted.requester)
    if not wanted.with_interim:
        rows = rows.exclude(status__in=INTERIM)
    if not wanted.with_printed:
        rows = rows.exclude(Exists(_taken()))
    found: QuerySet[ReportVersion] = policy.scope(principal, rows, PRINT)
    return found


def _within(ward: int) -> Q:
    path, condition = "report__order__encounter__location", Q()
    for depth in range(DEEPEST):
        condition |= Q(**{path + "__parent" * depth: ward})
    return condition


def _later() -> QuerySet[ReportVersion]:
    rows = ReportVersion.objects.filter(report=OuterRef("report"))
    return rows.filter(number__gt=OuterRef("number"))


def _taken() -> QuerySet[ReportAccess]:
    return ReportAccess.objects.filter(version=OuterRef("pk"), kind__in=TAKEN)
