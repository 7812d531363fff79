"""What is sent to instruments and other systems: queued with the act that causes it, then followed.

Whoever causes a message queues it in its own transaction, so that both are there or neither. The
listener whose connection leads to the instrument sends it (`assays.listeners.outbox`); every move is
made here, with an event.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from assays.actions import dispatch_moves
from assays.actions.dispatch_moves import Move
from assays.instruments.hl7.header import header
from assays.models import Dispatch, Instrument, Order, Specimen
from assays.queries import overtaken
from assays.rules.dispatching import DispatchKind, DispatchStatus, expires
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import bulk, policy
from labsys.lib.errors import Conflict
from labsys.lib.reasons import check_reason

ONCE = "assays_dispatch_once_per_subject"
DECIDE = "assays.dispatch.decide"


class Overtaken(Conflict):
    """What the message says holds no more: something newer was told of it."""

    kind = "dispatch-overtaken"


class NoWayOut(Conflict):
    """The instrument is reached by no connection that a message could be sent over."""

    kind = "no-way-out"


def enqueue(
    *,
    instrument: Instrument,
    kind: DispatchKind,
    subject: models.Model,
    content: Callable[[str], bytes],
    by: Principal,
    at: datetime,
    number: int = 1,
    specimen: Specimen | None = None,
    order: Order | None = None,
    until: datetime | None = None,
    follow_up: str = "",
) -> Dispatch:
    """Queue one message to an instrument, once for each number of a subject; returns its dispatch.

    `content` is given the control id (at most 20 letters and digits) and returns the whole message
    without framing: HL7 with that id in MSH-10, or ASTM records ending in CR. Asked for again, the
    same dispatch comes back and `content` is not called: what is to say something else has another
    `number`. `specimen` and `order` are what it is found by. After `until` it is of no use to its
    receiver. `follow_up` is a kind of work that is queued, on the event of the move, whenever the
    dispatch is accepted, refused, given up or withdrawn.
    """
    if instrument.protocol == Instrument.Protocol.HTTP:
        raise NoWayOut(
            _("%(instrument)s sends by HTTP alone; nothing can be sent to it.")
            % {"instrument": instrument}
        )
    told = Told(instrument, kind, subject._meta.db_table, subject.pk, number)
    found = told.dispatch()
    if found is not None:
        return found
    (id_,) = bulk.new_ids({Dispatch: 1})[Dispatch]
    control_id = new_control_id(id_)
    made = Dispatch(
        id=id_,
        control_id=control_id,
        specimen=specimen,
        order=order,
        content=_written(content, control_id, instrument),
        expires_at=expires(kind, at, until),
        follow_up=follow_up,
    )
    return _insert(made, told, by=by, at=at)


def _written(content: Callable[[str], bytes], control_id: str, instrument: Instrument) -> bytes:
    text = content(control_id)
    if instrument.protocol == Instrument.Protocol.HL7 and header(text).control_id != control_id:
        raise ValueError("MSH-10 of a dispatch is its control id, or no answer would ever fit it")
    return text


@dataclass(frozen=True, slots=True)
class Told:
    """What is told once: the `number`-th thing about a row, of one kind, to one instrument."""

    instrument: Instrument
    kind: DispatchKind
    subject_table: str
    subject_id: int
    number: int

    def dispatch(self) -> Dispatch | None:
        found: Dispatch | None = Dispatch.objects.filter(**self.columns()).first()
        return found

    def columns(self) -> dict[str, Any]:
        return {one.name: getattr(self, one.name) for one in fields(self)}


def _insert(made: Dispatch, told: Told, *, by: Principal, at: datetime) -> Dispatch:
    """Insert a dispatch as queued; where somebody did so beside this, return theirs."""
    values = {"status": DispatchStatus.QUEUED, "queued_at": at, "available_at": at}
    for name, value in {**told.columns(), **values}.items():
        setattr(made, name, value)
    made.recorded_by, made.recorded_at = by, at
    try:
        with acting(by=by, at=at, action="assays.dispatch.enqueue"), transaction.atomic():
            made.save(force_insert=True)
            dispatch_moves.born(made, by=by, at=at)
    except IntegrityError as error:
        if ONCE not in str(error):
            raise
        theirs = told.dispatch()
        assert theirs is not None
        return theirs
    return made


def retry(*, dispatch: Dispatch, reason: str, by: Principal, at: datetime) -> None:
    """Have what was refused or given up sent again, as it is and under the same control id.

    What is overtaken is not: its receiver would hear it last, and believe it.
    """
    policy.check(by, DECIDE)
    check_reason(reason)
    afresh = {
        "attempts": 0,
        "queued_at": at,
        "available_at": at,
        "expires_at": expires(DispatchKind(dispatch.kind), at),
    }
    with acting(by=by, at=at, action="assays.dispatch.retry", reason=reason):
        lock([dispatch.instrument_id])
        if why := overtaken.why(dispatch):
            raise Overtaken(why)
        dispatch_moves.step(
            Move(dispatch, DispatchStatus.QUEUED, reason=reason, changes=afresh), by=by, at=at
        )


def lock(instrument_ids: Iterable[int]) -> None:
    """Let nobody else tell these of orders or reports until the end of the transaction."""
    rows = Instrument.objects.select_for_update(no_key=True).filter(pk__in=instrument_ids)
    list(rows.order_by("pk").values("pk"))


def withdraw(*, dispatch: Dispatch, reason: str, by: Principal, at: datetime) -> None:
    """Decide that a message is not to be sent, or not again; never while it is on the line."""
    policy.check(by, DECIDE)
    check_reason(reason)
    with acting(by=by, at=at, action="assays.dispatch.withdraw", reason=reason):
        dispatch_moves.step(Move(dispatch, DispatchStatus.WITHDRAWN, reason=reason), by=by, at=at)


def new_control_id(id_: int) -> str:
    """Return what a message is known by at the other end, at most 20 letters and digits.

    It holds the row's number, for people, and chance: a database that was restored from a copy
    draws numbers again that receivers have seen.
    """
    return f"L{id_ % 10**12}X{secrets.token_hex(3).upper()}"
