"""The one place that moves a dispatch; of two racing callers one updates no row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from assays.models import Dispatch, DispatchEvent, Priority
from assays.rules.dispatching import DISPATCH, OPEN, DispatchStatus
from labsys.accounts.models import Principal
from labsys.lib.errors import Conflict
from labsys.work import queue

EVENTS = DispatchEvent._meta.db_table


class DispatchMoved(Conflict):
    """The dispatch is not in the state that it was in, or never moves that way."""

    kind = "dispatch-moved"


@dataclass(frozen=True, slots=True)
class Move:
    """Where a dispatch goes, from the state it was read in; `changes` are of its other columns."""

    dispatch: Dispatch
    to: DispatchStatus
    reason: str = ""
    session_id: int | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)


def born(dispatch: Dispatch, *, by: Principal, at: datetime) -> None:
    """Note that a dispatch was queued."""
    assert DISPATCH.can_start(DispatchStatus(dispatch.status))
    _note(dispatch, Move(dispatch, DispatchStatus(dispatch.status)), by=by, at=at)


def step(move: Move, *, by: Principal, at: datetime) -> None:
    """Make one move and its event, in the action that decided on it; raises DispatchMoved.

    `move.dispatch` is brought up to date. What the end of a dispatch leads to is queued with it.
    """
    dispatch, old = move.dispatch, DispatchStatus(move.dispatch.status)
    if not DISPATCH.can_move(old, move.to):
        raise DispatchMoved(
            _("Message %(id)s is %(state)s; that is not possible any more.")
            % {"id": dispatch, "state": dispatch.get_status_display()}
        )
    changes = {**move.changes, "status": move.to.value, "reason": move.reason}
    # The attempt is part of the filter: what an earlier one led to says nothing of a later one.
    rows = Dispatch.objects.filter(pk=dispatch.pk, status=old, attempts=dispatch.attempts)
    if not rows.update(**changes):
        raise DispatchMoved(
            _("Message %(id)s has moved on meanwhile; look at it again.") % {"id": dispatch}
        )
    for name, value in changes.items():
        setattr(dispatch, name, value)
    event = _note(dispatch, move, old=old, by=by, at=at)
    if dispatch.follow_up and move.to not in OPEN:
        queue.enqueue(
            kind=dispatch.follow_up, table=EVENTS, subjects=[event.pk], priority=Priority.ROUTINE
        )


def _note(
    dispatch: Dispatch, move: Move, *, old: str = "", by: Principal, at: datetime
) -> DispatchEvent:
    made: DispatchEvent = DispatchEvent.objects.create(
        dispatch=dispatch,
        old=old,
        new=move.to,
        attempt=dispatch.attempts,
        session_id=move.session_id,
        reason=move.reason,
        recorded_by=by,
        recorded_at=at,
    )
    return made
