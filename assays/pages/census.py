"""The census of wards at any past instant and over any period, as a page and as a file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from assays.actions import exports
from assays.pages import ward_views
from assays.pages.files import csv_answer
from labsys.accounts.permissions import requires
from labsys.lib import policy
from labsys.lib.clock import bounds_of_day, database_now, hospital_day
from labsys.lib.records import Export
from patients.forms import MOMENT, MomentField
from patients.models import Location
from patients.queries import wards as registry
from patients.queries.wards import Period
from patients.rules.census import Census, Flow

VIEW = "patients.census.view"
EXPORT = "patients.census.export"
LONGEST_DAYS = 92
USUAL_DAYS = 7
COLUMNS = (
    *("since", "until", "ward", "name", "people_before", "arrivals", "transfers_in"),
    *("transfers_out", "discharges", "deaths", "people", "capacity", "occupied", "free"),
    *("without_bed", "over_capacity"),
)


class CensusForm(forms.Form):
    """Asks for two moments, and for one ward or all."""

    since = MomentField(label=gettext_lazy("From"))
    until = MomentField(label=gettext_lazy("Until"))
    ward = forms.ChoiceField(label=gettext_lazy("Ward"), required=False)

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.at = at
        kinds = (Location.Kind.WARD, Location.Kind.OVERFLOW)
        rows = Location.objects.filter(kind__in=kinds).order_by("name")
        wards = list(rows.values_list("code", "name"))
        self.fields["ward"].choices = [("", _("all")), *wards]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if until and until > self.at:
            given["until"] = until = self.at
        if since and until and since >= until:
            self.add_error("until", _("The period ends before it begins."))
        elif since and until and until - since > timedelta(days=LONGEST_DAYS):
            self.add_error("until", _("Choose at most %(days)d days.") % {"days": LONGEST_DAYS})
        return given


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def show(request: HttpRequest) -> HttpResponse:
    """Show who was in which ward at the end of a period, and what changed in it."""
    at = database_now()
    form = CensusForm(filled(request.GET, at), at=at)
    context: dict[str, Any] = {"form": form, "at": at}
    if not form.is_valid():
        return render(request, "assays/wards/census.html", context, status=422)
    period = _period(form.cleaned_data)
    code = form.cleaned_data["ward"]
    ward = next((one.id for one in period.after.places.wards() if one.code == code), None)
    lines = [one for one in _lines(period) if ward in (None, one["place"].id)]
    context |= {
        "period": period,
        "lines": lines,
        "total": _total(lines),
        "chart": ward_views.occupancy(period, ward),
        "may_export": policy.can(request.principal, EXPORT),  # type: ignore[attr-defined]
    }
    return render(request, "assays/wards/census.html", context)


@require_http_methods(["POST"])
@requires(EXPORT)
def export(request: HttpRequest) -> HttpResponse:
    """Give the census as a file; who took it is on record."""
    at = database_now()
    form = CensusForm(filled(request.POST, at), at=at)
    if not form.is_valid():
        return render(request, "assays/wards/census.html", {"form": form, "at": at}, status=422)
    since, until = form.cleaned_data["since"], form.cleaned_data["until"]
    content = exports.csv_file(
        kind="census",
        permission=EXPORT,
        columns=dict.fromkeys(COLUMNS, Export.TECHNICAL),
        rows=[_row(since, until, one) for one in _lines(_period(form.cleaned_data))],
        parameters={"since": since.isoformat(), "until": until.isoformat()},
        by=request.principal,  # type: ignore[attr-defined]
        at=at,
    )
    return csv_answer(content, "census")


def filled(query: QueryDict, at: datetime) -> QueryDict:
    """Return what was asked: by default the last week up to this moment."""
    given = query.copy()
    local = at.astimezone(get_default_timezone())
    given.setdefault("since", (local - timedelta(days=USUAL_DAYS)).strftime(MOMENT))
    given.setdefault("until", (local + timedelta(seconds=1)).strftime(MOMENT))
    return given


def instants(since: datetime, until: datetime) -> Iterator[datetime]:
    """Yield both ends, and every beginning of a day of the hospital between them."""
    yield since
    _start, midnight = bounds_of_day(hospital_day(since))
    while midnight < until:
        if midnight > since:
            yield midnight
        _start, midnight = bounds_of_day(hospital_day(midnight))
    yield until


def _period(given: dict[str, Any]) -> Period:
    return registry.period(list(instants(given["since"], given["until"])))


def _lines(period: Period) -> list[dict[str, Any]]:
    nobody = Census(None, 0, 0)
    return [
        {
            "place": ward.place,
            "before": period.before.wards.get(ward.place.id, nobody),
            "flow": ward.flow,
            "after": ward.census,
        }
        for ward in _wards(period)
    ]


def _wards(period: Period) -> list[ward_views.Ward]:
    """Return every ward, with places in which somebody was at the beginning alone."""
    found = ward_views.every(period.after, period.flows)
    known = {one.place.id for one in found}
    gone = sorted({*period.before.wards, *period.flows} - known)
    every = period.after.places.every
    return found + [
        ward_views.Ward(every[id_], Census(None, 0, 0), flow=period.flows.get(id_, Flow()))
        for id_ in gone
    ]


def _total(lines: list[dict[str, Any]]) -> dict[str, Any]:
    flow = Flow()
    for line in lines:
        flow += line["flow"]
    sums = {
        name: sum(getattr(line["after"], name) or 0 for line in lines)
        for name in ("people", "capacity", "occupied", "free", "without_bed", "over")
    }
    apart = sum(line["after"].people for line in lines if line["after"].capacity is None)
    before = sum(line["before"].people for line in lines)
    return {"before": before, "flow": flow, "without_capacity": apart, **sums}


def _row(since: datetime, until: datetime, line: dict[str, Any]) -> list[Any]:
    flow, after = line["flow"], line["after"]
    return [
        *(since.isoformat(), until.isoformat(), line["place"].code, line["place"].name),
        *(line["before"].people, flow.arrivals, flow.transfers_in, flow.transfers_out),
        *(flow.discharges, flow.deaths, after.people, after.capacity, after.occupied, after.free),
        *(after.without_bed, after.over),
    ]
