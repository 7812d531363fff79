"""The instruments' connections: which live, which are silent, which wait for somebody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assays.actions.held_items import DECIDE
from assays.instruments.drivers import UnknownDriver
from assays.models import Instrument
from assays.pages.transmissions import VIEW
from assays.queries import connections, families, full_disks, one_connection
from labsys.accounts.permissions import polled, requires
from labsys.lib import policy
from labsys.lib.clock import database_now


@require_safe
@requires("assays.instrument.view")
def index(request: HttpRequest) -> HttpResponse:
    """Show every instrument with its connection and what became of today's messages."""
    return render(request, "assays/connections.html", _listed(request))


@polled
@require_safe
@requires("assays.instrument.view")
def table(request: HttpRequest) -> HttpResponse:
    """Return the list as the page asks for it by itself; never counts as use of a login."""
    return render(request, "assays/parts/connections.html", _listed(request))


@require_safe
@requires(VIEW)
def show(request: HttpRequest, instrument_id: int) -> HttpResponse:
    """Show one connection: how it stands, what went wrong last, what came, and what waits."""
    principal = request.principal  # type: ignore[attr-defined]
    rows = policy.scope(principal, Instrument.objects.filter(pk=instrument_id))
    instrument = rows.first()
    if instrument is None:
        raise Http404
    at = database_now()
    context = {
        "at": at,
        "instrument": instrument,
        "driver_label": _label_of(instrument.driver),
        "standing": one_connection.standing(instrument, reader=principal),
        "full_since": full_disks.since(),
        "may_decide": policy.can(principal, DECIDE),
        "may_manage": policy.can(principal, "assays.instrument.manage"),
        "may_see_work": policy.can(principal, "work.item.view"),
    }
    return render(request, "assays/connection.html", context)


def _label_of(driver: str) -> str:
    """Return what a driver is called; nothing where its instrument has none, or it is not there."""
    try:
        return families.find(driver).label if driver else ""
    except UnknownDriver:
        return ""


def _listed(request: HttpRequest) -> dict[str, Any]:
    principal = request.principal  # type: ignore[attr-defined]
    at = database_now()
    overview = connections.overview(at=at)
    age = overview.listener_age_seconds
    return {
        "at": at,
        "overview": overview,
        "heard_at": None if age is None else at - timedelta(seconds=age),
        "may_look": policy.can(principal, VIEW),
        "may_manage": policy.can(principal, "assays.instrument.manage"),
    }
