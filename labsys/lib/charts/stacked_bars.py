"""Counts by day in parts that stand on each other; the newest days, still being counted, are marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from labsys.lib.charts.scales import linear_ticks
from labsys.lib.charts.style import STANDALONE
from labsys.lib.charts.svg import Markup, drawing, element, label, line, text_of, width_of

# Full, shaded, outlined: told apart without colour too.
CLASSES = ("c-bar", "c-bar-2", "c-bar-3")
_FOOT = 34.0
_HEAD = 40.0
_BOX = 11.0


@dataclass(frozen=True, slots=True)
class StackedBar:
    """One bar: its parts from the axis upwards, what stands under it, and what is told of it."""

    parts: tuple[int, ...]
    edge: str
    told: str
    is_open: bool = False  # still being counted


def stacked_bars(
    found: Sequence[StackedBar],
    *,
    parts: Sequence[str],
    still_open: str,
    name: str,
    title: str,
    unit: str,
    summary: str,
    nothing: str,
    width: float = 960,
    height: float = 280,
    standalone: bool = False,
) -> Markup:
    """Draw bars of equal width from zero; `parts` names the parts, at most three, from below.

    `still_open` is written over the days from the first open bar on.
    """
    style = STANDALONE if standalone else ""
    highest = max((sum(bar.parts) for bar in found), default=0)
    if not highest:
        empty = label(nothing, width / 2, 40, anchor="middle", class_="c-muted")
        return drawing(
            empty, name=name, title=title, description=nothing, width=width, height=70, style=style
        )
    ticks = [tick for tick in linear_ticks(0, highest, 4) if tick.value == int(tick.value)]
    left = max(width_of(tick.text) for tick in ticks) + 12
    right, bottom = width - 8, height - _FOOT
    scale, step = (bottom - _HEAD) / highest, (right - left) / len(found)
    drawn = _legend(parts, left)
    for tick in ticks:
        y = bottom - tick.value * scale
        drawn.append(line(left, y, right, y, class_="c-grid"))
        drawn.append(label(tick.text, left - 6, y + 4, anchor="end", class_="c-muted"))
    drawn += _open(found, left, step, bottom, right, still_open)
    for index, bar in enumerate(found):
        drawn.append(_bar(bar, left + index * step, step, bottom, scale))
    drawn.append(line(left, bottom, right, bottom, class_="c-axis"))
    drawn += _edges(found, left, step, bottom)
    drawn.append(label(unit, right, height - 2, anchor="end", class_="c-muted"))
    return drawing(
        *drawn, name=name, title=title, description=summary, width=width, height=height, style=style
    )


def _legend(parts: Sequence[str], left: float) -> list[Markup]:
    drawn, x = [], left
    for text, class_ in zip(parts, CLASSES, strict=False):
        drawn.append(element("rect", class_=class_, x=x, y=2.0, width=_BOX, height=_BOX))
        drawn.append(label(text, x + _BOX + 5, 12, class_="c-muted"))
        x += _BOX + 5 + width_of(text) + 16
    return drawn


def _open(
    found: Sequence[StackedBar], left: float, step: float, bottom: float, right: float, said: str
) -> list[Markup]:
    first = next((place for place, bar in enumerate(found) if bar.is_open), None)
    if first is None:
        return []
    x = left + first * step
    is_late = x + width_of(said) + 8 > right
    area = {"x": x, "y": _HEAD - 16, "width": right - x, "height": bottom - _HEAD + 16}
    return [
        element("rect", class_="c-mark-area", **area),
        line(x, _HEAD - 16, x, bottom, class_="c-mark", stroke_dasharray="6 4"),
        label(
            said,
            x - 5 if is_late else x + 5,
            _HEAD - 6,
            anchor="end" if is_late else "start",
            class_="c-mark-label",
        ),
    ]


def _bar(bar: StackedBar, x: float, step: float, bottom: float, scale: float) -> Markup:
    shapes, low = [], bottom
    for count, class_ in zip(bar.parts, CLASSES, strict=False):
        tall = count * scale
        low -= tall
        if count:
            wide = max(step - 2, 0.5)
            shapes.append(element("rect", class_=class_, x=x + 1, y=low, width=wide, height=tall))
    return element("g", element("title", text_of(bar.told)), *shapes)


def _edges(found: Sequence[StackedBar], left: float, step: float, bottom: float) -> list[Markup]:
    """Write the days that have room, each under the middle of its bar."""
    drawn: list[Markup] = []
    free = float("-inf")
    for index, bar in enumerate(found):
        x, half = left + (index + 0.5) * step, width_of(bar.edge) / 2
        if x - half > free:
            drawn.append(label(bar.edge, x, bottom + 16, anchor="middle", class_="c-muted"))
            free = x + half + 8
    return drawn
