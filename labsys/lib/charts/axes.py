"""The two axes of a chart over time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from labsys.lib.charts.dates import TimeTick, time_ticks
from labsys.lib.charts.layout import GAP, Plot
from labsys.lib.charts.scales import Tick
from labsys.lib.charts.svg import Markup, label, line, width_of
from labsys.lib.charts.words import Words

AXIS_HEIGHT = 34.0
_FIRST_LINE = 15.0
_SECOND_LINE = 29.0


def value_axis(ticks: Sequence[Tick], plot: Plot) -> list[Markup]:
    """Draw a thin line across and a number for each tick."""
    drawn = []
    for tick in ticks:
        y = plot.y(tick.value)
        drawn.append(line(plot.left, y, plot.right, y, class_="c-grid"))
        drawn.append(label(tick.text, plot.left - 6, y + 4, anchor="end", class_="c-muted"))
    return drawn


def time_axis(plot: Plot, zone: tzinfo, words: Words) -> list[Markup]:
    """Draw the base line and the moments, with the larger unit on a second line."""
    drawn = [line(plot.left, plot.bottom, plot.right, plot.bottom, class_="c-axis")]
    for tick in ticks_that_fit(plot, zone, words):
        x = plot.x(tick.at)
        drawn.append(line(x, plot.bottom, x, plot.bottom + 4, class_="c-axis"))
        for text, down in ((tick.text, _FIRST_LINE), (tick.context, _SECOND_LINE)):
            if text:
                drawn.append(_within(text, x, plot.bottom + down, plot))
    return drawn


def ticks_that_fit(plot: Plot, zone: tzinfo, words: Words) -> list[TimeTick]:
    """Return as many ticks as have room; a context that would run into the one before is left out."""
    target = max(2, int((plot.right - plot.left) / 62))
    ticks = time_ticks(plot.x.first, plot.x.last, zone, target=target, words=words)
    kept: list[TimeTick] = []
    end = float("-inf")
    for tick in ticks:
        half = width_of(tick.context) / 2
        fits = plot.x(tick.at) - half > end
        kept.append(tick if fits else TimeTick(tick.at, tick.text))
        if fits and tick.context:
            end = plot.x(tick.at) + half + GAP
    return kept


def _within(text: str, x: float, y: float, plot: Plot) -> Markup:
    """Centre a text under its tick, but never beyond the plot's right margin or the left edge."""
    half = width_of(text) / 2
    if x - half < 0:
        return label(text, 0, y, class_="c-muted")
    return label(text, x, y, anchor="middle", class_="c-muted")
