"""Clearance over time as a drawing: a band where nothing refused, a dashed line where something did.

One lane is the clearance itself; below it one for each kind of requirement, so that whoever looks
sees which of them it was. What lies ahead is outlined: so it will be if nothing further is recorded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.rules.answers import Clearance, Reason
from consent.rules.transitions import Transition
from labsys.lib.chart_words import words
from labsys.lib.charts.axes import AXIS_HEIGHT, time_axis
from labsys.lib.charts.layout import Plot, TimeScale
from labsys.lib.charts.scales import Scale
from labsys.lib.charts.svg import Markup, drawing, element, label, line, text_of, width_of

WIDTH, LEFT, TOP, BAND, GAP = 820.0, 172.0, 22.0, 16.0, 8.0
# What stands above the lanes: now, and one line higher the moment that is asked about.
LINE = 14.0
# How far ahead is foretold, and the shortest past that is drawn beside it.
AHEAD, SHORTEST = timedelta(days=8), timedelta(days=1)
LANES: dict[Any, frozenset[Reason]] = {
    gettext_lazy("Enrolment, waiver"): frozenset(
        {
            Reason.NOT_ENROLLED,
            Reason.UNDER_AGE,
            Reason.IDENTITY_UNCONFIRMED,
            Reason.NO_WAIVER,
            Reason.WAIVER_SUPERSEDED,
            Reason.WITHDRAWN,
        }
    ),
    gettext_lazy("Medical check"): frozenset(
        {
            Reason.MEDICAL_MISSING,
            Reason.MEDICAL_LAPSED,
            Reason.MEDICAL_REFERRED,
            Reason.MEDICAL_FAILED,
        }
    ),
    gettext_lazy("Psychological check"): frozenset(
        {
            Reason.PSYCH_MISSING,
            Reason.PSYCH_LAPSED,
            Reason.PSYCH_REFERRED,
            Reason.PSYCH_FAILED,
        }
    ),
    gettext_lazy("Nanites"): frozenset(
        {Reason.NANITE_MISSING, Reason.NANITE_LAPSED, Reason.NANITE_STATUS}
    ),
    gettext_lazy("Quarantine, findings"): frozenset({Reason.QUARANTINED, Reason.OPEN_FINDING}),
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """How it stands from one moment to another; foretold where it lies ahead."""

    start: datetime
    end: datetime
    is_met: bool
    is_ahead: bool


def drawn(
    changes: Sequence[Transition],
    ahead: Sequence[Transition] = (),
    *,
    now: datetime,
    asked_at: datetime | None = None,
    name: str,
) -> Markup:
    """Draw the answers from the first that matters up to now, and what is foretold after it.

    Nothing is drawn of somebody who never belonged to the programme. `asked_at` is marked where
    another moment than now is asked about.
    """
    since = _begins(changes, now)
    if since is None:
        return Markup("")
    until = now + AHEAD if ahead else now
    lanes = [(gettext_lazy("Clearance"), frozenset(Reason)), *_lanes(changes, ahead)]
    is_asked = asked_at is not None and since <= asked_at <= until
    top = TOP + (LINE if is_asked else 0)
    bottom = top + len(lanes) * (BAND + GAP)
    x = TimeScale(since, until, LEFT, WIDTH - 4)
    plot = Plot(x, Scale(0, 1, start=bottom, end=top))
    parts: list[Markup] = []
    for number, (title, refusing) in enumerate(lanes):
        y = top + number * (BAND + GAP)
        parts.append(label(str(title), 0, y + BAND - 4, class_=None if number == 0 else "c-muted"))
        stretches = [
            *_stretches(changes, now, refusing, is_ahead=False),
            *_stretches(ahead, until, refusing, is_ahead=True),
        ]
        parts += [
            _drawn(one, x, y, str(title), is_answer=number == 0)
            for one in stretches
            if one.end > since
        ]
    parts += _marked(now, _("now"), plot)
    if asked_at is not None and is_asked:
        parts += _marked(asked_at, _("asked"), plot, above=LINE)
    parts += time_axis(plot, timezone.get_default_timezone(), words())
    return drawing(
        *parts,
        name=name,
        title=_("Clearance over time"),
        description=_("%(changes)d changes; each is listed below with its reasons.")
        % {"changes": len(changes)},
        width=WIDTH,
        height=bottom + AXIS_HEIGHT,
        style="",
    )


def _begins(changes: Sequence[Transition], now: datetime) -> datetime | None:
    """Return from when on there is something to see: what was before the enrolment is nothing."""
    story = [one for one in changes if Reason.NOT_ENROLLED not in one.clearance.reasons]
    if not story:
        return None
    first = story[0].at
    return first if first == changes[0].at else min(first, now - SHORTEST)


def _lanes(
    changes: Sequence[Transition], ahead: Sequence[Transition]
) -> Iterator[tuple[Any, frozenset[Reason]]]:
    """Yield the kinds of requirement that refused or will, in the order of reasons."""
    every = {reason for one in (*changes, *ahead) for reason in one.clearance.reasons}
    for title, refusing in LANES.items():
        if every & refusing:
            yield title, refusing


def _stretches(
    changes: Sequence[Transition], until: datetime, refusing: frozenset[Reason], *, is_ahead: bool
) -> list[Stretch]:
    """Return how one lane stood, from change to change of it; nothing where there were no rules."""
    found: list[Stretch] = []
    ends = [*(later.at for _one, later in pairwise(changes)), until]
    for one, end in zip(changes, ends, strict=False):
        if _says_nothing(one.clearance):
            continue
        is_met = not refusing & set(one.clearance.reasons)
        last = found[-1] if found else None
        if last is not None and last.end == one.at and last.is_met == is_met:
            found[-1] = replace(last, end=end)
        else:
            found.append(Stretch(one.at, end, is_met, is_ahead))
    return found


def _says_nothing(clearance: Clearance) -> bool:
    return clearance.programme_version is None


def _drawn(one: Stretch, x: TimeScale, y: float, title: str, *, is_answer: bool) -> Markup:
    left = x.clamp(one.start, open_end=LEFT)
    right = max(x.clamp(one.end, open_end=WIDTH), left + 1.0)
    zone = timezone.get_default_timezone()
    said = _("nothing refuses") if one.is_met else _("refused")
    span = f"{words().moment(one.start, zone)} – {words().moment(one.end, zone)}"
    told = element("title", text_of(f"{title}: {said}, {span}"))
    ahead = " timeline-ahead" if one.is_ahead else ""
    if one.is_met:
        class_ = ("timeline-cleared" if is_answer else "timeline-met") + ahead
        band = element("rect", x=left, y=y, width=right - left, height=BAND, class_=class_)
        return element("g", told, band)
    middle = y + BAND / 2
    hit = element("rect", x=left, y=y, width=right - left, height=BAND, class_="c-hit")
    dashes = line(left, middle, right, middle, class_=f"timeline-refused{ahead}")
    return element("g", told, dashes, hit)


def _marked(moment: datetime, text: str, plot: Plot, *, above: float = 0.0) -> list[Markup]:
    """Draw a line across all lanes, with its word above, so much higher than another."""
    x = plot.x(moment)
    half = width_of(text) / 2
    place = min(max(x, plot.left + half), WIDTH - half)
    return [
        line(x, plot.top - 6 - above, x, plot.bottom, class_="c-mark", stroke_width=1.4),
        label(text, place, plot.top - 10 - above, anchor="middle", class_="c-mark-label"),
    ]
