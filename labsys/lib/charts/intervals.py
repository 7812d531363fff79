"""Estimates with their intervals, one under the other on one axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from labsys.lib.charts.scales import Scale, Tick, linear_ticks, log_ticks, span_of, written
from labsys.lib.charts.series import Tone
from labsys.lib.charts.shapes import shape
from labsys.lib.charts.style import STANDALONE
from labsys.lib.charts.svg import Markup, drawing, element, label, line, text_of, width_of

_ROW = 30.0
_AXIS = 38.0
_HEAD = 18.0


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value that was estimated, and the interval it lies in with the stated coverage."""

    label: str
    value: float
    low: float
    high: float
    shown: str
    tone: Tone = Tone.NORMAL

    def __post_init__(self) -> None:
        if not self.low <= self.value <= self.high:
            raise ValueError(f"{self.value} is not within {self.low} to {self.high}")


@dataclass(frozen=True, slots=True)
class Reference:
    """A limit that estimates are read against, drawn across all of them."""

    value: float
    label: str
    is_critical: bool = False


def intervals(
    estimates: Sequence[Estimate],
    *,
    name: str,
    title: str,
    unit: str,
    references: Sequence[Reference] = (),
    log: bool = False,
    width: float = 640,
    standalone: bool = False,
) -> Markup:
    """Draw each estimate as a point on the bar of its interval.

    Values below zero never occur in counts, so the axis stops at zero. `log` is used where every
    lower end is above zero.
    """
    values = [end for found in estimates for end in (found.low, found.high)]
    values += [reference.value for reference in references]
    log = log and bool(values) and min(values) > 0
    low, high = (min(values) / 1.3, max(values) * 1.3) if log else span_of(values, floor=0)
    left = max([width_of(found.label) for found in estimates], default=0) + 16
    right = width - max([width_of(found.shown) for found in estimates], default=0) - 16
    x = Scale(low, high, left, right, log)
    height = _HEAD + _ROW * len(estimates) + _AXIS
    base = height - _AXIS
    ticks = (
        log_ticks(low, high) if log else linear_ticks(low, high, max(2, int((right - left) / 80)))
    )
    drawn = [*_axis(_apart(ticks, x), x, base, unit), *_references(references, x, base)]
    for index, found in enumerate(estimates):
        drawn.append(_estimate(found, x, _HEAD + _ROW * (index + 0.5), width))
    return drawing(
        *drawn,
        name=name,
        title=title,
        description=" ".join(f"{found.label}: {found.shown}." for found in estimates),
        width=width,
        height=height,
        style=STANDALONE if standalone else "",
    )


def _estimate(found: Estimate, x: Scale, y: float, width: float) -> Markup:
    low, high = x.clamp(found.low), x.clamp(found.high)
    told = f"{found.label}: {found.shown} ({_plain(found.low)} – {_plain(found.high)})"
    return element(
        "g",
        element("title", text_of(told)),
        label(found.label, 0, y + 4),
        line(low, y, high, y, class_="c-line", stroke_width=2.4),
        line(low, y - 5, low, y + 5, class_="c-line", stroke_width=1.6),
        line(high, y - 5, high, y + 5, class_="c-line", stroke_width=1.6),
        shape(found.tone, None, False, x.clamp(found.value), y),
        label(found.shown, width, y + 4, anchor="end"),
    )


def _axis(ticks: Sequence[Tick], x: Scale, base: float, unit: str) -> list[Markup]:
    drawn = [line(x.start, base, x.end, base, class_="c-axis")]
    for tick in ticks:
        place = x(tick.value)
        drawn.append(line(place, _HEAD, place, base, class_="c-grid"))
        drawn.append(label(tick.text, place, base + 15, anchor="middle", class_="c-muted"))
    drawn.append(label(unit, x.end, base + 31, anchor="end", class_="c-muted"))
    return drawn


def _apart(ticks: Sequence[Tick], x: Scale) -> list[Tick]:
    """Leave out ticks whose numbers would touch the one before."""
    kept: list[Tick] = []
    end = float("-inf")
    for tick in ticks:
        half = width_of(tick.text) / 2
        if x(tick.value) - half > end:
            kept.append(tick)
            end = x(tick.value) + half + 6
    return kept


def _references(references: Sequence[Reference], x: Scale, base: float) -> list[Markup]:
    drawn = []
    for found in references:
        place = x.clamp(found.value)
        stroke = "c-limit" if found.is_critical else "c-band-edge"
        text = "c-limit-label" if found.is_critical else "c-muted"
        drawn.append(line(place, _HEAD - 4, place, base, class_=stroke, stroke_dasharray="6 4"))
        drawn.append(label(found.label, place, 11, anchor="middle", class_=text))
    return drawn


def _plain(value: float) -> str:
    return written(Decimal(f"{value:.4g}").normalize(), _decimals(value))


def _decimals(value: float) -> int:
    return max(0, -int(Decimal(f"{value:.4g}").normalize().as_tuple().exponent))
