"""Moving averages of patients: one drawing per assay in force and instrument."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assays.models import Instrument, PatientAverage
from assays.pages.bench import tabs
from assays.queries import bench
from assays.queries import patient_averages as queries
from assays.rules.states import VersionStatus
from labsys.accounts.permissions import requires
from labsys.lib import charts, policy, units
from labsys.lib.chart_words import words


@require_safe
@requires("assays.bench.view")
def show(request: HttpRequest) -> HttpResponse:
    """Show the settings in force, and the course of the chosen one on the chosen instrument."""
    settings = queries.settings_in_force()
    instruments = list(Instrument.objects.filter(is_active=True).order_by("name")[:500])
    setting = _chosen(request, "setting", settings)
    instrument = _chosen(request, "instrument", instruments)
    principal = request.principal  # type: ignore[attr-defined]
    drafts = PatientAverage.objects.filter(status__in=[VersionStatus.DRAFT, VersionStatus.APPROVED])
    context: dict[str, Any] = {
        "tabs": tabs("patient-averages"),
        "settings": settings,
        "instruments": instruments,
        "setting": setting,
        "instrument": instrument,
        "drafts": drafts.select_related(
            "assay__analyte", "assay__specimen_type", "drafted_by__user"
        ),
        "may_draft": policy.can(principal, "assays.catalogue.draft"),
    }
    if setting is not None and instrument is not None:
        course = queries.course(setting, instrument)
        context |= {"course": course, **_drawn(course, instrument)}
    return render(request, "assays/patient_averages.html", context)


def _chosen(request: HttpRequest, name: str, rows: Sequence[Any]) -> Any:
    """Return what the address names, or the first there is."""
    text = request.GET.get(name, "")
    return next((row for row in rows if str(row.pk) == text), rows[0] if rows else None)


def _drawn(course: queries.Course, instrument: Instrument) -> dict[str, Any]:
    if not course.values:
        return {}
    setting, zone = course.setting, get_default_timezone()
    unit = units.shown(setting.unit)
    band = course.values[-1].average
    since = course.values[0].at
    marks = [
        charts.Mark(
            one.at, one.kind == "REPAIR" and _("repair") or _("calibration"), detail=one.what
        )
        for one in bench.restarts(instrument.pk, setting.assay_id, since)
    ]
    series = charts.Series(
        name=_("Average of patients, %(assay)s") % {"assay": setting.assay.analyte.name},
        unit=unit,
        points=[
            charts.Point(
                value.at,
                value.average.value,
                f"{value.shown} {unit}",
                charts.Tone.ABNORMAL if value.average.side else charts.Tone.NORMAL,
            )
            for value in course.values
        ],
        reference=[charts.Band(band.low, band.high)],
        marks=marks,
        decimals=2,
    )
    said = replace(
        words(), normal=_("within the limits"), abnormal=_("outside the limits"), summary=_(
            "%(count)s averages from %(first)s to %(last)s; the last is %(shown)s. "
            "%(abnormal)s outside the limits."
        )
    )  # fmt: skip
    return {
        "chart": charts.trend(series, name="average", zone=zone, width=960, words=said),
        "table": charts.series_table(series, zone=zone, words=said),
    }
