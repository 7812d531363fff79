"""Wards: how full they are, who is in which bed, and the board on the wall."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assays.pages import ward_views
from assays.pages.ward_views import Ward
from assays.queries import wards as queries
from assays.queries.words import run_age
from labsys.accounts.permissions import polled, requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.clock import bounds_of_day, database_now, hospital_day
from labsys.lib.refusals import kept
from patients.actions.locations import MANAGE, SWITCH
from patients.models import Encounter
from patients.queries import places as place_queries
from patients.queries import wards as registry
from patients.queries.wards import Counted, Occupant
from patients.rules.places import OVERFLOW, Place, Places

VIEW = "patients.census.view"
RECORD = "patients.encounter.record"
REFRESHED_SECONDS = 30
SHOW_BEDS, SHOW_INITIALS = "beds", "initials"


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show how full every ward is now, and when the beds run out."""
    principal, at = request.principal, database_now()  # type: ignore[attr-defined]
    today, _end = bounds_of_day(hospital_day(at))
    found, flows = registry.changed(today, at)
    projected = None
    if policy.can(principal, "assays.analysis.view"):
        projected = queries.projected(principal, found, at=at)
    forecast = projected.forecast if projected else None
    context = {
        "at": at,
        "wards": ward_views.every(found, flows),
        "found": found,
        "projected": projected,
        "run_age": run_age(projected.run.asked_at, at=at) if projected else "",
        "today": hospital_day(at),
        "why_not": kept(forecast.why_not) if forecast else "",
        "why_no_growth": kept(projected.growth.get("refusal")) if projected else "",
        "may_see_forecast": policy.can(principal, "assays.analysis.view"),
        "chart": ward_views.forecast(forecast) if forecast and forecast.days else None,
        "may_admit": policy.can(principal, RECORD),
        "may_manage": policy.can(principal, MANAGE),
    }
    return render(request, "assays/wards/index.html", context)


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def show(request: HttpRequest, ward_code: str) -> HttpResponse:
    """Show one ward: its beds, who lies in them, and who has none."""
    principal, at = request.principal, database_now()  # type: ignore[attr-defined]
    today, _end = bounds_of_day(hospital_day(at))
    places = place_queries.every()
    place = _place(places, ward_code)
    found, flows = registry.changed(today, at, places=places, wards={place.id})
    ward = _whole(request, found, place, purpose="ward", flow=flows.get(place.id))
    context = {
        "at": at,
        "ward": ward,
        "may_admit": policy.can(principal, RECORD),
        "may_manage": policy.can(principal, MANAGE),
        "may_switch": policy.can(principal, SWITCH),
    }
    return render(request, "assays/wards/show.html", context)


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def board(request: HttpRequest, ward_code: str) -> HttpResponse:
    """Show a ward across the room: beds by number or initials, never names."""
    return render(request, "assays/wards/board.html", _board(request, ward_code))


@polled
@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def board_part(request: HttpRequest, ward_code: str) -> HttpResponse:
    """Return the board as it asks for itself."""
    return render(request, "assays/wards/board_part.html", _board(request, ward_code))


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def whole_board(request: HttpRequest) -> HttpResponse:
    """Show all wards across the room: numbers alone."""
    return render(request, "assays/wards/whole_board.html", _whole_board())


@polled
@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def whole_board_part(request: HttpRequest) -> HttpResponse:
    """Return the board of all wards as it asks for itself."""
    return render(request, "assays/wards/whole_board_part.html", _whole_board())


def _whole_board() -> dict[str, Any]:
    at = database_now()
    found = registry.counted(at)
    wards = [one for one in ward_views.every(found) if one.is_open or one.census.people]
    return {"at": at, "found": found, "wards": wards, "seconds": REFRESHED_SECONDS}


def _board(request: HttpRequest, code: str) -> dict[str, Any]:
    at = database_now()
    places = place_queries.every()
    place = _place(places, code)
    overflow = [one for one in places.wards() if one.kind == OVERFLOW]
    found = registry.counted(at, places=places, wards={place.id, *(one.id for one in overflow)})
    shows = request.GET.get("show")
    return {
        "at": at,
        "ward": _whole(request, found, place, purpose="ward-board"),
        "overflow": [one for one in ward_views.of(found, overflow) if one.is_open],
        "show": shows if shows == SHOW_INITIALS else SHOW_BEDS,
        "choices": [(SHOW_BEDS, _("Bed numbers")), (SHOW_INITIALS, _("Initials"))],
        "seconds": REFRESHED_SECONDS,
    }


def _place(places: Places, code: str) -> Place:
    place = next((one for one in places.wards() if one.code == code), None)
    if place is None:
        raise Http404
    return place


def _whole(
    request: HttpRequest, found: Counted, place: Place, *, purpose: str, flow: Any = None
) -> Ward:
    principal = request.principal  # type: ignore[attr-defined]
    occupants = registry.occupants(principal, found, {place.id})
    known = [one for one in occupants if one.person is not None]
    _looked(principal, known, purpose)
    persons = [one.person.pk for one in known if one.person is not None]
    criticals = {}
    if policy.can(principal, "assays.critical.view"):
        criticals = queries.critical_waiting(principal, persons)
    return ward_views.whole(found, place, occupants, criticals, flow)


def _looked(principal: Any, known: list[Occupant], purpose: str) -> None:
    """Put on record who was shown as lying where."""
    persons = {one.stay: one.person.pk for one in known if one.person is not None}
    reads.record(
        by=principal,
        purpose=purpose,
        objects=[Encounter(pk=one.stay) for one in known],
        person_id=lambda stay: persons[stay.pk],
    )
