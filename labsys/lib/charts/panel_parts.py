"""What one panel of a stack shows of its values: the line, the marks, a fitted course."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from html import escape
from itertools import pairwise
from typing import NamedTuple

from labsys.lib.charts.layout import Plot
from labsys.lib.charts.series import Censored, Point, Tone
from labsys.lib.charts.shapes import shape
from labsys.lib.charts.svg import Markup, element, label, number, text_of, width_of
from labsys.lib.charts.words import Words

_FEW_HITS = 60  # points to a panel up to which each has a generous area to point at


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted course with the limits of its mean, None where there are none."""

    times: Sequence[datetime]
    values: Sequence[float]
    lows: Sequence[float | None]
    highs: Sequence[float | None]


class Moment(NamedTuple):
    """A moment as a drawing writes it: how far across, in seconds since 1970, and in words."""

    across: str
    seconds: str
    said: str


def places(points: Sequence[Point], moments: Sequence[Moment], plot: Plot) -> list[str]:
    """Return where each value lies, as it is written; beyond the scale at its end."""
    y = plot.y
    if y.log:
        return [
            f"{at.across} {y.clamp(one.value):.1f}" for one, at in zip(points, moments, strict=True)
        ]
    start, low, high = y.start, y.low, y.high
    rise = (y.end - start) / (high - low)
    return [
        f"{at.across} {start + (min(max(one.value, low), high) - low) * rise:.1f}"
        for one, at in zip(points, moments, strict=True)
    ]


def fit_with_limits(fit: Fit, plot: Plot) -> list[Markup]:
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


def curve(
    points: Sequence[Point], places: Sequence[str], missing: set[tuple[datetime, datetime]]
) -> list[Markup]:
    """Join the values: dashed to what is known only to lie beyond a limit, not at all over a gap."""
    solid: list[str] = []
    dashed: list[str] = []
    for (old, new), (start, end) in zip(pairwise(points), pairwise(places), strict=True):
        if (old.at, new.at) in missing:
            continue
        piece = f"M{start}L{end}"
        (solid if old.censored is None and new.censored is None else dashed).append(piece)
    return [
        element("path", d="".join(one), class_="c-line", stroke_width=1.5, stroke_dasharray=dash)
        for one, dash in ((solid, None), (dashed, "2 3"))
        if one
    ]


def point_marks(
    points: Sequence[Point],
    places: Sequence[str],
    moments: Sequence[Moment],
    words: Words,
) -> str:
    """Draw the values. Written at once, as there may be thousands; each shape is made once."""
    hit = '<circle r="9" class="c-hit"/>' if len(points) <= _FEW_HITS else ""
    drawn = []
    for point, place, at in zip(points, places, moments, strict=True):
        told = f"{point.shown} · {at.said}"
        if point.note:
            told += f" · {point.note}"
        if point.is_provisional:
            told += f" · {words.provisional}"
        drawn.append(
            f'<g data-t="{at.seconds}" transform="translate({place})"><title>{escape(told, quote=False)}</title>'
            f"{hit}{_shape(point.tone, point.censored, point.is_provisional)}</g>"
        )
    return "".join(drawn)


@lru_cache
def _shape(tone: Tone, censored: Censored | None, is_provisional: bool) -> str:
    return shape(tone, censored, is_provisional, 0, 0)


def beyond(points: Sequence[Point], plot: Plot) -> list[Markup]:
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


def wordless(at: datetime, text: str, plot: Plot, said: str) -> Markup:
    """Mark at the foot when there was an answer that is no number."""
    if not plot.x.first <= at <= plot.x.last:
        return Markup("")
    return element(
        "g",
        element("title", text_of(f"{text} · {said}")),
        element("path", d="M0 -3v6m-3 -3h6", class_="c-axis", stroke_width=1.6),
        data_t=round(at.timestamp()),
        transform=f"translate({plot.x(at):.1f} {plot.bottom - 6:.1f})",
    )
