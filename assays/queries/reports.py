"""Reading the reports that were made, their versions and who was shown them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from assays.models import Report, ReportAccess, ReportVersion
from labsys.accounts.models import Principal
from labsys.lib import policy
from patients.models import Person

OF_A_PERSON = 10


def of_order(order_id: int, principal: Principal) -> list[Report]:
    """Return an order's report with its versions, the newest first; none out of reach."""
    return list(_listed(principal, order=order_id))


def of_persons(person_ids: Iterable[int], principal: Principal) -> list[Report]:
    """Return the reports about a person (all linked entries), of their newest orders first.

    One more than are shown is returned where there are more.
    """
    rows = _listed(principal, order__person__in=list(person_ids))
    # As the index of a person's orders has them.
    return list(rows.order_by("-order__id")[: OF_A_PERSON + 1])


def _without_content() -> QuerySet[ReportVersion]:
    """Versions, the newest first; what they say is read where it is shown."""
    return ReportVersion.objects.defer("content").order_by("-number")


def _listed(principal: Principal, **wanted: Any) -> QuerySet[Report]:
    newest = _without_content()
    return (
        policy.scope(principal, Report.objects.filter(**wanted))
        .prefetch_related(Prefetch("versions", newest))
        .order_by("-id")
    )


def found(report_id: int, principal: Principal) -> Report | None:
    """Return one report within reach with all its versions, the newest first."""
    versions = _without_content().select_related("made_by__user")
    reports = (
        policy.scope(principal, Report.objects.filter(pk=report_id))
        .select_related("order")
        .prefetch_related(
            Prefetch("versions", versions), Prefetch("order__person", Person.objects.listed())
        )
    )
    return reports.first()


def accesses(report: Report, limit: int = 200) -> list[ReportAccess]:
    """Return who was shown which version, the newest first."""
    rows = ReportAccess.objects.filter(version__report=report)
    return list(
        rows.select_related("by__user", "version").defer("version__content").order_by("-id")[:limit]
    )


def readers_of_value(result_id: int) -> QuerySet[ReportAccess]:
    """Return every access to a version that gave this value: who has to hear of its correction."""
    return (
        ReportAccess.objects.filter(
            Q(version__result_ids__contains=[result_id])
            | Q(version__preliminary_ids__contains=[result_id])
        )
        .select_related("by", "version")
        .defer("version__content")
        .order_by("id")
    )


def to_render(version_ids: Iterable[int]) -> list[ReportVersion]:
    """Return those of the versions that have no document yet."""
    rows = ReportVersion.objects.filter(pk__in=list(version_ids), document=None)
    return list(rows.order_by("pk"))
