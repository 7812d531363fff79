"""What instruments send: stored with what became of every item, before it is answered."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection
from django.utils.translation import gettext as _

from assays.actions import controls as control_values
from assays.actions import filing
from assays.actions.filing import Source
from assays.instruments import structured
from assays.models import Instrument, Recording, TransmissionItem, TransmissionMessage
from assays.queries import catalogue, controls
from assays.queries import filing as queries
from assays.rules.control_filing import SentControl
from assays.rules.filing import (
    Disposition,
    Duplicate,
    Entry,
    Filed,
    Held,
    Hold,
    Recorded,
    item_status,
    message_status,
)
from assays.rules.states import MESSAGE, ItemStatus, MessageStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import bulk, faults, policy
from labsys.lib.clock import WORLD_TOLERANCE
from labsys.lib.errors import Conflict, InvalidInputs, NotAllowed

BEFORE_COMMIT = faults.declare(
    "assays.message.written", "a message and its results are written, not committed"
)
BEFORE_ANSWER = faults.declare(
    "assays.message.committed", "a message and its results are committed, not answered"
)
Outcome = Disposition | ItemStatus
KEY_ONCE = "assays_transmissionmessage_key_once"
# What the sender can set right; everything else is kept here until somebody else does.
_FOR_THE_SENDER = {Hold.UNIT: "unit", Hold.NOT_A_NUMBER: "value", Hold.NOT_A_CODE: "value_code"}


# Plain SQL: this runs for every message, and building the same queries anew costs more than both.
_EARLIER = """
SELECT k.reply, k.sha256, b.id FROM (SELECT 1) AS one
LEFT JOIN (SELECT reply, sha256 FROM assays_transmissionmessage
           WHERE instrument_id = %s AND idempotency_key = %s) k ON true
LEFT JOIN (SELECT min(id) AS id FROM assays_transmissionmessage
           WHERE instrument_id = %s AND sha256 = %s AND duplicate_of_id IS NULL
             AND status <> 'REJECTED') b ON true
"""


class KeyReused(Conflict):
    """An idempotency key came again with another body."""

    kind = "idempotency-key-reused"


@dataclass(frozen=True, slots=True)
class Structured:
    """One structured message: its bytes, and what was read from them."""

    key: str
    content: bytes
    entries: Sequence[Entry | SentControl]
    items: Sequence[dict[str, Any]]

    @property
    def results(self) -> list[Entry]:
        """The values of patients' specimens, in their order; the others are of control material."""
        return [one for one in self.entries if isinstance(one, Entry)]

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.content).digest()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the sender is told; `is_replay` when it was told before."""

    body: bytes
    is_replay: bool = False


def receive(*, instrument: Instrument, message: Structured, by: Principal, at: datetime) -> Answer:
    """Store a structured message with its results and holds, once per idempotency key."""
    policy.check(by, "assays.result.send")
    if not instrument.is_active or instrument.principal_id != by.pk:
        raise NotAllowed(_("This instrument's connection is switched off."))
    answered, earlier = _earlier(instrument, message)
    if answered is not None:
        return answered
    _check_moments(message.entries, at)
    try:
        with acting(by=by, at=at, action="assays.transmission.receive"):
            body = _store(instrument, message, earlier, by=by, at=at)
            faults.passing(BEFORE_COMMIT)
    except IntegrityError as error:
        if _constraint(error) != KEY_ONCE:
            raise
        # The same key was committed by a request that ran beside this one.
        answered, _sent = _earlier(instrument, message)
        assert answered is not None
        return answered
    faults.passing(BEFORE_ANSWER)
    return Answer(body)


def _earlier(instrument: Instrument, message: Structured) -> tuple[Answer | None, int | None]:
    """Return the answer given under this key, or the message that had the same bytes."""
    with connection.cursor() as cursor:
        cursor.execute(_EARLIER, [instrument.pk, message.key, instrument.pk, message.sha256])
        reply, sha256, same_bytes = cursor.fetchone()
    if reply is None:
        return None, same_bytes
    if bytes(sha256) != message.sha256:
        raise KeyReused(
            _(
                "This Idempotency-Key was used with another body; nothing was applied. Use a new one."
            )
        )
    return Answer(bytes(reply), is_replay=True), None


def _check_moments(entries: Sequence[Entry | SentControl], at: datetime) -> None:
    ahead = [
        (f"/results/{position}/observed_at", _("This moment lies in the future."))
        for position, entry in enumerate(entries)
        if entry.observed_at > at + WORLD_TOLERANCE
    ]
    if ahead:
        raise InvalidInputs(ahead)


def _store(
    instrument: Instrument,
    message: Structured,
    earlier: int | None,
    *,
    by: Principal,
    at: datetime,
) -> bytes:
    entries = message.results
    if len(entries) < len(message.entries):
        controls.lock_against_release()
    known = queries.lock(entries, catalogue=catalogue.current(), instrument_id=instrument.pk)
    decided: list[Disposition] = (
        queries.decide(entries, known, at=at)
        if earlier is None
        else [Duplicate(None) for _entry in entries]
    )
    outcomes = _beside(message.entries, decided, is_repeated=earlier is not None)
    _refuse_what_the_sender_can_mend(outcomes)
    more = {TransmissionMessage: 1, TransmissionItem: len(message.entries)}
    drawn = filing.draw(decided, entries, known, more)
    decided = filing.settled(decided, drawn)
    outcomes = _beside(message.entries, decided, is_repeated=earlier is not None)
    item_ids, message_id = drawn.more[TransmissionItem], drawn.more[TransmissionMessage][0]
    status = message_status([item_status(one) for one in outcomes])
    body = _answer(message_id, status, outcomes, item_ids, drawn.results)
    _insert_message(message_id, instrument, message, status, body, earlier, at=at)
    bulk.insert(
        TransmissionItem,
        [
            _item_row(item_ids[n], message_id, n, message.items[n], message.entries[n], outcomes[n])
            for n in range(len(message.entries))
        ],
    )
    _deliver_controls(instrument, message, outcomes, item_ids, by=by, at=at)
    source = Source(
        door=Recording.Door.HTTP, by=by, entered_by_id=by.pk, instrument_id=instrument.pk
    )
    filed = [
        Filed(entry, disposition, item_id)
        for entry, disposition, item_id in zip(message.entries, outcomes, item_ids, strict=True)
        if isinstance(entry, Entry) and not isinstance(disposition, ItemStatus)
    ]
    filing.record(filed, known, drawn, source=source, at=at)
    return body


def _beside(
    entries: Sequence[Entry | SentControl], decided: Sequence[Disposition], *, is_repeated: bool
) -> list[Outcome]:
    """Put what was decided of results in their places; a value of control material is kept as such."""
    results = iter(decided)
    of_control = ItemStatus.DUPLICATE if is_repeated else ItemStatus.QC
    return [next(results) if isinstance(one, Entry) else of_control for one in entries]


def _deliver_controls(
    instrument: Instrument,
    message: Structured,
    outcomes: Sequence[Outcome],
    item_ids: Sequence[int],
    *,
    by: Principal,
    at: datetime,
) -> None:
    sent = [
        control_values.Sent(instrument, item_id, replace(one, received_at=at))
        for one, outcome, item_id in zip(message.entries, outcomes, item_ids, strict=True)
        if isinstance(one, SentControl) and outcome is ItemStatus.QC
    ]
    control_values.deliver(sent, by=by, at=at)


def _refuse_what_the_sender_can_mend(decided: Sequence[Outcome]) -> None:
    errors = [
        (f"/results/{position}/{_FOR_THE_SENDER[one.code]}", one.reason)
        for position, one in enumerate(decided)
        if isinstance(one, Held) and one.code in _FOR_THE_SENDER
    ]
    if errors:
        raise InvalidInputs(errors)


def _insert_message(
    id_: int,
    instrument: Instrument,
    message: Structured,
    status: MessageStatus,
    reply: bytes,
    earlier: int | None,
    *,
    at: datetime,
) -> None:
    assert MESSAGE.can_start(status)
    row = {
        "id": id_,
        "instrument_id": instrument.pk,
        "dialect": TransmissionMessage.Dialect.HTTP.value,
        "control_id": "",
        "idempotency_key": message.key,
        "sha256": message.sha256,
        "content": message.content,
        "reply": reply,
        "item_count": len(message.entries),
        "received_at": at,
        "status": status.value,
        "reason": "",
        "duplicate_of_id": earlier,
    }
    bulk.insert(TransmissionMessage, [row])


def _item_row(
    id_: int,
    message_id: int,
    position: int,
    item: dict[str, Any],
    entry: Entry | SentControl,
    disposition: Outcome,
) -> dict[str, Any]:
    held = disposition if isinstance(disposition, Held) else None
    return {
        "id": id_,
        "message_id": message_id,
        "position": position,
        "specimen_text": str(entry.specimen) if isinstance(entry, Entry) else entry.control,
        "code_text": entry.code,
        "content": structured.content(item),
        "status": item_status(disposition).value,
        "hold_code": held.code.value if held else "",
        "hold_reason": held.reason if held else "",
        "duplicate_of_id": disposition.result_id if isinstance(disposition, Duplicate) else None,
    }


def _answer(
    message_id: int,
    status: MessageStatus,
    decided: Sequence[Outcome],
    item_ids: Sequence[int],
    result_ids: Sequence[int],
) -> bytes:
    results = iter(result_ids)
    lines = []
    for position, (disposition, item_id) in enumerate(zip(decided, item_ids, strict=True)):
        line: dict[str, Any] = {
            "position": position,
            "item": item_id,
            "status": item_status(disposition).value,
        }
        match disposition:
            case Recorded():
                line["result"] = next(results)
            case Duplicate():
                line["result"] = disposition.result_id
            case Held():
                line |= {"code": disposition.code.value, "reason": disposition.reason}
        lines.append(line)
    return bulk.dumps({"message": message_id, "status": status.value, "results": lines}).encode()


def _constraint(error: IntegrityError) -> str:
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or ""
