"""What the shapes in a drawing mean; only those that occur are explained."""

from __future__ import annotations

from collections.abc import Sequence

from labsys.lib.charts.layout import rows_of
from labsys.lib.charts.series import Censored, Point, Tone
from labsys.lib.charts.shapes import shape
from labsys.lib.charts.svg import Markup, label, width_of
from labsys.lib.charts.words import Words

ROW = 17.0
_SYMBOL = 14.0
_BETWEEN = 16.0


def legend(
    points: Sequence[Point], left: float, width: float, height: float, words: Words
) -> tuple[list[Markup], float]:
    """Return the legend's parts, standing on the lower edge, and the height it takes."""
    items = _items(points, words)
    if not items:
        return [], 0.0
    widths = [_SYMBOL + width_of(text) + _BETWEEN for text, _sample in items]
    rows = rows_of(widths, room=width - left)
    drawn: list[Markup] = []
    for number, row in enumerate(rows):
        x = left
        y = height - ROW * (len(rows) - number) + 12
        for index in row:
            text, sample = items[index]
            drawn.append(shape(sample.tone, sample.censored, sample.is_provisional, x + 5, y - 4))
            drawn.append(label(text, x + _SYMBOL, y, class_="c-muted"))
            x += widths[index]
    return drawn, ROW * len(rows) + 4


def _items(points: Sequence[Point], words: Words) -> list[tuple[str, Point]]:
    """Return text and sample of each kind that occurs, unless all are plain values in range."""
    said = {
        Tone.NORMAL: words.normal,
        Tone.ABNORMAL: words.abnormal,
        Tone.CRITICAL: words.critical_value,
        Tone.UNCERTAIN: words.uncertain,
    }
    at = points[0].at
    exact = {point.tone for point in points if point.censored is None}
    items = [(said[tone], Point(at, 0, "", tone)) for tone in Tone if tone in exact]
    if any(point.censored for point in points):
        items.append((words.censored, Point(at, 0, "", censored=Censored.BELOW)))
    if any(point.is_provisional for point in points):
        items.append((words.provisional, Point(at, 0, "", is_provisional=True)))
    return [] if exact == {Tone.NORMAL} and len(items) == 1 else items
