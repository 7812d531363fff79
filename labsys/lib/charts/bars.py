"""How often each size occurred: bars that stand on one axis, the last one open where it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from labsys.lib.charts.scales import linear_ticks
from labsys.lib.charts.style import STANDALONE
from labsys.lib.charts.svg import Markup, drawing, element, label, line, text_of, width_of

_FOOT = 34.0
_HEAD = 20.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: how high, what stands under its left edge, and what is told of it."""

    height: int
    edge: str
    told: str
    is_beyond: bool = False  # beyond a limit: marked by a stripe as well as by colour
    is_open: bool = False  # still being counted: an outline
    most: int | None = None  # how high it may be: a limit across it


def bars(
    found: Sequence[Bar],
    *,
    name: str,
    title: str,
    unit: str,
    summary: str,
    nothing: str = "No values.",
    width: float = 640,
    height: float = 240,
    standalone: bool = False,
) -> Markup:
    """Draw bars of equal width from zero; `unit` names what the edges count, such as minutes."""
    style = STANDALONE if standalone else ""
    if not any(bar.height for bar in found):
        empty = label(nothing, width / 2, 40, anchor="middle", class_="c-muted")
        return drawing(
            empty, name=name, title=title, description=nothing, width=width, height=70, style=style
        )
    highest = max(max(bar.height, bar.most or 0) for bar in found)
    ticks = linear_ticks(0, highest, min(4, highest))
    left = max(width_of(tick.text) for tick in ticks) + 12
    right, bottom = width - 8, height - _FOOT
    scale = (bottom - _HEAD) / highest
    step = (right - left) / len(found)
    drawn: list[Markup] = []
    for tick in ticks:
        y = bottom - tick.value * scale
        drawn.append(line(left, y, right, y, class_="c-grid"))
        drawn.append(label(tick.text, left - 6, y + 4, anchor="end", class_="c-muted"))
    for index, bar in enumerate(found):
        drawn.append(_bar(bar, left + index * step, step, bottom, scale))
    drawn.append(line(left, bottom, right, bottom, class_="c-axis"))
    drawn += _edges(found, left, step, bottom)
    drawn.append(label(unit, right, height - 2, anchor="end", class_="c-muted"))
    return drawing(
        *drawn, name=name, title=title, description=summary, width=width, height=height, style=style
    )


def _bar(bar: Bar, x: float, step: float, bottom: float, scale: float) -> Markup:
    tall = bar.height * scale
    area = {"x": x + 0.5, "y": bottom - tall, "width": max(step - 1, 0.5), "height": tall}
    class_ = "c-bar-beyond" if bar.is_beyond else "c-bar-open" if bar.is_open else "c-bar"
    parts = [element("rect", class_=class_, **area)]
    limits = [tall] if bar.is_beyond and tall else []
    if bar.most is not None:
        limits = [bar.most * scale]
    for y in limits:
        parts.append(line(x + 0.5, bottom - y, x + step - 0.5, bottom - y, class_="c-limit"))
    return element("g", element("title", text_of(bar.told)), *parts)


def _edges(found: Sequence[Bar], left: float, step: float, bottom: float) -> list[Markup]:
    """Write the edges that have room."""
    drawn: list[Markup] = []
    free = float("-inf")
    for index, bar in enumerate(found):
        x, half = left + index * step, width_of(bar.edge) / 2
        if x - half > free:
            drawn.append(line(x, bottom, x, bottom + 4, class_="c-axis"))
            drawn.append(label(bar.edge, x, bottom + 16, anchor="middle", class_="c-muted"))
            free = x + half + 8
    return drawn
