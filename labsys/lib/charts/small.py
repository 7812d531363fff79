"""Small drawings: one line without axes, and many of them under one time axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from labsys.lib.charts import background
from labsys.lib.charts.axes import AXIS_HEIGHT, time_axis
from labsys.lib.charts.layout import Plot, TimeScale, time_span
from labsys.lib.charts.scales import Scale, span_of
from labsys.lib.charts.series import Point, Series
from labsys.lib.charts.shapes import curve, shape
from labsys.lib.charts.style import STANDALONE
from labsys.lib.charts.svg import Markup, drawing, element, label, line, text_of, width_of
from labsys.lib.charts.trend import summary
from labsys.lib.charts.words import ENGLISH, Words

_ROW = 44.0
_PAD = 7.0


@dataclass(frozen=True, slots=True)
class Row:
    """One line of small multiples: a series, and its last value as text."""

    series: Series
    last: str = ""


def sparkline(
    series: Series,
    *,
    name: str,
    zone: tzinfo,
    width: float = 120,
    height: float = 28,
    words: Words = ENGLISH,
) -> Markup:
    """Draw the course of a series in the size of a word, its last value marked."""
    points = series.in_order
    inner = _line_of(series, points, _times(points, None, None, _PAD, width - _PAD), 0, height)
    return drawing(
        inner,
        name=name,
        title=series.title,
        description=summary(series, points, zone, words),
        width=width,
        height=height,
        style="",
    )


def small_multiples(
    rows: Sequence[Row],
    *,
    name: str,
    title: str,
    zone: tzinfo,
    start: datetime | None = None,
    end: datetime | None = None,
    width: float = 640,
    words: Words = ENGLISH,
    standalone: bool = False,
) -> Markup:
    """Draw several series under one time axis, each in its own unit and on its own scale."""
    left = max([width_of(row.series.title) for row in rows], default=0) + 12
    right = width - max([width_of(_last(row)) for row in rows], default=0) - 14
    points = [point for row in rows for point in row.series.in_order]
    x = _times(points, start, end, left, right)
    height = _ROW * len(rows) + AXIS_HEIGHT
    drawn: list[Markup] = []
    for index, row in enumerate(rows):
        drawn += _row(row, x, index * _ROW, width)
    if x is not None:
        base = _ROW * len(rows)
        drawn += time_axis(Plot(x, Scale(0, 1, base, 0)), zone, words)
    return drawing(
        *drawn,
        name=name,
        title=title,
        description=" ".join(
            f"{row.series.title}: {summary(row.series, row.series.in_order, zone, words)}"
            for row in rows
        ),
        width=width,
        height=height,
        style=STANDALONE if standalone else "",
    )


def _row(row: Row, x: TimeScale | None, top: float, width: float) -> list[Markup]:
    middle = top + _ROW / 2 + 4
    points = [
        point for point in row.series.in_order if x is not None and x.first <= point.at <= x.last
    ]
    drawn = [
        label(row.series.title, 0, middle),
        label(_last(row), width, middle, anchor="end"),
        _line_of(row.series, points, x, top, top + _ROW),
    ]
    if top:
        drawn.append(line(0, top, width, top, class_="c-grid"))
    return drawn


def _last(row: Row) -> str:
    points = row.series.in_order
    return row.last or (points[-1].shown if points else "")


def _times(
    points: Sequence[Point],
    start: datetime | None,
    end: datetime | None,
    left: float,
    right: float,
) -> TimeScale | None:
    if not points:
        return None
    first, last = time_span([point.at for point in points], start, end)
    return TimeScale(first, last, left, right)


def _line_of(
    series: Series, points: Sequence[Point], x: TimeScale | None, top: float, bottom: float
) -> Markup:
    if x is None or not points:
        return Markup("")
    values = [point.value for point in points]
    values += [limit for band in series.reference for limit in band.limits]
    low, high = span_of(values, floor=0)
    plot = Plot(x, Scale(low, high, bottom - _PAD, top + _PAD))
    marked = [point for point in points[:-1] if point.tone != "normal"] + [points[-1]]
    return element(
        "g",
        element("title", text_of(f"{series.name}: {points[-1].shown}")),
        *background.bands(series.reference, plot),
        curve(points, plot),
        *(
            shape(
                point.tone,
                point.censored,
                point.is_provisional,
                plot.x(point.at),
                plot.y.clamp(point.value),
            )
            for point in marked
        ),
    )
