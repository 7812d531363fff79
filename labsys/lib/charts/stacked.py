"""Panels stacked on one axis of time: the same place across is the same moment in each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import pairwise
from statistics import median

from labsys.lib.charts import background
from labsys.lib.charts.axes import AXIS_HEIGHT, ticks_that_fit, time_axis
from labsys.lib.charts.background import EdgeText
from labsys.lib.charts.lanes import Lane, beside
from labsys.lib.charts.layout import Plot, TimeScale, during
from labsys.lib.charts.legend import legend
from labsys.lib.charts.scales import Scale, Tick, linear_ticks, log_ticks, span_of
from labsys.lib.charts.series import Censored, Mark, Point, Series
from labsys.lib.charts.shapes import shape
from labsys.lib.charts.svg import (
    Markup,
    drawing,
    element,
    label,
    line,
    number,
    text_of,
    width_of,
)
from labsys.lib.charts.trend import summary
from labsys.lib.charts.words import ENGLISH, Words

WIDTH = 900.0
HEIGHT = 150.0
_TOP = 16.0
_FEW_HITS = 60  # points to a panel up to which each has a generous area to point at
_MANY_FOR_OUTLIERS = 8
_GAP_TIMES, _GAP_SHARE = 4.0, 0.1


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted course with the limits of its mean, None where there are none."""

    times: Sequence[datetime]
    values: Sequence[float]
    lows: Sequence[float | None]
    highs: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Panel:
    """One analyte: its values, a fit of them, and when there was an answer that is no number."""

    series: Series
    log: bool = False
    fit: Fit | None = None
    without_number: Sequence[tuple[datetime, str]] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """A long time without values between two of them; no line is drawn across."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Stack:
    """What was drawn, with the place of the axis of time that all of it shares."""

    lanes: Markup
    panels: list[Markup]
    key: Markup | str
    gaps: list[list[Gap]]
    left: float
    right: float
    width: float


@dataclass(frozen=True, slots=True)
class _Laid:
    panel: Panel
    points: list[Point]
    low: float
    high: float
    log: bool
    ticks: list[Tick]
    edge: list[EdgeText]


def stacked(
    panels: Sequence[Panel],
    *,
    marks: Sequence[Mark],
    lanes: Sequence[Lane],
    start: datetime,
    end: datetime,
    name: str,
    title: str,
    zone: tzinfo,
    width: float = WIDTH,
    words: Words = ENGLISH,
) -> Stack:
    """Draw lanes and panels between two moments; `name` makes ids unique within the page."""
    laid = [_laid(one, start, end, words) for one in panels]
    texts = [tick.text for one in laid for tick in one.ticks]
    names = [lane.name for lane in lanes if lane.spans]
    left = max([width_of(text) for text in [*texts, *names]], default=40) + 14
    edges = [text.text for one in laid for text in one.edge]
    right = width - max([width_of(text) for text in edges], default=0) - 14
    x = TimeScale(start, end, left, right)
    shown = [point for one in laid for point in one.points]
    return Stack(
        lanes=beside(
            marks, lanes, x, name=f"{name}-lanes", title=title, zone=zone, width=width, words=words
        ),
        panels=[
            _drawn(one, marks, x, f"{name}-{place}", zone, width, words)
            for place, one in enumerate(laid)
        ],
        key=_key(shown, width, name, words),
        gaps=[gaps(one.points, x) for one in laid],
        left=left,
        right=right,
        width=width,
    )


def _laid(panel: Panel, start: datetime, end: datetime, words: Words) -> _Laid:
    points = [one for one in panel.series.in_order if start <= one.at <= end]
    if not points:
        return _Laid(panel, [], 0, 1, False, [], [])
    log = panel.log and min(one.value for one in points) > 0
    low, high = _domain(panel, points, start, end, log=log)
    ticks = log_ticks(low, high) if log else []
    if len(ticks) < 2:
        ticks = linear_ticks(low, high, 3)
    edge = background.gutter_texts(panel.series, low, high, end, words)
    return _Laid(panel, points, low, high, log, ticks, edge)


def _domain(
    panel: Panel, points: Sequence[Point], start: datetime, end: datetime, *, log: bool
) -> tuple[float, float]:
    """Cover points, range and fit; no far-off limit, and no few values far off, flatten the rest."""
    values = [one.value for one in points]
    if not log:
        values = without_outliers(values)
    span = max(values) - min(values)
    inner = (min(values), max(values))
    if panel.fit is not None:
        pairs = zip(panel.fit.times, panel.fit.values, strict=True)
        values += [value for at, value in pairs if start <= at <= end and value > 0]
    for band in during(panel.series.reference, start, end):
        values += [limit for limit in band.limits if limit > 0 or not log]
    for band in during(panel.series.critical, start, end):
        values += [one for one in band.limits if inner[0] - span <= one <= inner[1] + span]
    if log:
        above = [value for value in values if value > 0]
        return min(above) / 1.5, max(above) * 1.5
    bottom, top = span_of(values, floor=0)
    if any(
        one.censored is Censored.BELOW and one.value < bottom + 0.1 * (top - bottom)
        for one in points
    ):
        bottom -= 0.1 * (top - bottom)  # room for the mark, which points down
    return bottom, top


def without_outliers(values: Sequence[float]) -> list[float]:
    """Leave out one value, or one in thirty, that lies so far off that it would flatten the others.

    What was found more often is part of the course and stays.
    """
    if len(values) < _MANY_FOR_OUTLIERS:
        return list(values)
    ordered = sorted(values)
    cut = len(ordered) // 10 or 1
    low, high = ordered[cut], ordered[-1 - cut]
    reach = 4 * (high - low) or abs(high) * 0.5 or 1.0
    kept = [value for value in values if low - reach <= value <= high + reach]
    return kept if len(values) - len(kept) <= max(1, len(values) // 30) else list(values)


def gaps(points: Sequence[Point], x: TimeScale) -> list[Gap]:
    """Return where values are missing for far longer than is usual between these."""
    steps = [(new.at - old.at).total_seconds() for old, new in pairwise(points)]
    if len(steps) < 3:
        return []
    least = max(_GAP_TIMES * median(steps), _GAP_SHARE * (x.last - x.first).total_seconds())
    return [
        Gap(old.at, new.at)
        for (old, new), step in zip(pairwise(points), steps, strict=True)
        if step > least
    ]


def _drawn(
    laid: _Laid,
    marks: Sequence[Mark],
    x: TimeScale,
    name: str,
    zone: tzinfo,
    width: float,
    words: Words,
) -> Markup:
    panel, points = laid.panel, laid.points
    height = HEIGHT if points else 2 * _TOP + AXIS_HEIGHT + 8
    plot = Plot(x, Scale(laid.low, laid.high, height - AXIS_HEIGHT, _TOP, laid.log))
    missing = {(gap.start, gap.end) for gap in gaps(points, x)}
    hits = len(points) <= _FEW_HITS
    return drawing(
        *background.bands(panel.series.reference, plot),
        *_values(laid.ticks, plot),
        *_days(plot, zone, words),
        *time_axis(plot, zone, words),
        *background.limits(panel.series.critical, plot),
        *_marks(marks, plot, zone, words),
        *(_fit(panel.fit, plot) if panel.fit is not None and points else ()),
        *_curve(points, plot, missing),
        *(_point(one, plot, zone, words, hits=hits) for one in points),
        *_beyond([one for one in points if not laid.low <= one.value <= laid.high], plot),
        *(_wordless(at, text, plot, zone, words) for at, text in panel.without_number),
        *background.gutter(laid.edge, plot),
        *([] if points else [_empty(plot, words)]),
        name=name,
        title=panel.series.title,
        description=summary(panel.series, points, zone, words),
        width=width,
        height=height,
        style="",
    )


def _empty(plot: Plot, words: Words) -> Markup:
    middle = (plot.left + plot.right) / 2
    return label(words.no_values, middle, plot.bottom - 12, anchor="middle", class_="c-muted")


def _values(ticks: Sequence[Tick], plot: Plot) -> list[Markup]:
    """Draw a thin line across for each tick; numbers that would touch are left out."""
    drawn, last = [], float("inf")
    for tick in sorted(ticks, key=lambda one: one.value):
        y = plot.y(tick.value)
        drawn.append(line(plot.left, y, plot.right, y, class_="c-grid"))
        if last - y >= 13:
            drawn.append(label(tick.text, plot.left - 6, y + 4, anchor="end", class_="c-muted"))
            last = y
    return drawn


def _days(plot: Plot, zone: tzinfo, words: Words) -> list[Markup]:
    return [
        line(plot.x(tick.at), plot.top, plot.x(tick.at), plot.bottom, class_="c-grid")
        for tick in ticks_that_fit(plot, zone, words)
    ]


def _marks(marks: Sequence[Mark], plot: Plot, zone: tzinfo, words: Words) -> list[Markup]:
    """Draw what was done through the panel: its line, told apart by dashes, and its sign on top."""
    drawn, taken = [], float("-inf")
    for mark in sorted(marks, key=lambda one: one.at):
        if mark.at > plot.x.last or (mark.until or mark.at) < plot.x.first:
            continue
        left = plot.x.clamp(mark.at, open_end=plot.left)
        right = plot.x.clamp(mark.until or mark.at, open_end=plot.right)
        parts: list[str] = [element("title", text_of(f"{mark.sign} {mark.label} {mark.detail}"))]
        if right - left > 1:
            area = {"x": left, "y": plot.top, "width": right - left}
            parts.append(
                element("rect", class_="c-mark-area", height=plot.bottom - plot.top, **area)
            )
        dash = mark.dash
        parts.append(
            line(left, plot.top - 2, left, plot.bottom, class_="c-mark", stroke_dasharray=dash)
        )
        half = width_of(mark.sign) / 2
        if mark.sign and left - half > taken:
            parts.append(
                label(mark.sign, left, plot.top - 5, anchor="middle", class_="c-mark-label")
            )
            taken = left + half + 2
        drawn.append(element("g", *parts))
    return drawn


def _fit(fit: Fit, plot: Plot) -> list[Markup]:
    """Draw a fitted course with its limits, as far as both lie within the time shown."""
    rows = [
        row
        for row in zip(fit.times, fit.values, fit.lows, fit.highs, strict=True)
        if plot.x.first <= row[0] <= plot.x.last
    ]
    known = [(at, low, high) for at, _v, low, high in rows if low is not None and high is not None]
    drawn = []
    if len(known) > 1:
        there = [_place(plot, at, low) for at, low, _high in known]
        back = [_place(plot, at, high) for at, _low, high in reversed(known)]
        drawn.append(element("path", d="M" + "L".join(there + back) + "Z", class_="c-fit-area"))
    if len(rows) > 1:
        path = "M" + "L".join(_place(plot, at, value) for at, value, *_limits in rows)
        drawn.append(element("path", d=path, class_="c-fit", stroke_dasharray="7 3"))
    return drawn


def _place(plot: Plot, at: datetime, value: float) -> str:
    return f"{number(plot.x(at))} {number(plot.y.clamp(value))}"


def _curve(
    points: Sequence[Point], plot: Plot, missing: set[tuple[datetime, datetime]]
) -> list[Markup]:
    """Join the values: dashed to what is known only to lie beyond a limit, not at all over a gap."""
    solid, dashed = [], []
    for old, new in pairwise(points):
        if (old.at, new.at) in missing:
            continue
        piece = f"M{_place(plot, old.at, old.value)}L{_place(plot, new.at, new.value)}"
        (solid if old.censored is None and new.censored is None else dashed).append(piece)
    return [
        element("path", d="".join(one), class_="c-line", stroke_width=1.5, stroke_dasharray=dash)
        for one, dash in ((solid, None), (dashed, "2 3"))
        if one
    ]


def _point(point: Point, plot: Plot, zone: tzinfo, words: Words, *, hits: bool) -> Markup:
    x, y = plot.x(point.at), plot.y.clamp(point.value)
    told = [point.shown, words.moment(point.at, zone)]
    told += [point.note] if point.note else []
    told += [words.provisional] if point.is_provisional else []
    return element(
        "g",
        element("title", text_of(" · ".join(told))),
        element("circle", cx=x, cy=y, r=9.0, class_="c-hit") if hits else "",
        shape(point.tone, point.censored, point.is_provisional, x, y),
        data_x=x,
        data_y=y,
    )


def _beyond(points: Sequence[Point], plot: Plot) -> list[Markup]:
    """Write values that lie off the scale beside their marks at the edge, where there is room."""
    drawn: list[Markup] = []
    end = float("-inf")
    for point in points:
        is_high = point.value > plot.y.high
        x = plot.x(point.at)
        text = f"{'↑' if is_high else '↓'} {point.shown.split(' ')[0]}"
        wide = width_of(text)
        fits = x + 8 + wide <= plot.right
        first = x + 8 if fits else x - 8 - wide
        if first < end:
            continue
        y = plot.top + 4 if is_high else plot.bottom - 4
        drawn.append(label(text, first, y, class_="c-muted"))
        end = first + wide
    return drawn


def _wordless(at: datetime, text: str, plot: Plot, zone: tzinfo, words: Words) -> Markup:
    """Mark at the foot when there was an answer that is no number."""
    if not plot.x.first <= at <= plot.x.last:
        return Markup("")
    x, y = number(plot.x(at)), plot.bottom
    cross = f"M{x} {number(y - 9)}v6m-3 -3h6"
    title = element("title", text_of(f"{text} · {words.moment(at, zone)}"))
    return element(
        "g",
        title,
        element("path", d=cross, class_="c-axis", stroke_width=1.6),
        data_x=plot.x(at),
        data_y=y - 6,
    )


def _key(points: Sequence[Point], width: float, name: str, words: Words) -> Markup | str:
    if not points:
        return ""
    _parts, height = legend(points, 0, width, 100, words)
    if not height:
        return ""
    parts, _height = legend(points, 0, width, height, words)
    return drawing(
        *parts,
        name=f"{name}-key",
        title=words.key,
        description=words.key,
        width=width,
        height=height,
        style="",
    )
