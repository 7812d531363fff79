"""Whether an instrument's connection is as it should be, from what was heard of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from assays.rules.endpoints import LineState

# An analyser in use sends something, if only its controls, at least once a day.
SILENCE = timedelta(hours=24)
# A line that breaks and is called again at once is nobody's concern.
CALLED_IN_VAIN = timedelta(minutes=1)


class Alarm(StrEnum):
    """Why somebody should look at a connection."""

    NO_LISTENER = "NO_LISTENER"  # nobody takes what it would send
    LINE_DOWN = "LINE_DOWN"  # one of its lines cannot be used, or is called in vain
    SILENT = "SILENT"
    UNDELIVERED = "UNDELIVERED"  # messages to it wait for a person's decision
    PARKED = "PARKED"  # work on what it sent failed for good, and waits for a person's decision
    CHANGED_FRAME = "CHANGED_FRAME"  # it sent a frame again with another text
    REFUSED_FILES = "REFUSED_FILES"  # lie in its folder until somebody has looked at them
    HOLDING = "HOLDING"
    INCOMPLETE = "INCOMPLETE"
    REJECTED = "REJECTED"


@dataclass(frozen=True, slots=True)
class Heard:
    """What is known of one connection; the counts are those of the day, `held_now` of all days.

    `silence` is for how long it may say nothing; `is_line_silent` says that one of several ways by
    which it is reached was silent for longer than that one may be; `refused` counts the files refused in its folder,
    `undelivered` the messages to it that were refused or given up; `has_changed_frame` says that an
    incident about a frame that was sent again with another text is open; `parked` counts the work of it
    that failed for good.
    """

    is_active: bool
    needs_listener: bool
    last_at: datetime | None
    held_now: int = 0
    incomplete: int = 0
    rejected: int = 0
    silence: timedelta = SILENCE
    is_line_silent: bool = False
    is_down: bool = False
    refused: int = 0
    undelivered: int = 0
    has_changed_frame: bool = False
    parked: int = 0


def is_down(state: LineState, *, since: datetime, at: datetime) -> bool:
    """Return whether somebody has to look at a line in this state."""
    if state is LineState.BACKOFF:
        return at - since >= CALLED_IN_VAIN
    return state is LineState.DOWN


def alarms(heard: Heard, *, is_listening: bool, at: datetime) -> tuple[Alarm, ...]:
    """Return every reason to look, the most serious first.

    A connection that was never used is not silent, and one that is switched off is no concern but
    for what it has left to decide.
    """
    found = []
    if heard.is_active and heard.needs_listener and not is_listening:
        found.append(Alarm.NO_LISTENER)
    if heard.is_active and heard.is_down:
        found.append(Alarm.LINE_DOWN)
    is_silent = heard.last_at is not None and at - heard.last_at >= heard.silence
    if heard.is_active and (is_silent or heard.is_line_silent):
        found.append(Alarm.SILENT)
    if heard.undelivered:
        found.append(Alarm.UNDELIVERED)
    if heard.parked:
        found.append(Alarm.PARKED)
    if heard.has_changed_frame:
        found.append(Alarm.CHANGED_FRAME)
    if heard.refused:
        found.append(Alarm.REFUSED_FILES)
    if heard.held_now:
        found.append(Alarm.HOLDING)
    if heard.incomplete:
        found.append(Alarm.INCOMPLETE)
    if heard.rejected:
        found.append(Alarm.REJECTED)
    return tuple(found)
