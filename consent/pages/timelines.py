"""Clearance over time as a strip: a band where somebody was cleared, a gap where not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from consent.rules.transitions import Transition
from labsys.lib.charts.svg import Markup, drawing, element, line

WIDTH, HEIGHT, TOP, BAND = 720.0, 42.0, 10.0, 22.0


def drawn(changes: Sequence[Transition], *, until: datetime, name: str) -> Markup:
    """Draw the answers from the first change up to a moment; nothing without a span to draw.

    Cleared is a full band and not cleared a dashed line, so that print without colour says the same.
    """
    if not changes or until <= changes[0].at:
        return Markup("")
    since = changes[0].at
    span = (until - since).total_seconds()
    ends = [*(one.at for one in changes[1:]), until]
    parts: list[Markup] = []
    for one, end in zip(changes, ends, strict=True):
        left = WIDTH * (one.at - since).total_seconds() / span
        right = WIDTH * (end - since).total_seconds() / span
        parts.append(_stretch(left, right, is_cleared=one.clearance.is_cleared))
    return drawing(
        *parts,
        name=name,
        title=_("Clearance over time"),
        description=_("%(changes)d changes; each is listed below with its reasons.")
        % {"changes": len(changes)},
        width=WIDTH,
        height=HEIGHT,
        style="",
    )


def _stretch(left: float, right: float, *, is_cleared: bool) -> Markup:
    if is_cleared:
        return element(
            "rect",
            x=left,
            y=TOP,
            width=max(right - left, 1.0),
            height=BAND,
            class_="timeline-cleared",
            fill="#2e7d4f",
        )
    middle = TOP + BAND / 2
    return line(
        left,
        middle,
        right,
        middle,
        class_="timeline-refused",
        stroke="#b3261e",
        stroke_width=3.0,
        stroke_dasharray="6 4",
    )
