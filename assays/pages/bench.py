"""The bench's records: what is due, reagents in their turn, calibrations, the maintenance log."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assays.models import Instrument, Reagent, ReagentLot
from assays.pages.bench_acts import MANAGE, RECORD
from assays.queries import bench, bench_lists, reagents
from labsys.accounts.permissions import requires
from labsys.lib import policy
from labsys.lib.addresses import number
from labsys.lib.clock import database_now, hospital_day

VIEW = "assays.bench.view"
AHEAD = timedelta(days=7)


@require_safe
@requires(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show what is due or about to run out."""
    at = database_now()
    shelves = reagents.shelves(at)
    context = {
        **_common(request, "bench"),
        "today": hospital_day(at),
        "calibrations": bench.calibrations_due(at),
        "tasks": bench.maintenance_due(at),
        "expiring": [
            (shelf, line)
            for shelf in shelves
            for line in shelf.lines
            if line.ends_soon and (line.left > 0 or line.in_use)
        ],
        "out": [shelf for shelf in shelves if shelf.is_out],
        "unscored": bench_lists.unscored(),
    }
    return render(request, "assays/bench.html", context)


@require_safe
@requires(VIEW)
def shelf(request: HttpRequest) -> HttpResponse:
    """Show reagents with their lots on hand, the one to be used first at the head."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in Reagent.Kind.values else ""
    context = {
        **_common(request, "reagents"),
        "shelves": reagents.shelves(database_now(), kind=kind),
        "kinds": Reagent.Kind.choices,
        "kind": kind,
    }
    return render(request, "assays/reagents.html", context)


@require_safe
@requires(VIEW)
def lot(request: HttpRequest, reagentlot_id: int) -> HttpResponse:
    """Show one lot: its stock as it moved, and where it was in use from when until when."""
    rows = ReagentLot.objects.select_related("reagent", "ended_by__user", "recorded_by__user")
    found = rows.filter(pk=reagentlot_id).first()
    if found is None:
        raise Http404
    rule = reagents.as_rule(found)
    periods = found.periods.select_related(
        "instrument", "assay__analyte", "assay__specimen_type", "recorded_by__user"
    )
    context = {
        **_common(request, "reagents"),
        "lot": found,
        "last_day": rule.last_day,
        "is_expired": rule.is_expired(hospital_day(database_now())),
        "left": reagents.stock_of([found])[found.pk],
        "movements": found.movements.select_related("recorded_by__user").order_by("-id")[:200],
        "periods": periods.order_by("-since", "-id")[:500],
        "calibrations": found.calibrations.filter(annulled_at=None)
        .select_related("instrument", "assay__analyte", "assay__specimen_type")
        .order_by("-performed_at")[:100],
    }
    return render(request, "assays/reagent_lot.html", context)


@require_safe
@requires(VIEW)
def calibrations(request: HttpRequest) -> HttpResponse:
    """Show what has to be calibrated, and the calibrations recorded."""
    instrument, before = (number(request.GET.get(name)) for name in ("instrument", "before"))
    page = bench_lists.calibrations(instrument=instrument, before=before)
    context = {
        **_common(request, "calibrations"),
        **_paging(page, instrument),
        "due": [] if before else bench.calibrations_due(database_now()),
    }
    return render(request, "assays/calibrations.html", context)


@require_safe
@requires(VIEW)
def maintenance(request: HttpRequest) -> HttpResponse:
    """Show what instruments need done, and the log of what was done."""
    instrument, before = (number(request.GET.get(name)) for name in ("instrument", "before"))
    page = bench_lists.maintenance(instrument=instrument, before=before)
    context = {
        **_common(request, "maintenance"),
        **_paging(page, instrument),
        "due": [] if before else bench.maintenance_due(database_now(), ahead=AHEAD),
    }
    return render(request, "assays/maintenance.html", context)


def _common(request: HttpRequest, here: str) -> dict[str, Any]:
    principal = _principal(request)
    return {
        "here": here,
        "may_record": policy.can(principal, RECORD),
        "may_manage": policy.can(principal, MANAGE),
        "tabs": tabs(here),
    }


def tabs(here: str) -> list[tuple[str, str, bool]]:
    """Return the parts of the bench's records: address name, words, whether it is this page."""
    known = [
        ("bench", _("What is due")),
        ("reagents", _("Reagents")),
        ("calibrations", _("Calibrations")),
        ("maintenance", _("Maintenance")),
        ("patient-averages", _("Patient averages")),
        ("eqa", _("External quality")),
    ]
    return [(name, words, name == here) for name, words in known]


def _paging(page: bench_lists.Page, instrument: int | None) -> dict[str, Any]:
    asked = {} if instrument is None else {"instrument": instrument}
    found: dict[str, Any] = {
        "rows": page.rows,
        "instruments": Instrument.objects.order_by("name")[:500],
        "instrument": instrument,
    }
    if page.after is not None:
        found["next"] = "?" + urlencode({**asked, "before": page.after})
    return found


def _principal(request: HttpRequest) -> Any:
    return request.principal  # type: ignore[attr-defined]
