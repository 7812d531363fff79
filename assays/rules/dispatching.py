"""What is sent to instruments and other systems: its life, when it is tried again, when no more.

A dispatch is one message. It is QUEUED until it is its turn, SENDING from before its first byte
leaves until what became of it is stored, and then ACCEPTED or REFUSED by its receiver. Without an
answer it is QUEUED again, later every time, and at last DEAD: a person looks why, and has it sent
again or withdraws it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from labsys.lib.states import StateTable
from labsys.lib.wording import gettext_noop as _


class DispatchStatus(StrEnum):
    QUEUED = "QUEUED"
    SENDING = "SENDING"
    ACCEPTED = "ACCEPTED"
    REFUSED = "REFUSED"
    DEAD = "DEAD"
    WITHDRAWN = "WITHDRAWN"


class DispatchKind(StrEnum):
    """What a message says to whoever gets it."""

    QUERY_ANSWER = "QUERY_ANSWER"
    ORDER_ANSWER = "ORDER_ANSWER"
    WORK_ORDER = "WORK_ORDER"
    WORK_CANCEL = "WORK_CANCEL"
    RESULT_REPORT = "RESULT_REPORT"


_D = DispatchStatus
DISPATCH = StateTable(
    name="dispatch",
    states=DispatchStatus,
    initial=frozenset({_D.QUEUED}),
    moves={
        _D.QUEUED: frozenset({_D.SENDING, _D.DEAD, _D.WITHDRAWN}),
        # What is on the line is never withdrawn: the receiver may have it.
        _D.SENDING: frozenset({_D.ACCEPTED, _D.REFUSED, _D.QUEUED, _D.DEAD}),
        _D.REFUSED: frozenset({_D.QUEUED, _D.WITHDRAWN}),
        _D.DEAD: frozenset({_D.QUEUED, _D.WITHDRAWN}),
    },
)
OPEN = (_D.QUEUED, _D.SENDING)
# What a person has to decide about.
LEFT = (_D.REFUSED, _D.DEAD)
# Somebody at the other end waits for these: they go before everything else.
ANSWERS = (DispatchKind.QUERY_ANSWER, DispatchKind.ORDER_ANSWER)

MOST_ATTEMPTS = 10
# How long something may wait to be delivered, whoever is in the way.
AGES = {
    DispatchKind.QUERY_ANSWER: timedelta(hours=1),
    DispatchKind.ORDER_ANSWER: timedelta(hours=72),
    DispatchKind.WORK_ORDER: timedelta(hours=24),
    DispatchKind.WORK_CANCEL: timedelta(hours=24),
    DispatchKind.RESULT_REPORT: timedelta(hours=72),
}
LONGEST_PAUSE = 300.0

UNANSWERED = _("It was sent %(attempts)d times and never accepted; the last time: %(last)s")
TOO_OLD = _("It could not be delivered in the time that it was of use.")


@dataclass(frozen=True, slots=True)
class Again:
    """To be sent again, after a pause of so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class GivenUp:
    """Not to be sent again but by a person; `reason` is a sentence with places for `details`."""

    reason: str
    attempts: int


def pause(attempts: int, chance: float) -> float:
    """Return the seconds before the next attempt: 2^attempts, at most 300, half more or less.

    `attempts` counts those made, from 1; `chance` is a random number from 0 up to 1. Many that
    failed together do not come again together.
    """
    return float(min(LONGEST_PAUSE, 2.0 ** min(attempts, 16))) * (0.5 + chance)


def failed(attempts: int, chance: float) -> Again | GivenUp:
    """Decide what follows an attempt that was not accepted and may be repeated."""
    if attempts >= MOST_ATTEMPTS:
        return GivenUp(UNANSWERED, attempts)
    return Again(pause(attempts, chance))


def expires(kind: DispatchKind, queued_at: datetime, until: datetime | None = None) -> datetime:
    """Return when a dispatch is of no use any more; `until` where its receiver waits less long."""
    latest = queued_at + AGES[kind]
    return latest if until is None else min(latest, until)
