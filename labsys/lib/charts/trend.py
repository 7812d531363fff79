"""One analyte over time: values, what they are read against, and what was done in between."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from labsys.lib.charts import background, steps
from labsys.lib.charts.axes import AXIS_HEIGHT, time_axis, value_axis
from labsys.lib.charts.layout import Placed, Plot, TimeScale, during, lanes, time_span
from labsys.lib.charts.legend import legend
from labsys.lib.charts.scales import Scale, Tick, linear_ticks, log_ticks, span_of
from labsys.lib.charts.series import Point, Series, Tone
from labsys.lib.charts.shapes import curve, point_mark
from labsys.lib.charts.style import STANDALONE
from labsys.lib.charts.svg import Markup, drawing, label, number, width_of
from labsys.lib.charts.words import ENGLISH, Words

LANE = 14.0
MARK_LABEL = "c-mark-label"
_HEAD = 20.0
_FIRST_LANE = 27.0


def trend(
    series: Series,
    *,
    name: str,
    zone: tzinfo,
    start: datetime | None = None,
    end: datetime | None = None,
    log: bool = False,
    width: float = 640,
    height: float = 280,
    words: Words = ENGLISH,
    standalone: bool = False,
) -> Markup:
    """Draw a series as SVG.

    `name` makes the picture's ids unique in a page. `start` and `end` fix the time shown (default:
    all points and marks). `log` draws a logarithmic axis where every value is above zero. Critical
    limits so far off that they would flatten the curve are named at the edge instead.
    """
    points = _between(series, start, end)
    style = STANDALONE if standalone else ""
    if not points:
        return _empty(series, name, width, style, words)
    moments = [point.at for point in points] + [mark.at for mark in series.marks]
    first, last = time_span(moments, start, end)
    log = log and not series.grades and min(point.value for point in points) > 0
    low, high = domain(series, points, first, last, log=log)
    ticks = _ticks(series, low, high, height, log=log)
    gutter = background.gutter_texts(series, low, high, last, words)
    left = max([width_of(tick.text) for tick in ticks], default=0) + 12
    right = width - max([width_of(text.text) for text in gutter], default=0) - 12
    x = TimeScale(first, last, left, right)
    marks = background.shown(series.marks, x)
    named = [mark for mark in marks if not mark.sign]
    labels = lanes(
        [(x.clamp(mark.at, open_end=left), mark.label) for mark in named], left=left, right=right
    )
    top = _HEAD + (LANE if len(named) < len(marks) else 0.0)
    top = max([top] + [_FIRST_LANE + LANE * placed.lane + 8 for placed in labels])
    key, key_height = legend(points, left, width, height, words)
    plot = Plot(x, Scale(low, high, height - key_height - AXIS_HEIGHT, top, log))
    return drawing(
        label(series.unit, 0, 12, class_="c-muted"),
        *background.bands(series.reference, plot),
        *value_axis(ticks, plot),
        *time_axis(plot, zone, words),
        *background.limits(series.critical, plot),
        *background.marks(marks, plot, zone, words),
        *(_mark_label(placed) for placed in labels),
        *_through(series, points, plot),
        *(_point(point, plot, zone, words) for point in points),
        *background.gutter(gutter, plot),
        *key,
        name=name,
        title=series.title,
        description=summary(series, points, zone, words),
        width=width,
        height=height,
        style=style,
    )


def _between(series: Series, start: datetime | None, end: datetime | None) -> list[Point]:
    return [
        point
        for point in series.in_order
        if (start is None or point.at >= start) and (end is None or point.at <= end)
    ]


def _ticks(series: Series, low: float, high: float, height: float, *, log: bool) -> list[Tick]:
    if series.grades:
        return steps.ticks(series.grades)
    return log_ticks(low, high) if log else linear_ticks(low, high, max(2, int(height / 45)))


def _through(series: Series, points: Sequence[Point], plot: Plot) -> list[Markup]:
    """Join the values; grades as steps."""
    if not series.grades:
        return [curve(points, plot)]
    where = [f"{number(plot.x(one.at))} {number(plot.y.clamp(one.value))}" for one in points]
    return steps.curve(points, where, set())


def _mark_label(placed: Placed) -> Markup:
    height = _FIRST_LANE + LANE * placed.lane
    return label(placed.text, placed.x, height, anchor=placed.anchor, class_=MARK_LABEL)


def _point(point: Point, plot: Plot, zone: tzinfo, words: Words) -> Markup:
    told = [point.shown, words.moment(point.at, zone)]
    told += [point.note] if point.note else []
    told += [words.provisional] if point.is_provisional else []
    return point_mark(point, plot.x(point.at), plot.y.clamp(point.value), " · ".join(told))


def summary(series: Series, points: Sequence[Point], zone: tzinfo, words: Words) -> str:
    """Say in one or two sentences what the picture shows."""
    if not points:
        return words.no_values
    return words.summary % {
        "count": len(points),
        "first": words.day(points[0].at, zone),
        "last": words.day(points[-1].at, zone),
        "shown": points[-1].shown,
        "abnormal": sum(point.tone in (Tone.ABNORMAL, Tone.CRITICAL) for point in points),
        "critical": sum(point.tone is Tone.CRITICAL for point in points),
    }


def _empty(series: Series, name: str, width: float, style: str, words: Words) -> Markup:
    return drawing(
        label(words.no_values, width / 2, 40, anchor="middle", class_="c-muted"),
        name=name,
        title=series.title,
        description=words.no_values,
        width=width,
        height=70,
        style=style,
    )


def domain(
    series: Series, points: Sequence[Point], first: datetime, last: datetime, *, log: bool
) -> tuple[float, float]:
    """Cover points and reference; critical limits too, unless that would halve the curve."""
    if series.grades:
        return steps.domain(series.grades, points)
    values = [point.value for point in points]
    values += [limit for band in during(series.reference, first, last) for limit in band.limits]
    span = max(values) - min(values)
    for band in during(series.critical, first, last):
        for limit in band.limits:
            if min(values) - span <= limit <= max(values) + span:
                values.append(limit)
    if log:
        above = [value for value in values if value > 0]
        return min(above) / 1.5, max(above) * 1.5
    return span_of(values, floor=0)
