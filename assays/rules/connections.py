"""Whether an instrument's connection is as it should be, from what was heard of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# An analyser in use sends something, if only its controls, at least once a day.
SILENCE = timedelta(hours=24)


class Alarm(StrEnum):
    """Why somebody should look at a connection."""

    NO_LISTENER = "NO_LISTENER"  # nobody takes what it would send
    SILENT = "SILENT"
    HOLDING = "HOLDING"
    INCOMPLETE = "INCOMPLETE"
    REJECTED = "REJECTED"


@dataclass(frozen=True, slots=True)
class Heard:
    """What is known of one connection; the counts are those of the day, `held_now` of all days."""

    is_active: bool
    needs_listener: bool
    last_at: datetime | None
    held_now: int = 0
    incomplete: int = 0
    rejected: int = 0


def alarms(heard: Heard, *, is_listening: bool, at: datetime) -> tuple[Alarm, ...]:
    """Return every reason to look, the most serious first.

    A connection that was never used is not silent, and one that is switched off is no concern but
    for what it has left to decide.
    """
    found = []
    if heard.is_active and heard.needs_listener and not is_listening:
        found.append(Alarm.NO_LISTENER)
    if heard.is_active and heard.last_at is not None and at - heard.last_at >= SILENCE:
        found.append(Alarm.SILENT)
    if heard.held_now:
        found.append(Alarm.HOLDING)
    if heard.incomplete:
        found.append(Alarm.INCOMPLETE)
    if heard.rejected:
        found.append(Alarm.REJECTED)
    return tuple(found)
