"""Quality control: how every instrument stands, and the charts of one instrument and assay."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from assays.actions import exports
from assays.models import Assay, ControlHold, ControlMeasurement, Instrument
from assays.pages import control_charts
from assays.pages.acts import OK
from assays.pages.files import csv_answer
from assays.queries import control_charts as queries
from assays.queries import control_standing
from assays.rules.controls import Standing
from assays.templatetags.controls import control_value
from labsys.accounts.permissions import requires
from labsys.lib import policy
from labsys.lib.addresses import one_of
from labsys.lib.clock import database_now
from labsys.lib.records import Export

VIEW = "assays.control.view"
PERIODS = (7, 30, 90, 365)
LISTED = 40
COLUMNS = (
    *("instrument", "assay", "material", "lot", "level", "observed_at", "run", "comparator"),
    *("value", "unit", "target_mean", "target_sd", "z", "verdict", "rules", "entered_by"),
    *("recorded_at", "comment"),
)


@require_safe
@requires(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """List instruments and assays with how they stand now, what is out of control first."""
    at = database_now()
    found = control_standing.all_pairs(at=at)
    wanted = request.GET.get("standing", "")
    shown = [one for one in found if not wanted or one.standing == wanted]
    order = list(Standing)
    context: dict[str, Any] = {
        "at": at,
        "pairs": sorted(shown, key=lambda one: (order.index(one.standing), one.code)),
        "wanted": wanted,
        "total": len(found),
        "counts": [
            (standing.value, count)
            for standing in Standing
            if (count := sum(one.standing is standing for one in found))
        ],
        "may_record": policy.can(_by(request), "assays.control.record"),
    }
    return render(request, "assays/controls.html", context)


@require_safe
@requires(VIEW)
def chart(request: HttpRequest, instrument_id: int, assay_id: int) -> HttpResponse:
    """Show the Levey-Jennings charts of one instrument and assay, with figures and measurements."""
    return chart_page(request, *find(instrument_id, assay_id))


def chart_page(
    request: HttpRequest,
    instrument: Instrument,
    assay: Assay,
    *,
    reason: str = "",
    status: int = 200,
) -> HttpResponse:
    """Return the page of the charts, with the reason that was typed for a hold that was refused."""
    at = database_now()
    days = _days(request.GET)
    shown = queries.shown(instrument.pk, assay.pk, since=at - timedelta(days=days), until=at)
    pictures = [
        {
            "level": level,
            "title": control_charts.title(level),
            "chart": control_charts.drawn(level, shown, name=f"control-{number}"),
        }
        for number, level in enumerate(shown.levels)
    ]
    rows = sorted(
        (row for level in shown.levels for row in level.rows),
        key=lambda row: (row.observed_at, row.pk),
        reverse=True,
    )
    standing = control_standing.all_pairs(at=at, instrument_id=instrument.pk, assay_id=assay.pk)
    context: dict[str, Any] = {
        "instrument": instrument,
        "assay": assay,
        "standing": standing[0] if standing else None,
        "shown": shown,
        "pictures": pictures,
        "rows": rows[:LISTED],
        "is_cut": len(rows) > LISTED,
        "days": days,
        "periods": PERIODS,
        "holds": _holds(instrument.pk, assay.pk),
        "may_record": policy.can(_by(request), "assays.control.record"),
        "may_look_back": policy.can(_by(request), "assays.lookback.view"),
        "reason": reason,
        "is_refused": status != OK,
    }
    return render(request, "assays/control_chart.html", context, status=status)


@require_POST
@requires(VIEW)
def measurements(request: HttpRequest, instrument_id: int, assay_id: int) -> HttpResponse:
    """Give the measurements of the period as a file; who took it is on record."""
    instrument, assay = find(instrument_id, assay_id)
    at, days = database_now(), _days(request.POST)
    rows = queries.measurements(instrument_id, assay_id)
    rows = rows.filter(observed_at__gte=at - timedelta(days=days)).order_by("observed_at", "id")
    content = exports.csv_file(
        kind="controls",
        permission=VIEW,
        columns=dict.fromkeys(COLUMNS, Export.TECHNICAL),
        rows=[_cells(instrument, assay, row) for row in rows],
        parameters={"instrument": instrument.code, "assay": assay.pk, "days": days},
        by=_by(request),
        at=at,
    )
    return csv_answer(content, f"controls-{instrument.code}-{assay.analyte.code}")


def find(instrument_id: int, assay_id: int) -> tuple[Instrument, Assay]:
    """Return the instrument and the assay, or raise Http404."""
    instrument = Instrument.objects.filter(pk=instrument_id).first()
    assay = Assay.objects.select_related("analyte").filter(pk=assay_id).first()
    if instrument is None or assay is None:
        raise Http404
    return instrument, assay


def _holds(instrument_id: int, assay_id: int) -> list[ControlHold]:
    rows = ControlHold.objects.filter(instrument=instrument_id, assay=assay_id)
    return list(rows.select_related("ended_by__user", "look_back").order_by("-id")[:10])


def _days(given: Mapping[str, Any]) -> int:
    return one_of(given, "days", PERIODS, usual=30)


def _by(request: HttpRequest) -> Any:
    return request.principal  # type: ignore[attr-defined]


def _cells(instrument: Instrument, assay: Assay, row: ControlMeasurement) -> list[Any]:
    found, lot = row.evaluation, row.level.lot
    target = found.target
    value = row.value if row.value is not None else control_value(row)
    return [
        *(instrument.code, assay.analyte.code, lot.material.name, lot.number, row.level.number),
        *(_moment(row.observed_at), row.run_sent, row.comparator, value, row.unit),
        *((target.mean, target.sd) if target is not None else (None, None)),
        *(found.z, found.verdict, " ".join(one.rule for one in found.violations.all())),
        *(row.entered_by.name, _moment(row.recorded_at), row.comment),
    ]


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
