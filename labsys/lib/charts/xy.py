"""Measured points against any quantity, with the curve that was fitted to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from math import ceil, floor

from labsys.lib.charts import background
from labsys.lib.charts.axes import time_axis
from labsys.lib.charts.layout import Plot, TimeScale
from labsys.lib.charts.scales import Scale, Tick, linear_ticks, log_ticks, span_of
from labsys.lib.charts.series import Censored, Mark, Tone
from labsys.lib.charts.shapes import shape
from labsys.lib.charts.style import STANDALONE
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
from labsys.lib.charts.words import ENGLISH, Words

_TOP = 26.0
_BOTTOM = 44.0
_RIGHT = 14.0
_REACH = 9.0
_STEPS = (1, 2, 7, 14, 28, 56, 91, 182, 364)  # days


@dataclass(frozen=True, slots=True)
class Dot:
    """One measured point; `shown` is said of it when it is pointed at."""

    x: float
    y: float
    shown: str = ""
    tone: Tone = Tone.NORMAL
    censored: Censored | None = None
    is_excluded: bool = False


@dataclass(frozen=True, slots=True)
class Curve:
    """A line through places in their order, dashed where it is no more than a guide."""

    xs: Sequence[float]
    ys: Sequence[float]
    is_dashed: bool = False


@dataclass(frozen=True, slots=True)
class Ribbon:
    """The area between two lines: limits of confidence or of prediction."""

    xs: Sequence[float]
    lows: Sequence[float]
    highs: Sequence[float]


@dataclass(frozen=True, slots=True)
class Rule:
    """A labelled line across the chart: a limit (across) or a moment of change (upright)."""

    value: float
    label: str
    is_upright: bool = False
    is_limit: bool = False


@dataclass(frozen=True, slots=True)
class Axis:
    """What an axis shows, and whether by its logarithm.

    A logarithmic axis needs values above 0; others are left out of the drawing, and the places of
    dots at 0 are drawn at the lower end (a zero calibrator has a signal). Where `zero` is a date,
    the values are days from it on and dates stand at the ticks. Where `since` is given, they are days
    from that moment on, under an axis of time.
    """

    label: str
    log: bool = False
    low: float | None = None
    high: float | None = None
    zero: date | None = None
    since: datetime | None = None


def xy(
    dots: Sequence[Dot],
    *,
    name: str,
    title: str,
    description: str,
    x: Axis,
    y: Axis,
    curves: Sequence[Curve] = (),
    ribbons: Sequence[Ribbon] = (),
    rules: Sequence[Rule] = (),
    marks: Sequence[Mark] = (),
    zone: tzinfo = UTC,
    words: Words = ENGLISH,
    width: float = 640,
    height: float = 320,
    standalone: bool = False,
) -> Markup:
    """Draw dots, curves, ribbons and rules on two axes.

    `marks`: what was done to the person, where the axis across is of time (`since`).
    """
    xs = [dot.x for dot in dots] + [one for curve in curves for one in curve.xs]
    xs += [one for ribbon in ribbons for one in ribbon.xs]
    xs += [rule.value for rule in rules if rule.is_upright]
    ys = [dot.y for dot in dots] + [one for curve in curves for one in curve.ys]
    ys += [one for ribbon in ribbons for one in (*ribbon.lows, *ribbon.highs)]
    ys += [rule.value for rule in rules if not rule.is_upright]
    low, high = _domain(ys, y)
    y_ticks = _ticks(low, high, y, max(3, int((height - _TOP - _BOTTOM) / 44)))
    left = max((width_of(tick.text) for tick in y_ticks), default=0) + 12
    down = Scale(low, high, height - _BOTTOM, _TOP, y.log)
    across = Scale(*_domain(xs, x), left, width - _RIGHT, x.log)
    drawn = [
        *_axes(x, y, across, down, y_ticks),
        *(_ribbon(ribbon, across, down) for ribbon in ribbons),
        *(_rule(rule, across, down) for rule in rules),
        *(_over_time(marks, x.since, across, down, zone, words) if x.since is not None else ()),
        *(_curve(curve, across, down) for curve in curves),
        *(_dot(dot, across, down) for dot in dots),
    ]
    return drawing(
        *drawn,
        name=name,
        title=title,
        description=description,
        width=width,
        height=height,
        style=STANDALONE if standalone else "",
    )


def _over_time(
    marks: Sequence[Mark], since: datetime, across: Scale, down: Scale, zone: tzinfo, words: Words
) -> list[Markup]:
    """Draw the axis of time whose values are days from a moment on, and what was done."""
    first, last = (since + timedelta(days=day) for day in (across.low, across.high))
    plot = Plot(TimeScale(first, last, across.start, across.end), down)
    return [*time_axis(plot, zone, words), *background.marks(marks, plot, zone, words)]


def _domain(values: Iterable[float], axis: Axis) -> tuple[float, float]:
    known = [value for value in values if not axis.log or value > 0]
    if axis.log:
        low, high = (min(known) / 1.4, max(known) * 1.4) if known else (0.1, 10.0)
    else:
        low, high = span_of(known, floor=0)
    return axis.low if axis.low is not None else low, axis.high if axis.high is not None else high


def _ticks(low: float, high: float, axis: Axis, target: int) -> list[Tick]:
    if axis.zero is not None:
        return _dates(low, high, axis.zero, target)
    found = log_ticks(low, high) if axis.log else linear_ticks(low, high, target)
    return found if len(found) > 1 else linear_ticks(low, high, target)


def _dates(low: float, high: float, zero: date, target: int) -> list[Tick]:
    first, last = ceil(low), floor(high)
    fewest = max(1, ceil((last - first) / target))
    step = next((one for one in _STEPS if one >= fewest), fewest)
    days = range(first, last + 1, step)
    return [Tick(day, (zero + timedelta(days=day)).isoformat()[5:]) for day in days]


def _axes(x: Axis, y: Axis, across: Scale, down: Scale, y_ticks: Sequence[Tick]) -> list[Markup]:
    drawn = []
    for tick in y_ticks:
        place = down(tick.value)
        drawn.append(line(across.start, place, across.end, place, class_="c-grid"))
        drawn.append(label(tick.text, across.start - 6, place + 4, anchor="end", class_="c-muted"))
    if x.since is None:
        drawn += _ticks_across(x, across, down.start)
    base = down.start
    drawn.append(label(x.label, across.end, base + 34, anchor="end", class_="c-muted"))
    drawn.append(label(y.label, 0, 12, class_="c-muted"))
    return drawn


def _ticks_across(x: Axis, across: Scale, base: float) -> list[Markup]:
    drawn = [line(across.start, base, across.end, base, class_="c-axis")]
    end = float("-inf")
    target = max(2, int((across.end - across.start) / 70))
    for tick in _ticks(across.low, across.high, x, target):
        place, half = across(tick.value), width_of(tick.text) / 2
        drawn.append(line(place, base, place, base + 4, class_="c-axis"))
        if place - half > end:
            drawn.append(label(tick.text, place, base + 16, anchor="middle", class_="c-muted"))
            end = place + half + 6
    return drawn


def _path_of(xs: Sequence[float], ys: Sequence[float], across: Scale, down: Scale) -> list[str]:
    """Return the places of a line that lie on the scales; what lies beyond is clamped."""
    return [
        f"{number(across.clamp(x))} {number(down.clamp(y))}"
        for x, y in zip(xs, ys, strict=True)
        if not (across.log and x <= 0)
    ]


def _curve(curve: Curve, across: Scale, down: Scale) -> Markup:
    return element(
        "path",
        d="M" + "L".join(_path_of(curve.xs, curve.ys, across, down)),
        class_="c-line",
        stroke_width=1.8,
        stroke_dasharray="5 4" if curve.is_dashed else None,
    )


def _ribbon(ribbon: Ribbon, across: Scale, down: Scale) -> Markup:
    there = _path_of(ribbon.xs, ribbon.lows, across, down)
    back = _path_of(ribbon.xs, ribbon.highs, across, down)[::-1]
    return element("path", d="M" + "L".join([*there, *back]) + "Z", class_="c-band")


def _rule(rule: Rule, across: Scale, down: Scale) -> Markup:
    stroke = "c-limit" if rule.is_limit else "c-mark" if rule.is_upright else "c-band-edge"
    text = "c-limit-label" if rule.is_limit else "c-mark-label" if rule.is_upright else "c-muted"
    if rule.is_upright:
        place = across.clamp(rule.value)
        is_late = place + width_of(rule.label) + 8 > across.end
        words = label(
            rule.label,
            place - 5 if is_late else place + 5,
            down.end + 10,
            anchor="end" if is_late else "start",
            class_=text,
        )
        stroked = line(place, down.end, place, down.start, class_=stroke, stroke_dasharray="6 4")
    else:
        place = down.clamp(rule.value)
        words = label(rule.label, across.end, place - 4, anchor="end", class_=text)
        stroked = line(
            across.start, place, across.end, place, class_=stroke, stroke_dasharray="6 4"
        )
    return element("g", stroked, words)


def _dot(dot: Dot, across: Scale, down: Scale) -> Markup:
    x, y = across.clamp(dot.x), down.clamp(dot.y)
    mark = shape(dot.tone, dot.censored, dot.is_excluded, x, y)
    if not dot.shown:
        return mark
    hit = element("circle", cx=x, cy=y, r=_REACH, class_="c-hit")
    return element("g", element("title", text_of(dot.shown)), hit, mark)
