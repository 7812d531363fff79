"""A recall of somebody who is away and no longer cleared: its steps and its clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from consent.rules.answers import Clearance, Reason
from labsys.lib.states import StateTable


class RecallState(StrEnum):
    OPEN = "OPEN"
    # Somebody knows where they are.
    LOCATED = "LOCATED"
    # They know that they are to come back.
    INFORMED = "INFORMED"
    RETURNED = "RETURNED"
    # A medical check was performed after the return.
    EXAMINED = "EXAMINED"
    # They are cleared again, have died, or nobody was away.
    CANCELLED = "CANCELLED"


_S = RecallState
RECALL = StateTable(
    name="recall",
    states=RecallState,
    initial=frozenset({_S.OPEN}),
    moves={
        _S.OPEN: frozenset({_S.LOCATED, _S.INFORMED, _S.RETURNED, _S.CANCELLED}),
        _S.LOCATED: frozenset({_S.INFORMED, _S.RETURNED, _S.CANCELLED}),
        _S.INFORMED: frozenset({_S.RETURNED, _S.CANCELLED}),
        _S.RETURNED: frozenset({_S.EXAMINED, _S.CANCELLED}),
    },
)
# Whoever is in one of these is still to be brought back.
AWAY = frozenset({_S.OPEN, _S.LOCATED, _S.INFORMED})
# What a person writes down; the others follow from a return and from a check.
BY_HAND = frozenset({_S.LOCATED, _S.INFORMED, _S.RETURNED, _S.CANCELLED})
# Nobody who has left the programme is kept on a list for an examination they may refuse.
_LEFT = frozenset({Reason.WITHDRAWN, Reason.NOT_ENROLLED})


def may_be_cancelled(state: RecallState, answer: Clearance) -> bool:
    """Say whether a recall that runs may be cancelled, by how the person stands now."""
    if answer.is_cleared or answer.names_death:
        return True
    return state is RecallState.RETURNED and not _LEFT.isdisjoint(answer.reasons)


def due(lost_at: datetime, *, within: timedelta) -> datetime:
    """Return the moment by which whoever lost their clearance is to be back."""
    return lost_at + within


def is_overdue(state: RecallState, due_at: datetime, *, at: datetime) -> bool:
    """Say whether somebody should be back by now and is not; half-open: due at the moment itself."""
    return state in AWAY and at >= due_at
