"""A patient's page: results over time, drawn and in a table; and a requester's own results."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import get_default_timezone
from django.views.decorators.http import require_http_methods

from assays.pages import latest_values
from assays.pages.courses import drawn
from assays.queries import history, reports
from assays.queries.history import Series
from assays.rules.nanites import LOAD
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import charts, policy
from labsys.lib.addresses import number
from labsys.lib.clock import database_now
from patients import queries as registry
from patients.models import Intervention
from patients.queries import interventions

ORDERS = 12
DRAWN_FROM = 2  # two values are no course: the earlier one is written
CHARTS_OF_MANY = 2
CHARTS = 4  # drawn large in the overview; each analyte's own page draws its own


@require_http_methods(["GET", "HEAD"])
@requires("assays.result.view")
def results(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Show one person's results over time with what was done to them."""
    principal = request.principal  # type: ignore[attr-defined]
    person = history.person_in_reach(principal, str(uid))
    if person is None:
        raise Http404
    now = database_now()
    entries = registry.entries(person.pk)
    reads.record(by=principal, purpose="results", objects=[person], person_id=person.pk)
    done = interventions.of_persons(entries, principal)
    code = request.GET.get("analyte", "").replace("\0", "")[:32]
    found = (
        history.series_of_analyte(entries, principal, code)
        if code
        else history.series_of(entries, principal)
    )
    orders = [] if code else list(history.orders_of(entries, principal))
    made = [] if code else reports.of_persons(entries, principal)
    context: dict[str, Any] = {
        "banner": registry.banner(person, at=now),
        "person": person,
        "trends": _trends(found, done, is_whole=bool(code)),
        "chosen": code,
        "orders": orders[: history.OPEN_ORDERS],
        "are_more_orders": len(orders) > history.OPEN_ORDERS,
        "reports": made[: reports.OF_A_PERSON],
        "are_more_reports": len(made) > reports.OF_A_PERSON,
        "interventions": done,
        "may_order": policy.can(principal, "assays.order.place", person),
        "may_report": policy.can(principal, "assays.report.view", person),
        "may_analyse": _has_loads(found) and policy.can(principal, "assays.analysis.view", person),
    }
    return render(request, "assays/person.html", context)


def _trends(
    found: Sequence[Series], done: Sequence[Intervention], *, is_whole: bool
) -> list[dict[str, Any]]:
    """Return each series with its course; it is drawn large where it is looked at, or stands out."""
    zone = get_default_timezone()
    marked = sorted(found, key=lambda one: (one.analyte.section != "NANITE", not _is_flagged(one)))
    most = CHARTS if len(found) <= history.MANY else CHARTS_OF_MANY
    large = found if is_whole else [one for one in marked if len(one.rows) > 1][:most]
    drawn_large = {id(one) for one in large}
    trends = []
    for place, series in enumerate(found):
        trend: dict[str, Any] = {"series": series}
        earlier, spark = None, ""
        if len(series.rows) <= DRAWN_FROM:
            earlier = series.before
        if len(series.rows) > DRAWN_FROM or id(series) in drawn_large:
            picture = drawn(series, done)
        if len(series.rows) > DRAWN_FROM:
            spark = charts.sparkline(picture, name=f"spark-{place}", zone=zone)
        trend["line"] = latest_values.line(series, earlier, spark)
        if id(series) in drawn_large:
            name = f"trend-{place}"
            trend["picture"] = charts.trend(picture, name=name, zone=zone, width=600, height=250)
        trends.append(trend)
    return trends


def _has_loads(found: Sequence[Series]) -> bool:
    return any(series.analyte.code == LOAD for series in found)


def _is_flagged(series: Series) -> bool:
    evaluation = series.latest.evaluation
    return evaluation is not None and any(flag != "N" for flag in evaluation.flags)


@require_http_methods(["GET", "HEAD"])
@requires("assays.order.place")
def requested(request: HttpRequest) -> HttpResponse:
    """Show a requester their own orders with the results that are there."""
    principal = request.principal  # type: ignore[attr-defined]
    before = number(request.GET.get("before"))
    orders = history.requested_by(principal, before=before, limit=ORDERS)
    shown = orders[:ORDERS]
    values = [one for order in shown for item in order.asked for one in item.readable_results]
    reads.record(
        by=principal,
        purpose="requested",
        objects=values,
        person_id=lambda value: value.person_id,
    )
    context: dict[str, Any] = {"orders": shown, "is_later_page": before is not None}
    if len(orders) > ORDERS:
        context["next"] = f"?before={shown[-1].pk}"
    return render(request, "assays/requested.html", context)
