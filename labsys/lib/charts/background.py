"""What values are read against: reference bands, critical limits, and what was done to the person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal

from labsys.lib.charts.layout import Plot, TimeScale, during, spread
from labsys.lib.charts.scales import written
from labsys.lib.charts.series import Band, Mark, Series
from labsys.lib.charts.svg import TEXT_SIZE, Markup, element, label, line, text_of, width_of
from labsys.lib.charts.words import Words

_ASIDE = 10.0


@dataclass(frozen=True, slots=True)
class EdgeText:
    """A limit written at the right edge, beside its line."""

    value: float
    text: str
    class_: str


def bands(found: Iterable[Band], plot: Plot) -> list[Markup]:
    """Shade where a value was in range; where the range changed, the shade steps."""
    drawn = []
    for band in during(found, plot.x.first, plot.x.last):
        if not band.limits:
            continue
        x1 = plot.x.clamp(band.start, open_end=plot.left)
        x2 = plot.x.clamp(band.end, open_end=plot.right)
        y1 = plot.top if band.high is None else plot.y.clamp(band.high)
        y2 = plot.bottom if band.low is None else plot.y.clamp(band.low)
        drawn.append(element("rect", x=x1, y=y1, width=x2 - x1, height=y2 - y1, class_="c-band"))
        drawn += [
            line(x1, plot.y(limit), x2, plot.y(limit), class_="c-band-edge")
            for limit in band.limits
            if plot.y.low <= limit <= plot.y.high
        ]
    return drawn


def limits(found: Iterable[Band], plot: Plot) -> list[Markup]:
    """Draw critical limits as dashed lines for as long as each held."""
    return [
        line(
            plot.x.clamp(band.start, open_end=plot.left),
            plot.y(limit),
            plot.x.clamp(band.end, open_end=plot.right),
            plot.y(limit),
            class_="c-limit",
            stroke_dasharray="6 4",
            stroke_width=1.2,
        )
        for band in during(found, plot.x.first, plot.x.last)
        for limit in band.limits
        if plot.y.low <= limit <= plot.y.high
    ]


def shown(found: Iterable[Mark], x: TimeScale) -> list[Mark]:
    """Return what was done within the time that is drawn, the earliest first."""
    kept = [one for one in found if one.at <= x.last and (one.until or one.at) >= x.first]
    return sorted(kept, key=lambda one: one.at)


def marks(found: Iterable[Mark], plot: Plot, zone: tzinfo, words: Words) -> list[Markup]:
    """Draw what was done: a line, told apart by dashes, shaded for as long as it lasted.

    Its sign stands on top, a little aside where it would cover another, not at all where far aside.
    """
    drawn, taken = [], float("-inf")
    for mark in shown(found, plot.x):
        left = plot.x.clamp(mark.at, open_end=plot.left)
        right = plot.x.clamp(mark.until or mark.at, open_end=plot.right)
        parts: list[str] = [element("title", text_of(told(mark, zone, words)))]
        if right - left > 1:
            area = {"x": left, "y": plot.top, "width": right - left}
            parts.append(
                element("rect", class_="c-mark-area", height=plot.bottom - plot.top, **area)
            )
        parts.append(
            line(left, plot.top - 2, left, plot.bottom, class_="c-mark", stroke_dasharray=mark.dash)
        )
        half = width_of(mark.sign) / 2
        place = max(left, taken + half)
        if mark.sign and place - left <= _ASIDE:
            parts.append(
                label(mark.sign, place, plot.top - 5, anchor="middle", class_="c-mark-label")
            )
            taken = place + half + 2
        drawn.append(element("g", *parts))
    return drawn


def told(mark: Mark, zone: tzinfo, words: Words) -> str:
    """Say what was done, and when."""
    said = [f"{mark.sign} {mark.label}".strip(), mark.detail, words.moment(mark.at, zone)]
    if mark.until is not None:
        said.append(f"– {words.moment(mark.until, zone)}")
    return " · ".join(text for text in said if text)


def gutter_texts(
    series: Series, low: float, high: float, at: datetime, words: Words
) -> list[EdgeText]:
    """Return the limits in force at the right edge; those off the scale with an arrow."""
    texts = []
    for found, class_, prefix in (
        (series.reference, "c-muted", ""),
        (series.critical, "c-limit-label", f"{words.critical} "),
    ):
        for band in during(found, at, at):
            for limit in band.limits:
                arrow = "↑ " if limit > high else "↓ " if limit < low else ""
                shown = written(Decimal(str(limit)), series.decimals)
                texts.append(EdgeText(limit, f"{arrow}{prefix}{shown}", class_))
    return texts


def gutter(texts: Sequence[EdgeText], plot: Plot) -> list[Markup]:
    """Write the limits beside their lines, moved apart where they would touch."""
    wanted = [plot.y.clamp(text.value) + 4 for text in texts]
    places = spread(wanted, gap=TEXT_SIZE + 1, top=plot.top + 4, bottom=plot.bottom)
    return [
        label(text.text, plot.right + 6, y, class_=text.class_)
        for text, y in zip(texts, places, strict=True)
    ]
