"""The life of an appointment, and what it is good for."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from consent.rules.facts import CheckKind
from labsys.lib.states import StateTable

LONGEST = timedelta(hours=8)
FURTHEST = timedelta(days=92)
REMINDED_BEFORE = timedelta(hours=24)


class AppointmentKind(StrEnum):
    MEDICAL = "MEDICAL"
    PSYCHOLOGICAL = "PSYCHOLOGICAL"
    BOTH = "BOTH"


class AppointmentState(StrEnum):
    """MOVED: the next row of the same appointment says when it is now."""

    BOOKED = "BOOKED"
    KEPT = "KEPT"
    MISSED = "MISSED"
    MOVED = "MOVED"
    CANCELLED = "CANCELLED"


_S = AppointmentState
APPOINTMENT = StateTable(
    name="appointment",
    states=AppointmentState,
    initial=frozenset({_S.BOOKED}),
    moves={
        _S.BOOKED: frozenset({_S.KEPT, _S.MISSED, _S.MOVED, _S.CANCELLED}),
        # Somebody who was given up came after all, on the same day.
        _S.MISSED: frozenset({_S.KEPT}),
    },
)

_COVERED = {
    AppointmentKind.MEDICAL: frozenset({CheckKind.MEDICAL}),
    AppointmentKind.PSYCHOLOGICAL: frozenset({CheckKind.PSYCHOLOGICAL}),
    AppointmentKind.BOTH: frozenset(CheckKind),
}


def covers(kind: AppointmentKind, check: CheckKind) -> bool:
    """Say whether a check may take place at such an appointment."""
    return check in _COVERED[kind]


def overlaps(one: AppointmentKind, other: AppointmentKind) -> bool:
    """Say whether two appointments of one round are for the same check."""
    return not _COVERED[one].isdisjoint(_COVERED[other])


class TimeProblem(StrEnum):
    """Why nobody can be given such a time."""

    PAST = "PAST"
    ENDS_BEFORE_IT_BEGINS = "ENDS_BEFORE_IT_BEGINS"
    TOO_LONG = "TOO_LONG"
    TOO_FAR = "TOO_FAR"


def time_problem(starts_at: datetime, ends_at: datetime, *, at: datetime) -> TimeProblem | None:
    """Return what is wrong with a time that is to be booked, None where nothing is."""
    if starts_at < at:
        return TimeProblem.PAST
    if ends_at <= starts_at:
        return TimeProblem.ENDS_BEFORE_IT_BEGINS
    if ends_at - starts_at > LONGEST:
        return TimeProblem.TOO_LONG
    return TimeProblem.TOO_FAR if starts_at - at > FURTHEST else None
