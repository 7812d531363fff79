"""What a person's values lie beside: what was done, where they stayed, in thin lanes over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from labsys.lib.charts.axes import AXIS_HEIGHT, time_axis
from labsys.lib.charts.layout import GAP, Plot, TimeScale, lanes
from labsys.lib.charts.scales import Scale
from labsys.lib.charts.series import Mark
from labsys.lib.charts.svg import Markup, drawing, element, label, line, text_of, width_of
from labsys.lib.charts.words import Words

ROW = 19.0
_BAR = 14.0
_TEXT_DOWN = 13.0
_MOST_ROWS = 4


@dataclass(frozen=True, slots=True)
class Span:
    """Something that lasted: from `at`, to `until`, on and on where that is None."""

    at: datetime
    until: datetime | None
    label: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """Spans of one kind under one name; `number` of 0 to 4 chooses how they are filled."""

    name: str
    spans: Sequence[Span]
    number: int = 0


@dataclass(frozen=True, slots=True)
class _Placed:
    span: Span
    left: float
    right: float
    text: str
    text_at: float
    row: int


def beside(
    marks: Sequence[Mark],
    found: Sequence[Lane],
    x: TimeScale,
    *,
    name: str,
    title: str,
    zone: tzinfo,
    width: float,
    words: Words,
) -> Markup:
    """Draw labelled marks above, one lane under the other below, and the axis of time."""
    shown = [one for one in marks if one.at <= x.last and (one.until or one.at) >= x.first]
    labels = lanes(
        [(x.clamp(one.at, open_end=x.start), _called(one)) for one in shown],
        left=x.start,
        right=x.end,
    )
    y = ROW * (1 + max([one.lane for one in labels], default=-1))
    drawn: list[Markup] = [
        label(
            one.text, one.x, ROW * one.lane + _TEXT_DOWN, anchor=one.anchor, class_="c-mark-label"
        )
        for one in labels
    ]
    if shown:
        drawn += [_mark(one, x, y, zone, words) for one in shown]
        y += ROW
    for lane in found:
        placed = _places(lane.spans, x)
        if placed:
            drawn += _lane(lane, placed, x, y, zone, words)
            y += ROW * (1 + max(one.row for one in placed))
    plot = Plot(x, Scale(0, 1, y + 4, 0))
    return drawing(
        *drawn,
        *time_axis(plot, zone, words),
        name=name,
        title=title,
        description=_told(shown, found, zone, words),
        width=width,
        height=y + 4 + AXIS_HEIGHT,
        style="",
    )


def _called(mark: Mark) -> str:
    return f"{mark.sign} {mark.label}".strip()


def _mark(mark: Mark, x: TimeScale, y: float, zone: tzinfo, words: Words) -> Markup:
    """Draw what was done: its line, and a bar for as long as it lasted."""
    left = x.clamp(mark.at, open_end=x.start)
    right = x.clamp(mark.until or mark.at, open_end=x.end)
    return element(
        "g",
        element("title", text_of(_hover(_called(mark), mark, zone, words))),
        element("rect", x=left, y=y, width=max(right - left, 3), height=_BAR, class_="c-mark-bar"),
        line(left, y - 3, left, y + ROW, class_="c-mark", stroke_width=1.6),
    )


def _lane(
    lane: Lane, placed: Sequence[_Placed], x: TimeScale, y: float, zone: tzinfo, words: Words
) -> list[Markup]:
    drawn = [
        line(x.start, y - 1, x.end, y - 1, class_="c-grid"),
        label(lane.name, x.start - 8, y + _TEXT_DOWN, anchor="end", class_="c-muted"),
    ]
    for one in placed:
        top = y + ROW * one.row + 2
        bar = element(
            "rect",
            x=one.left,
            y=top,
            width=one.right - one.left,
            height=_BAR,
            rx=2,
            class_=f"c-span c-span-{lane.number}",
        )
        text = label(one.text, one.text_at, y + ROW * one.row + _TEXT_DOWN) if one.text else ""
        title = element("title", text_of(_hover(one.span.label, one.span, zone, words)))
        drawn.append(element("g", title, bar, text))
    return drawn


def _places(spans: Sequence[Span], x: TimeScale) -> list[_Placed]:
    """Put each span with its text in the first row where it covers no other."""
    placed: list[_Placed] = []
    ends: list[float] = []
    for span in sorted(spans, key=lambda one: one.at):
        if span.at > x.last or (span.until is not None and span.until < x.first):
            continue
        left = x.clamp(span.at, open_end=x.start)
        right = max(x.clamp(span.until, open_end=x.end), left + 3)
        row = next((at for at, end in enumerate(ends) if end + GAP <= left), len(ends))
        row = min(row, _MOST_ROWS - 1)
        wide = width_of(span.label)
        is_inside = wide + 8 <= right - left
        fits = is_inside or right + 4 + wide <= x.end
        ends[row : row + 1] = [right if is_inside or not fits else right + 4 + wide]
        text = span.label if fits else ""
        placed.append(_Placed(span, left, right, text, left + 4 if is_inside else right + 4, row))
    return placed


def _hover(called: str, one: Mark | Span, zone: tzinfo, words: Words) -> str:
    told = [called, one.detail, words.moment(one.at, zone)]
    if one.until is not None and one.until != one.at:
        told.append(f"– {words.moment(one.until, zone)}")
    return " · ".join(text for text in told if text)


def _told(marks: Sequence[Mark], found: Sequence[Lane], zone: tzinfo, words: Words) -> str:
    said = [_hover(_called(one), one, zone, words) for one in marks]
    said += [
        f"{lane.name}: " + "; ".join(_hover(one.label, one, zone, words) for one in lane.spans)
        for lane in found
        if lane.spans
    ]
    return ". ".join(said)
