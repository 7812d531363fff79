"""Grades over time: each holds until the next look, and has its name at the axis."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from labsys.lib.charts.scales import Tick
from labsys.lib.charts.series import Point
from labsys.lib.charts.svg import Markup, element, width_of

ROOM = 110.0  # for the name of a grade beside the axis
_AIR = 0.4


def ticks(names: Sequence[str]) -> list[Tick]:
    """Return a tick for each grade from 0 on; a long name is cut short."""
    return [Tick(grade, _cut(name)) for grade, name in enumerate(names)]


def domain(names: Sequence[str], points: Sequence[Point]) -> tuple[float, float]:
    """Cover all grades, and those seen that have no name any more."""
    values = [one.value for one in points]
    return min(0.0, *values) - _AIR, max(len(names) - 1.0, *values) + _AIR


def curve(
    points: Sequence[Point], places: Sequence[str], missing: set[tuple[datetime, datetime]]
) -> list[Markup]:
    """Draw each grade as it held until the next look; not over a gap."""
    pieces = []
    for (old, new), (start, end) in zip(pairwise(points), pairwise(places), strict=True):
        if (old.at, new.at) not in missing:
            across, down = end.split(" ")
            pieces.append(f"M{start}H{across}V{down}")
    if not pieces:
        return []
    return [element("path", d="".join(pieces), class_="c-line", stroke_width=1.5)]


def _cut(name: str) -> str:
    if width_of(name) <= ROOM:
        return name
    while width_of(f"{name}…") > ROOM:
        name = name[:-1]
    return f"{name.rstrip()}…"
