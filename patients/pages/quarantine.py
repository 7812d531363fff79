"""Quarantine: who is apart and what is due about it, new orders, and how full the places are."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format as date
from django.utils.timezone import get_default_timezone, localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import charts, policy
from labsys.lib.addresses import number
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, Refusal
from labsys.lib.refusals import refuse
from patients import queries
from patients.actions import quarantine, quarantine_capacities
from patients.forms import fill_in
from patients.models import Location, Person
from patients.pages.quarantine_forms import CapacityForm, OrderForm
from patients.queries import quarantine as found_orders
from patients.queries import quarantine_lists, quarantine_places
from patients.queries.quarantine_lists import HOME, Show
from patients.queries.quarantine_places import Place

VIEW = quarantine_lists.VIEW
DRAWN = 6  # places on one page; the table has them all
SHOWN = {
    Show.FORCE: gettext_lazy("in force"),
    Show.DUE: gettext_lazy("review due"),
    Show.PROPOSED: gettext_lazy("release proposed"),
    Show.SOON: gettext_lazy("ends within two days"),
    Show.BREACHED: gettext_lazy("breached"),
    Show.UNRULED: gettext_lazy("without a rule"),
    Show.PLANNED: gettext_lazy("begins later"),
}


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """List the orders in reach by what is to be done about them; who was shown is recorded."""
    by, at = request.principal, database_now()  # type: ignore[attr-defined]
    show, place = _show(request), _place(request)
    found = quarantine_lists.listed(by, show=show, at=at, place=place, after=_after(request))
    reads.record(
        by=by,
        purpose="quarantine",
        objects=[row.order for row in found.rows],
        person_id=lambda one: one.person_id,
    )
    asked = {"show": show.value, **({"place": place} if place else {})}
    context: dict[str, Any] = {
        "found": found,
        "show": show,
        "place": place,
        "lists": [(one, words, found.counts[one]) for one, words in SHOWN.items()],
        "places": quarantine_places.named(),
        "home": HOME,
        "at": at,
        "first": "?" + urlencode(asked) if "after" in request.GET else "",
        "may": {
            "order": policy.can(by, quarantine.ORDER),
            "places": policy.can(by, "patients.location.view"),
        },
    }
    if found.next:
        context["next"] = "?" + urlencode({**asked, "after": found.next})
    return render(request, "patients/quarantine.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(quarantine.ORDER)
def new(request: HttpRequest) -> HttpResponse:
    """Order quarantine for somebody, by MRN."""
    by = request.principal  # type: ignore[attr-defined]
    initial = {
        "person": request.GET.get("person", "")[:20],
        "agent": request.GET.get("agent", "")[:80],
    }
    form = OrderForm(request.POST if request.method == "POST" else None, initial=initial)
    fill_in(form, by=by, permission=quarantine.ORDER)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            made = quarantine.order(by=by, at=database_now(), **form.cleaned_data)
        except Refusal as refusal:
            refuse(form, refusal)
            status = refusal.status
        else:
            messages.success(request, _("Quarantine is ordered."))
            _tell_overfull(request, made.location)
            return HttpResponseRedirect(reverse("quarantine-order", args=[made.pk]))
    return render(request, "patients/quarantine_new.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def of_person(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Show every order of one person, the newest first."""
    by, at = request.principal, database_now()  # type: ignore[attr-defined]
    person: Person | None = policy.scope(by, Person.objects.filter(uid=uid), VIEW).first()
    if person is None:
        raise Http404
    reads.record(by=by, purpose="quarantine", objects=[person], person_id=person.pk)
    orders = found_orders.of_person(queries.entries(person.pk))
    context = {
        "banner": queries.banner(person, at=at),
        "person": person,
        "rows": [
            (quarantine_lists.row_of(one, at=at), found_orders.value(one).state(at=at))
            for one in orders
        ],
        "may_order": policy.can(by, quarantine.ORDER, person),
    }
    return render(request, "patients/quarantine_person.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("patients.location.view", post=quarantine_capacities.CAPACITY)
def places(request: HttpRequest) -> HttpResponse:
    """Show how full each place is now and in the coming days; state how many it takes."""
    by = request.principal  # type: ignore[attr-defined]
    may_state = policy.can(by, quarantine_capacities.CAPACITY)
    form = CapacityForm(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            quarantine_capacities.state(by=by, at=database_now(), **form.cleaned_data)
        except Refusal as refusal:
            refuse(form, refusal)
            status = refusal.status
        else:
            messages.success(request, _("The room of this place is recorded."))
            return HttpResponseRedirect(reverse("quarantine-places"))
    found = quarantine_places.places(at=database_now())
    drawn = _most_pressing(found, number(request.GET.get("chart")))
    context = {
        "places": found,
        "drawn": [(one, _drawn(one, index)) for index, one in enumerate(drawn)],
        "undrawn": [one for one in found if one not in drawn and one.location],
        "told": [overfull_words(one) for one in found if one.overfull],
        "form": form if may_state else None,
    }
    return render(request, "patients/quarantine_places.html", context, status=status)


def _tell_overfull(request: HttpRequest, location: Location | None) -> None:
    """Tell whoever ordered that the place takes fewer people than are, or will be, apart there."""
    if location is None:
        return
    for place in quarantine_places.places(at=database_now()):
        if place.location == location and place.overfull is not None:
            messages.warning(request, overfull_words(place))


def overfull_words(place: Place) -> str:
    """Say since when, or from when, a place has more people than it takes."""
    day = place.overfull
    if day is None:
        return ""
    said = {"name": place.location, "over": day.over, "day": date(localtime(day.at), "d M Y")}
    if place.now.over:
        return _("%(name)s is overfull now: %(over)d more than it takes.") % said
    return _("%(name)s will be overfull from %(day)s: %(over)d more than it takes.") % said


def _most_pressing(found: Sequence[Place], chosen: int | None) -> list[Place]:
    """Return the places that are drawn: the chosen one, those that get overfull, then the fullest."""
    used = [one for one in found if any(day.occupied for day in one.days)]

    def pressing(one: Place) -> tuple[bool, bool, int]:
        is_chosen = chosen is not None and one.location is not None and one.location.pk == chosen
        return is_chosen, one.overfull is not None, one.now.occupied

    return sorted(used, key=pressing, reverse=True)[:DRAWN]


def _show(request: HttpRequest) -> Show:
    try:
        return Show(request.GET.get("show", Show.FORCE))
    except ValueError:
        raise InvalidInput(_("There is no such list of quarantines."), field="show") from None


def _place(request: HttpRequest) -> str:
    """Return what narrows to a place: the id of one, the word for home, or nothing."""
    given = request.GET.get("place", "").strip()
    if given in ("", HOME):
        return given
    found = number(given)
    if found is None:
        raise InvalidInput(_("There is no such place."), field="place")
    return str(found)


def _after(request: HttpRequest) -> tuple[int, int] | None:
    """Return where the page before ended, as its address says: two whole numbers."""
    if "after" not in request.GET:
        return None
    key, _dash, id_ = request.GET["after"].partition("-")
    parts = number(key), number(id_)
    if parts[0] is None or parts[1] is None:
        raise InvalidInput(_("This address names no page of the list."), field="after")
    return parts[0], parts[1]


def _drawn(place: Place, index: int) -> charts.Markup | None:
    """Draw how many are apart each day; a day with too many is marked."""
    if not any(day.occupied for day in place.days):
        return None
    zone = get_default_timezone()
    bars = [
        charts.Bar(
            height=day.occupied,
            edge=f"{localtime(day.at, zone):%d.%m.}",
            told=_told(day),
            is_beyond=bool(day.over),
            most=day.places,
        )
        for day in place.days
    ]
    last = place.days[-1]
    summary = _("%(now)d apart now, %(later)d on the last day by the ends that are known.")
    return charts.bars(
        bars,
        name=f"place-{index}",
        title=_("Apart in %(place)s") % {"place": _name(place)},
        unit=_("day"),
        summary=summary % {"now": place.now.occupied, "later": last.occupied},
        height=180,
    )


def _name(place: Place) -> str:
    if place.location is not None:
        return str(place.location)
    return _("home quarantine") if place.is_home else _("no place named")


def _told(day: quarantine_places.Day) -> str:
    said = {"day": f"{localtime(day.at):%Y-%m-%d}", "many": day.occupied, "places": day.places}
    if day.places is None:
        return _("%(day)s: %(many)d apart") % said
    return _("%(day)s: %(many)d apart, room for %(places)d") % said
