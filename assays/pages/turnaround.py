"""How long the laboratory's work takes: by segment, priority, section, assay, ward and hour."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assays.actions import exports
from assays.models import Priority
from assays.pages.files import csv_answer
from assays.pages.periods import TurnaroundForm, filled, period_of
from assays.queries import quality_targets
from assays.queries import turnaround as queries
from assays.queries.quality_targets import Held
from assays.queries.turnaround import Line, Period
from assays.queries.words import minutes_text
from assays.rules.turnaround import SEGMENT_LABELS, Cut, Histogram, Segment, bars, merged
from labsys.accounts.permissions import requires
from labsys.lib import charts, policy
from labsys.lib.chart_words import words
from labsys.lib.clock import bounds_of_day, database_now, hospital_day
from labsys.lib.records import Export

VIEW = "assays.quality.view"
EXPORT = "assays.quality.export"
COLUMNS = (
    *("since", "until", "segment", "priority", "by", "value", "name", "results"),
    *("median_minutes", "p90_minutes", "p95_minutes", "with_target", "within_target"),
    "percent_within_target",
)
USUAL = {"segment": Segment.RECEIVE_RELEASE.value, "by": Cut.SECTION.value, "priority": ""}


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def show(request: HttpRequest) -> HttpResponse:
    """Show the figures of a period, its distribution and its course."""
    at = database_now()
    form = TurnaroundForm(filled(request.GET, today=hospital_day(at), **USUAL), label_suffix="")
    context: dict[str, Any] = {"form": form, "at": at}
    if not form.is_valid():
        return render(request, "assays/turnaround.html", context, status=422)
    may_export = policy.can(request.principal, EXPORT)  # type: ignore[attr-defined]
    context |= {"may_export": may_export, **_figures(form.cleaned_data, at)}
    return render(request, "assays/turnaround.html", context)


@require_http_methods(["POST"])
@requires(EXPORT)
def export(request: HttpRequest) -> HttpResponse:
    """Give the figures of a period by the chosen cut as a file; who took it is on record."""
    at = database_now()
    form = TurnaroundForm(filled(request.POST, today=hospital_day(at), **USUAL), label_suffix="")
    if not form.is_valid():
        return render(request, "assays/turnaround.html", {"form": form, "at": at}, status=422)
    period, cut = period_of(form.cleaned_data), Cut(form.cleaned_data["by"])
    content = exports.csv_file(
        kind="turnaround",
        permission=EXPORT,
        columns=dict.fromkeys(COLUMNS, Export.TECHNICAL),
        rows=[_row(period, cut, *found) for found in queries.exported(period, cut)],
        parameters={
            "since": period.since.isoformat(),
            "until": period.until.isoformat(),
            "priority": period.priority,
            "by": cut.value,
        },
        by=request.principal,  # type: ignore[attr-defined]
        at=at,
    )
    return csv_answer(content, "turnaround")


def _figures(chosen: dict[str, Any], at: datetime) -> dict[str, Any]:
    period, segment = period_of(chosen), Segment(chosen["segment"])
    cut, held = Cut(chosen["by"]), quality_targets.in_force(at)
    priorities = queries.by_priority(period, segment)
    for line in priorities:
        line.name = Priority(int(line.key)).label
        line.detail = _target(held, segment, int(line.key))
    segments = queries.by_segment(period)
    for line in segments:
        line.name = _(SEGMENT_LABELS[Segment(line.key)])
    left_out = queries.untimed(period)
    newest, _oldest = queries.counted(period)
    whole = merged(line.counts for line in priorities)
    return {
        "segment": _(SEGMENT_LABELS[segment]),
        "tables": _tables(segments, priorities, queries.by_cut(period, segment, cut), cut),
        "left_out": left_out.get(segment, 0),
        "counted_at": newest,
        "held": held,
        "count": whole.count,
        "distribution": _distribution(whole, held, segment, period),
        "course": _course(queries.by_day(period, segment), period),
    }


def _tables(
    segments: list[Line], priorities: list[Line], groups: list[Line], cut: Cut
) -> list[dict[str, Any]]:
    nowhere = _("no stay recorded") if cut is Cut.WARD else "–"
    for line in groups:
        line.name = line.name or nowhere
    return [
        {"id": "segments", "title": _("By segment of the work"), "lines": segments},
        {"id": "priorities", "title": _("By priority"), "lines": priorities, "has_target": True},
        {
            "id": "groups",
            "title": {
                Cut.SECTION: _("By section"),
                Cut.ASSAY: _("By assay"),
                Cut.WARD: _("By ward"),
                Cut.HOUR: _("By hour of receipt"),
            }[cut],
            "lines": groups,
        },
    ]


def _target(held: Held, segment: Segment, priority: int) -> str:
    """Say what the results of a priority are held to; a section's own target is named with it."""
    told = []
    for one in held.turnaround:
        if one.segment is segment and one.priority == priority:
            text = _("%(percent)s %% within %(time)s") % {
                "percent": f"{one.percent:g}",
                "time": minutes_text(one.minutes),
            }
            told.append(f"{one.section}: {text}" if one.section else text)
    return "; ".join(sorted(told))


def _distribution(whole: Histogram, held: Held, segment: Segment, period: Period) -> charts.Markup:
    """Draw how long the results took; with one priority chosen, those beyond its target apart."""
    target = next(
        (
            one.minutes
            for one in held.turnaround
            if one.segment is segment and one.priority == period.priority and not one.section
        ),
        None,
    )
    found = [
        charts.Bar(
            height=one.count,
            edge=str(one.low),
            told=_("%(from)s to %(to)s: %(count)d results")
            % {
                "from": minutes_text(one.low),
                "to": "…" if one.high is None else minutes_text(one.high),
                "count": one.count,
            },
            is_beyond=target is not None and one.low >= target,
        )
        for one in bars(whole)
    ]
    summary = _(
        "%(count)d results; half of them within %(median)s, nine of ten within %(p90)s."
    ) % {
        "count": whole.count,
        "median": minutes_text(whole.percentile(0.5)),
        "p90": minutes_text(whole.percentile(0.9)),
    }
    return charts.bars(
        found,
        name="distribution",
        title=_("How long the results took"),
        unit=_("minutes"),
        summary=summary,
        nothing=words().no_values,
        width=900,
    )


def _course(days: list[Line], period: Period) -> charts.Markup:
    """Draw the period day by day: how many, median, nine of ten, share in time."""
    zone = get_default_timezone()
    told = (
        (_("results"), "", lambda line: float(line.count)),
        (_("median"), "min", lambda line: line.median),
        (_("nine of ten within"), "min", lambda line: line.p90),
        (_("within target"), "%", lambda line: line.share.percent),
    )
    rows = []
    for name, unit, value in told:
        points = [
            charts.Point(
                at=datetime.combine(datetime.fromisoformat(line.key), time(12), tzinfo=zone),
                value=found,
                shown=f"{found:.0f} {unit}".strip(),
            )
            for line in days
            if (found := value(line)) is not None
        ]
        rows.append(charts.Row(charts.Series(name, unit, points, decimals=0)))
    return charts.small_multiples(
        rows,
        name="course",
        title=_("Day by day"),
        zone=zone,
        start=bounds_of_day(period.since)[0],
        end=bounds_of_day(period.until)[1],
        width=900,
        words=words(),
    )


def _row(period: Period, cut: Cut, segment: Segment, line: Line) -> list[Any]:
    priority = "all" if period.priority is None else Priority(period.priority).label
    return [
        *(period.since.isoformat(), period.until.isoformat(), segment.value, priority),
        *(cut.value, line.key, line.name, line.count),
        *(_short(line.median), _short(line.p90), _short(line.p95)),
        *(line.judged, line.within, _short(line.share.percent)),
    ]


def _short(number: float | None) -> str:
    return "" if number is None else f"{number:.1f}"
