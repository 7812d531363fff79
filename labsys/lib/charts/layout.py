"""Where things go so that texts do not cover each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from labsys.lib.charts.scales import Scale
from labsys.lib.charts.series import Band
from labsys.lib.charts.svg import width_of

GAP = 6.0


@dataclass(frozen=True, slots=True)
class TimeScale:
    """Maps moments onto places."""

    first: datetime
    last: datetime
    start: float
    end: float

    def __call__(self, moment: datetime) -> float:
        share = (moment - self.first) / (self.last - self.first)
        return self.start + share * (self.end - self.start)

    def clamp(self, moment: datetime | None, *, open_end: float) -> float:
        """Place a moment, the nearer end where it lies outside, `open_end` where it is None."""
        if moment is None:
            return open_end
        return self(min(max(moment, self.first), self.last))


@dataclass(frozen=True, slots=True)
class Plot:
    """The area of a chart and its two scales."""

    x: TimeScale
    y: Scale

    @property
    def left(self) -> float:
        return self.x.start

    @property
    def right(self) -> float:
        return self.x.end

    @property
    def top(self) -> float:
        return self.y.end

    @property
    def bottom(self) -> float:
        return self.y.start


@dataclass(frozen=True, slots=True)
class Placed:
    """A text with its place; `lane` counts rows from the top."""

    text: str
    x: float
    anchor: str
    lane: int

    @property
    def extent(self) -> tuple[float, float]:
        width = width_of(self.text)
        return (self.x, self.x + width) if self.anchor == "start" else (self.x - width, self.x)


def lanes(texts: Sequence[tuple[float, str]], *, left: float, right: float) -> list[Placed]:
    """Put labels beside their vertical lines, each in the first row where it covers no other."""
    placed: list[Placed] = []
    for x, text in sorted(texts):
        fits = x + 4 + width_of(text) <= right or x - left < right - x
        anchor, place = ("start", x + 4) if fits else ("end", x - 4)
        lane = 0
        while any(
            other.lane == lane and _overlap(Placed(text, place, anchor, lane), other)
            for other in placed
        ):
            lane += 1
        placed.append(Placed(text, place, anchor, lane))
    return placed


def _overlap(one: Placed, other: Placed) -> bool:
    (a, b), (c, d) = one.extent, other.extent
    return a < d + GAP and c < b + GAP


def spread(places: Sequence[float], *, gap: float, top: float, bottom: float) -> list[float]:
    """Move places apart to at least `gap`, as little as may be and within top..bottom.

    Order is kept; where there is no room for all, they share what there is.
    """
    if not places:
        return []
    room = bottom - top
    gap = min(gap, room / (len(places) - 1)) if len(places) > 1 else gap
    order = sorted(range(len(places)), key=lambda index: places[index])
    moved = [0.0] * len(places)
    lowest = top
    for index in order:
        moved[index] = max(places[index], lowest)
        lowest = moved[index] + gap
    highest = bottom
    for index in reversed(order):
        moved[index] = min(moved[index], highest)
        highest = moved[index] - gap
    return moved


def during(bands: Iterable[Band], first: datetime, last: datetime) -> list[Band]:
    """Keep the bands that hold at some time between two moments."""
    return [
        band
        for band in bands
        if (band.start is None or band.start <= last) and (band.end is None or band.end > first)
    ]


def time_span(
    moments: Sequence[datetime], start: datetime | None, end: datetime | None
) -> tuple[datetime, datetime]:
    """Return the time shown: as asked, else around the moments with a little air."""
    first = start or min(moments)
    last = end or max(moments)
    air = (last - first) * 0.03 or timedelta(hours=12)
    return (first if start else first - air), (last if end else last + air)


def rows_of(widths: Sequence[float], *, room: float) -> list[list[int]]:
    """Break items of given widths into rows of at most `room`."""
    rows: list[list[int]] = [[]]
    used = 0.0
    for index, width in enumerate(widths):
        if rows[-1] and used + width > room:
            rows.append([])
            used = 0.0
        rows[-1].append(index)
        used += width
    return rows if rows[0] else []
