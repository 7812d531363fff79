"""Panels stacked on one axis of time: the same place across is the same moment in each of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import cache
from itertools import pairwise
from statistics import median

from labsys.lib.charts import background, steps
from labsys.lib.charts.axes import AXIS_HEIGHT, ticks_that_fit, time_axis
from labsys.lib.charts.background import EdgeText
from labsys.lib.charts.lanes import Lane, beside
from labsys.lib.charts.layout import Plot, TimeScale, during
from labsys.lib.charts.legend import legend
from labsys.lib.charts.panel_parts import (
    Fit,
    Moment,
    beyond,
    curve,
    fit_with_limits,
    places,
    point_marks,
    wordless,
)
from labsys.lib.charts.scales import Scale, Tick, linear_ticks, log_ticks, span_of
from labsys.lib.charts.series import Censored, Mark, Point, Series
from labsys.lib.charts.svg import (
    Markup,
    drawing,
    label,
    line,
    width_of,
)
from labsys.lib.charts.trend import summary
from labsys.lib.charts.words import ENGLISH, Words

WIDTH = 900.0
HEIGHT = 150.0
_TOP = 16.0
_MANY_FOR_OUTLIERS = 8
_GAP_TIMES, _GAP_SHARE = 4.0, 0.1


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

    zero = start.timestamp()
    step = (right - left) / (end.timestamp() - zero)

    @cache  # the values of one specimen share their moment
    def when(at: datetime) -> Moment:
        seconds = at.timestamp()
        across = f"{left + (seconds - zero) * step:.1f}"
        return Moment(across, f"{seconds:.0f}", words.moment(at, zone))

    missing = [gaps(one.points, x) for one in laid]
    shared = _Shared(marks, x, zone, width, words, when)
    return Stack(
        lanes=beside(
            marks, lanes, x, name=f"{name}-lanes", title=title, zone=zone, width=width, words=words
        ),
        panels=[
            _drawn(one, shared, without, f"{name}-{place}")
            for place, (one, without) in enumerate(zip(laid, missing, strict=True))
        ],
        key=_key(shown, width, name, words),
        gaps=missing,
        left=left,
        right=right,
        width=width,
    )


def _laid(panel: Panel, start: datetime, end: datetime, words: Words) -> _Laid:
    points = [one for one in panel.series.in_order if start <= one.at <= end]
    if not points:
        return _Laid(panel, [], 0, 1, False, [], [])
    if panel.series.grades:
        low, high = steps.domain(panel.series.grades, points)
        return _Laid(panel, points, low, high, False, steps.ticks(panel.series.grades), [])
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


@dataclass(slots=True)
class _Shared:
    """What all panels of one stack have in common: drawn once for each height."""

    marks: Sequence[Mark]
    x: TimeScale
    zone: tzinfo
    width: float
    words: Words
    when: Callable[[datetime], Moment]
    _made: dict[float, tuple[str, str]] = field(default_factory=dict)

    def around(self, plot: Plot) -> tuple[str, str]:
        """Return the axis of time with its lines, and what was done."""
        if plot.bottom not in self._made:
            axis = [*_days(plot, self.zone, self.words), *time_axis(plot, self.zone, self.words)]
            done = background.marks(self.marks, plot, self.zone, self.words)
            self._made[plot.bottom] = "".join(axis), "".join(done)
        return self._made[plot.bottom]


def _drawn(laid: _Laid, shared: _Shared, missing: Sequence[Gap], name: str) -> Markup:
    panel, points, words = laid.panel, laid.points, shared.words
    height = HEIGHT if points else 2 * _TOP + AXIS_HEIGHT + 8
    plot = Plot(shared.x, Scale(laid.low, laid.high, height - AXIS_HEIGHT, _TOP, laid.log))
    axis, done = shared.around(plot)
    moments = [shared.when(one.at) for one in points]
    where = places(points, moments, plot)
    line_through = steps.curve if panel.series.grades else curve
    return drawing(
        *background.bands(panel.series.reference, plot),
        *_values(laid.ticks, plot),
        axis,
        *background.limits(panel.series.critical, plot),
        done,
        *(fit_with_limits(panel.fit, plot) if panel.fit is not None and points else ()),
        *line_through(points, where, {(gap.start, gap.end) for gap in missing}),
        point_marks(points, where, moments, words),
        *beyond([one for one in points if not laid.low <= one.value <= laid.high], plot),
        *(wordless(at, text, plot, shared.when(at).said) for at, text in panel.without_number),
        *background.gutter(laid.edge, plot),
        *([] if points else [_empty(plot, words)]),
        name=name,
        title=panel.series.title,
        description=summary(panel.series, points, shared.zone, words),
        width=shared.width,
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
