"""What the listeners record of sending: begun before the first byte leaves, ended when it is known how.

`by` is `system:interpret`, and `system:sweep` where nobody carries a dispatch on.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from assays.actions.dispatch_moves import DispatchMoved, Move, step
from assays.instruments.delivery import Delivery, Fate
from assays.models import Dispatch
from assays.queries import outbox
from assays.rules.dispatching import TOO_OLD, DispatchStatus, GivenUp, failed
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import faults

BEFORE_SENDING = faults.declare(
    "dispatches.begun", "a message is taken for sending and its frames kept, nothing has left"
)
BEFORE_ENDED = faults.declare(
    "dispatches.answered", "a message was answered, what it led to is not stored"
)
AT_ONCE = 200
_S = DispatchStatus


def begin(*, dispatch_id: int, listener: str, session_id: int, by: Principal, at: datetime) -> None:
    """Take a dispatch for sending, in the transaction that keeps the frames it leaves as.

    Raises DispatchMoved where it was withdrawn or another listener has it. That one message is on
    the line of an instrument at a time, the database sees to.
    """
    dispatch = Dispatch.objects.get(pk=dispatch_id)
    taken = {"attempts": dispatch.attempts + 1, "sender": listener}
    with acting(by=by, at=at, action="assays.dispatch.send"):
        step(Move(dispatch, _S.SENDING, session_id=session_id, changes=taken), by=by, at=at)


def end(
    *,
    dispatch_id: int,
    attempt: int,
    delivery: Delivery,
    chance: float,
    by: Principal,
    at: datetime,
) -> None:
    """Record how an attempt ended; what was recorded before, or taken over, stays as it is.

    `chance` is a random number from 0 up to 1 that spreads the next attempt.
    """
    faults.passing(BEFORE_ENDED)
    dispatch = _sending().filter(pk=dispatch_id, attempts=attempt).first()
    if dispatch is None:
        return
    with acting(by=by, at=at, action="assays.dispatch.end"):
        step(_after(dispatch, delivery, chance, at), by=by, at=at)


def refuse(*, dispatch_id: int, reason: str, by: Principal, at: datetime) -> None:
    """Give up a message that no frame can carry, before any of it leaves."""
    dispatch = Dispatch.objects.filter(pk=dispatch_id, status=_S.QUEUED).first()
    if dispatch is not None:
        with acting(by=by, at=at, action="assays.dispatch.give_up"):
            step(Move(dispatch, _S.DEAD, reason=reason), by=by, at=at)


def release(*, listener: str, but: Collection[int], by: Principal, at: datetime) -> int:
    """Queue again what a listener took and does not have: nobody knows whether it left."""
    rows = _sending().filter(sender=listener).exclude(pk__in=list(but))
    return _take_back(rows, by=by, at=at)


def recover(*, by: Principal, at: datetime) -> int:
    """Queue again what listeners had that died; returns how many."""
    return _take_back(_sending().filter(pk__in=outbox.orphans(AT_ONCE)), by=by, at=at)


def give_up(*, by: Principal, at: datetime) -> int:
    """Give up what is queued and of no use any more; returns how many."""
    rows = outbox.late(at)
    moves = [Move(dispatch, _S.DEAD, reason=_(TOO_OLD)) for dispatch in rows[:AT_ONCE]]
    return _each(moves, action="assays.dispatch.give_up", by=by, at=at)


def _sending() -> QuerySet[Dispatch]:
    return Dispatch.objects.filter(status=_S.SENDING)


def _after(dispatch: Dispatch, delivery: Delivery, chance: float, at: datetime) -> Move:
    answered = {"answer": delivery.answer}
    if delivery.fate is Fate.ACCEPTED:
        return Move(dispatch, _S.ACCEPTED, changes=answered)
    if delivery.fate is Fate.REFUSED:
        return Move(dispatch, _S.REFUSED, reason=delivery.reason or _("refused"), changes=answered)
    following = failed(dispatch.attempts, chance)
    if isinstance(following, GivenUp):
        said = _(following.reason) % {"attempts": following.attempts, "last": _(delivery.reason)}
        return Move(dispatch, _S.DEAD, reason=said, changes=answered)
    due = at + timedelta(seconds=following.seconds)
    if due >= dispatch.expires_at:
        return Move(dispatch, _S.DEAD, reason=_(TOO_OLD), changes=answered)
    return Move(
        dispatch, _S.QUEUED, reason=_(delivery.reason), changes={**answered, "available_at": due}
    )


def _take_back(rows: QuerySet[Dispatch], *, by: Principal, at: datetime) -> int:
    """It may have arrived: it goes out again under the same id, by which its receiver knows it."""
    lost = Delivery(Fate.AGAIN, _("Sending was broken off here."))
    moves = [_after(dispatch, lost, 0.0, at) for dispatch in rows.order_by("pk")[:AT_ONCE]]
    return _each(moves, action="assays.dispatch.recover", by=by, at=at)


def _each(moves: list[Move], *, action: str, by: Principal, at: datetime) -> int:
    """Make moves one by one; one that somebody else made first keeps no other back."""
    made = 0
    for move in moves:
        try:
            with acting(by=by, at=at, action=action):
                step(move, by=by, at=at)
        except DispatchMoved:
            continue
        made += 1
    return made
