"""The marks of values: shape says what colour says, so a black-and-white print loses nothing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from labsys.lib.charts.layout import Plot
from labsys.lib.charts.series import Censored, Point, Tone
from labsys.lib.charts.svg import Markup, element, number, text_of

_RADIUS = 3.8
_REACH = 9.0


def curve(points: Sequence[Point], plot: Plot) -> Markup:
    """Join the values; dashed where an end is known only to lie beyond a limit."""
    # Written out, as the marks below are: a picture holds hundreds of them.
    ends = [(number(plot.x(one.at)), number(plot.y.clamp(one.value))) for one in points]
    pieces = []
    for (old, (x1, y1)), (new, (x2, y2)) in pairwise(zip(points, ends, strict=True)):
        uncertain = old.censored is not None or new.censored is not None
        dashes = ' stroke-dasharray="2 3"' if uncertain else ""
        pieces.append(
            f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" class="c-line" stroke-width="1.6"{dashes}/>'
        )
    return Markup("".join(pieces))


def point_mark(point: Point, x: float, y: float, hover: str) -> Markup:
    """Draw one value with its hover title and a generous area to point at."""
    mark = shape(point.tone, point.censored, point.is_provisional, x, y)
    return Markup(f"<g><title>{text_of(hover)}</title>{_circle(x, y, _REACH, 'c-hit')}{mark}</g>")


def shape(
    tone: Tone, censored: Censored | None, is_provisional: bool, x: float, y: float
) -> Markup:
    """Draw the bare mark: triangle if censored, else disc, diamond, square or ringed disc."""
    is_open = is_provisional or censored is not None
    class_ = f"p-{tone}" + (" p-hollow" if is_open else "")
    width = 1.6 if is_open else 1.0
    if censored is not None:
        return _path(_triangle(censored, x, y), class_, width)
    if tone is Tone.ABNORMAL:
        return _path([(x, y - 5.4), (x + 5.4, y), (x, y + 5.4), (x - 5.4, y)], class_, width)
    if tone is Tone.CRITICAL:
        half = 4.8
        corners = [(-half, -half), (half, -half), (half, half), (-half, half)]
        return _path([(x + right, y + down) for right, down in corners], class_, width)
    stroke = f' stroke-width="{number(width)}"'
    disc = _circle(x, y, _RADIUS, class_, stroke)
    if tone is not Tone.UNCERTAIN:
        return disc
    small = _circle(x, y, 2, class_, stroke)
    return Markup(small + _circle(x, y, 5, "p-ring", ' stroke-width="1.2"'))


def _circle(x: float, y: float, radius: float, class_: str, stroke: str = "") -> Markup:
    return Markup(
        f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" class="{class_}"{stroke}/>'
    )


def _triangle(censored: Censored, x: float, y: float) -> list[tuple[float, float]]:
    """Point away from the limit, towards where the value lies."""
    down = 1 if censored is Censored.BELOW else -1
    return [(x - 5.5, y), (x + 5.5, y), (x, y + down * 9.0)]


def _path(corners: list[tuple[float, float]], class_: str, width: float) -> Markup:
    places = "L".join(f"{number(x)} {number(y)}" for x, y in corners)
    return element("path", d=f"M{places}Z", class_=class_, stroke_width=width)
