"""The course of a controlled quantity: readings, the band as it was in force, and what was set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from labsys.lib import chart_words, charts, units
from labsys.lib.quantities import plain
from patients.models import Intervention
from patients.pages import interventions_drawn
from patients.queries.controller_overviews import Course
from patients.rules.controllers import Span, Verdict

TONES = {
    Verdict.WITHIN: charts.Tone.NORMAL,
    Verdict.BELOW: charts.Tone.ABNORMAL,
    Verdict.ABOVE: charts.Tone.ABNORMAL,
    Verdict.NO_BAND: charts.Tone.UNCERTAIN,
}
WORDS = {
    Verdict.WITHIN: gettext_lazy("within its band"),
    Verdict.BELOW: gettext_lazy("below its band"),
    Verdict.ABOVE: gettext_lazy("above its band"),
    Verdict.NO_BAND: gettext_lazy("no band was in force"),
}


def verdict_words(verdict: str) -> str:
    """Say how a reading stands to its band."""
    return str(WORDS[Verdict(verdict)])


def drawn(
    course: Course, done: Sequence[Intervention], *, name: str, width: int = 560
) -> tuple[charts.Markup, charts.Markup]:
    """Draw one quantity of a patient, with what else was done to them; and the same as a table."""
    series, zone, words = _series(course, done), get_default_timezone(), chart_words.words()
    chart = charts.trend(series, name=name, zone=zone, words=words, width=width, height=260)
    return chart, charts.series_table(series, zone=zone, words=words)


def done_beside(found: Iterable[Intervention], courses: Iterable[Course]) -> list[Intervention]:
    """Return what else was done since the first reading that is drawn.

    A set-point that was set stands in the drawing of its quantity by itself.
    """
    moments = [row.read_at for course in courses for row in course.readings]
    if not moments:
        return []
    others = [one for one in found if one.kind != Intervention.Kind.SET_POINT]
    return interventions_drawn.during(others, min(moments), max(moments))


def _series(course: Course, done: Sequence[Intervention]) -> charts.Series:
    unit = units.shown(course.quantity.unit)
    return charts.Series(
        name=course.quantity.name,
        unit=unit,
        points=[
            point(one.read_at, one.value, one.verdict, one.serial, unit)
            for one in reversed(course.readings)
        ],
        reference=bands(
            one for one in course.spans if one.end is None or _is_shown(one.end, course)
        ),
        marks=[
            charts.Mark(one.set_at, _("set to %(value)s") % {"value": plain(one.value)})
            for one in reversed(course.settings)
            if _is_shown(one.set_at, course)
        ]
        + [
            mark
            for mark in interventions_drawn.marks(done)
            if _is_shown(mark.until or mark.at, course)
        ],
        decimals=course.quantity.decimals,
    )


def _is_shown(moment: datetime, course: Course) -> bool:
    return not course.readings or moment >= course.readings[-1].read_at


def _number(value: object) -> float | None:
    return None if value is None else float(value)  # type: ignore[arg-type]


def point(at: datetime, value: Decimal, verdict: str, serial: str, unit: str) -> charts.Point:
    """Return a reading with how it stood to the band that was in force then."""
    return charts.Point(
        at=at,
        value=float(value),
        shown=f"{plain(value)} {unit}",
        tone=TONES[Verdict(verdict)],
        note=f"{verdict_words(verdict)}, {serial}",
    )


def bands(found: Iterable[Span]) -> list[charts.Band]:
    """Return the bands of a quantity as they were in force."""
    return [charts.Band(_number(one.low), _number(one.high), one.start, one.end) for one in found]
