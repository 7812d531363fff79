"""What comes over a wire is stored before it is answered, whoever sent it and whatever it means.

The listeners hand over what waits on all their connections; it is committed in one transaction, and
only then may any of it be acknowledged. Nothing is read here but who sent it.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assays.actions.arrivals import Also, Arrival, Message, Origin, Reply, Standing, storable
from assays.actions.held_items import INTERPRET
from assays.instruments.wire import Verdict
from assays.models import (
    Priority,
    TransmissionItem,
    TransmissionMessage,
    TransmissionSession,
)
from assays.queries.worklists import ANSWER
from assays.rules.filing import Held
from assays.rules.sources import Source
from assays.rules.states import MESSAGE, ItemStatus, MessageStatus, SessionState
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import bulk, faults
from labsys.lib.errors import Conflict
from labsys.work import queue

BEFORE_COMMIT = faults.declare(
    "instruments.intake.written", "frames and messages are written, not committed"
)
BEFORE_REPLY = faults.declare(
    "instruments.intake.committed", "frames and messages are committed, not acknowledged"
)
__all__ = ["Also", "Arrival", "Message", "Origin", "Standing", "record", "refuse", "store"]

ACTION = "assays.transmission.receive"
MESSAGES = "assays_transmissionmessage"
LONGEST_CONTROL_ID = 200

_OPEN = """
INSERT INTO assays_transmissionsession (id, instrument_id, dialect, listener, peer, peer_port, state,
    frames, messages, has_changed_frame, opened_at, closed_at)
SELECT n.*, %s::timestamptz, CASE WHEN n.state <> 'OPEN' THEN %s::timestamptz END
FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::text[]::inet[], %s::int[],
    %s::text[], %s::int[], %s::int[], %s::bool[])
    AS n(id, instrument, dialect, listener, peer, port, state, frames, messages, changed)
"""
# Only an open session grows: one that was given up for lost is somebody else's by now.
_GROW = """
UPDATE assays_transmissionsession s SET
    instrument_id = coalesce(s.instrument_id, n.instrument), state = n.state,
    frames = s.frames + n.frames, messages = s.messages + n.messages,
    has_changed_frame = s.has_changed_frame OR n.changed,
    closed_at = CASE WHEN n.state <> 'OPEN' THEN %s::timestamptz END
FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::int[], %s::int[], %s::bool[])
    AS n(id, instrument, state, frames, messages, changed)
WHERE s.id = n.id AND s.state = 'OPEN'
"""
_FRAMES = """
INSERT INTO transmission_frame (at, direction, session_id, message_id, sequence, verdict, content)
SELECT %s::timestamptz, CASE WHEN n.verdict = 'SENT' THEN 'OUT' ELSE 'IN' END, n.*
FROM unnest(%s::bigint[], %s::bigint[], %s::int[], %s::text[], %b::bytea[])
    AS n(session, message, sequence, verdict, content)
"""
_MESSAGES = """
INSERT INTO assays_transmissionmessage (received_at, idempotency_key, duplicate_of_id, id,
    instrument_id, session_id, dialect, control_id, sha256, content, reply, item_count, status, reason)
SELECT %s::timestamptz, NULL, NULL, n.*
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %b::bytea[],
    %b::bytea[], %b::bytea[], %s::int[], %s::text[], %s::text[])
    AS n(id, instrument, session, dialect, control_id, sha256, content, reply, items, status, reason)
"""


# As above, for contents of which one is enough: they are sent piece by piece.
_FRAME_KINDS = {
    **{"session_id": "n", "message_id": "n", "sequence": "i", "verdict": "t", "content": "b"},
    **{"at": "z", "direction": "t"},
}
_MESSAGE_KINDS = {
    **{"id": "n", "instrument_id": "n", "session_id": "n", "dialect": "t", "control_id": "t"},
    **{
        "sha256": "b",
        "content": "b",
        "reply": "b",
        "item_count": "i",
        "status": "t",
        "reason": "t",
    },
    "received_at": "z",
}
LARGE = 2**20


class ConversationOver(Conflict):
    """The session was closed meanwhile, as one whose listener had died."""

    kind = "conversation-over"


@dataclass(frozen=True, slots=True)
class _Numbered:
    """An arrival with the keys its rows will have."""

    arrival: Arrival
    session_id: int
    messages: Mapping[int, int]
    answered: Sequence[Message]

    @property
    def is_new(self) -> bool:
        return not self.arrival.standing.session_id

    def standing(self) -> Standing:
        arrival = self.arrival
        answer = b"".join(message.reply for message in self.answered)
        asks = self._asks()
        if arrival.ends is not None:
            return Standing(answer=answer, asks=asks)
        done = {message.assembled.number for message in arrival.messages}
        # A frame may come again after its message was complete, and must name the same one.
        newest = max(self.messages, default=0)
        # Of an earlier one nothing comes any more: kept, they would grow with the connection's days.
        late = {n: id_ for n, id_ in self.messages.items() if n >= newest - 1}
        begun = {n: id_ for n, id_ in late.items() if n not in done or n == newest}
        frames = arrival.standing.frames + len(arrival.frames)
        return Standing(self.session_id, frames, answer, begun, asks)

    def _asks(self) -> tuple[Reply, ...]:
        if not any(message.failing for message in self.answered):
            return ()
        return tuple(
            Reply(self.messages[one.assembled.number], one.reply, one.failing)
            for one in self.answered
        )

    def growth(self) -> tuple[int | None, str, int, int, bool]:
        """Instrument, state, frames, messages, and whether a frame was changed, as columns."""
        arrival = self.arrival
        instrument = arrival.source.instrument_id if arrival.source else None
        for message in arrival.messages:
            instrument = instrument or message.instrument_id
        state = (arrival.ends or SessionState.OPEN).value
        changed = any(frame.verdict is Verdict.CHANGED for frame in arrival.frames)
        return instrument, state, len(arrival.frames), len(arrival.messages), changed


def store(*, arrivals: Sequence[Arrival], by: Principal, at: datetime) -> list[Standing]:
    """Store what came over any number of connections; returns how each conversation stands.

    Everything or nothing is stored. `by` is `system:interpret`; what an instrument sent is recorded
    as done by the instrument. At most one arrival of a connection can be in a batch.
    """
    with acting(by=by, at=at, action=ACTION):
        batch = _numbered(arrivals, at)
        with nullcontext() if _is_large(arrivals) else bulk.pipelined():
            grown = _sessions(batch, at)
            _frames(batch, at)
            record(messages=_assembled(batch), by=by, at=at)
        if grown is not None and grown.rowcount != sum(not one.is_new for one in batch):
            raise ConversationOver("A session of this batch was closed meanwhile.")
        for one in batch:
            if one.arrival.also is not None:
                one.arrival.also(session_id=one.session_id, by=by, at=at)
        faults.passing(BEFORE_COMMIT)
    faults.passing(BEFORE_REPLY)
    return [one.standing() for one in batch]


def _is_large(arrivals: Sequence[Arrival]) -> bool:
    frames = sum(len(frame.content) for one in arrivals for frame in one.frames)
    texts = sum(len(each.assembled.text) for one in arrivals for each in one.messages)
    return frames + texts > LARGE


def _numbered(arrivals: Sequence[Arrival], at: datetime) -> list[_Numbered]:
    opened = sum(not arrival.standing.session_id for arrival in arrivals)
    begun = [_begun(arrival) for arrival in arrivals]
    drawn = bulk.new_ids({TransmissionSession: opened, TransmissionMessage: sum(map(len, begun))})
    sessions = iter(drawn[TransmissionSession])
    messages = iter(drawn[TransmissionMessage])
    return [
        _Numbered(
            arrival,
            arrival.standing.session_id or next(sessions),
            {**arrival.standing.messages, **{number: next(messages) for number in numbers}},
            [message.answered(at) for message in arrival.messages],
        )
        for arrival, numbers in zip(arrivals, begun, strict=True)
    ]


def _begun(arrival: Arrival) -> list[int]:
    """The numbers of the messages that begin in an arrival."""
    named = {frame.message for frame in arrival.frames if frame.message}
    named |= {message.assembled.number for message in arrival.messages}
    return sorted(named - arrival.standing.messages.keys())


def _sessions(batch: Sequence[_Numbered], at: datetime) -> Any:
    """Open and grow sessions; returns the cursor that will know how many could grow."""
    new = [
        (
            *(one.session_id, (growth := one.growth())[0], origin.dialect.value, origin.listener),
            *(origin.peer, origin.port, *growth[1:]),
        )
        for one in batch
        if one.is_new and (origin := one.arrival.origin)
    ]
    if new:
        bulk.run(_OPEN, [at, at, *bulk.columns(new, "nnwttnwnnw")])
    grown = [(one.session_id, *one.growth()) for one in batch if not one.is_new]
    return bulk.run(_GROW, [at, *bulk.columns(grown, "nnwnnw")]) if grown else None


def _frames(batch: Sequence[_Numbered], at: datetime) -> None:
    rows = [
        (
            *(one.session_id, one.messages.get(frame.message), sequence),
            *(frame.verdict.value, frame.content),
        )
        for one in batch
        for sequence, frame in enumerate(one.arrival.frames, one.arrival.standing.frames + 1)
    ]
    if sum(len(row[-1]) for row in rows) > LARGE:
        bulk.copy("transmission_frame", _FRAME_KINDS, [(*row, at, "IN") for row in rows])
    elif rows:
        bulk.run(_FRAMES, [at, *bulk.columns(rows, "nnnwb")])


def _assembled(batch: Sequence[_Numbered]) -> list[tuple[int, int, Message]]:
    return [
        (one.messages[message.assembled.number], one.session_id, message)
        for one in batch
        for message in one.answered
    ]


def record(*, messages: Sequence[tuple[int, int, Message]], by: Principal, at: datetime) -> None:
    """Insert messages (id, session, message), each in its instrument's name, and their work.

    Called inside the transaction of the action that stores their frames, or found them.
    """
    groups: dict[int, list[tuple[int, int, Message]]] = defaultdict(list)
    for each in messages:
        source = each[2].source
        groups[source.principal_id if isinstance(source, Source) else by.pk].append(each)
    for actor, group in sorted(groups.items()):
        rows = [_message_row(*each) for each in group]
        with acting(by=Principal(pk=actor), at=at, action=ACTION, savepoint=False):
            if sum(len(message.assembled.text) for _id, _session, message in group) > LARGE:
                bulk.copy(MESSAGES, _MESSAGE_KINDS, [(*row, at) for row in rows])
            else:
                bulk.run(_MESSAGES, [at, *bulk.columns(rows, "nnnwtbbbnwt")])
    _hold([each for each in messages if each[2].status is MessageStatus.HELD])
    _enqueue([each for each in messages if each[2].status is MessageStatus.RECEIVED])


def _message_row(id_: int, session_id: int, message: Message) -> tuple[Any, ...]:
    assembled, status = message.assembled, message.status
    assert MESSAGE.can_start(status)
    return (
        *(id_, message.instrument_id, session_id, assembled.dialect.value),
        *(_printable(message.control_id), hashlib.sha256(assembled.text).digest()),
        *(assembled.text, message.reply, int(status is MessageStatus.HELD)),
        *(status.value, message.reason),
    )


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text[:LONGEST_CONTROL_ID])


def _hold(held: Sequence[tuple[int, int, Message]]) -> None:
    """Hold messages as a whole: position 0 of each says whom it might be from."""
    rows = []
    for id_, _session, message in held:
        assert isinstance(message.source, Held)
        rows.append(
            {
                "message_id": id_,
                "position": 0,
                "specimen_text": "",
                "code_text": "",
                "content": {},
                "status": ItemStatus.HELD.value,
                "hold_code": message.source.code.value,
                "hold_reason": storable(message.source.reason),
            }
        )
    bulk.insert(TransmissionItem, rows)


def _enqueue(received: Sequence[tuple[int, int, Message]]) -> None:
    if received:
        queue.enqueue(
            kind=INTERPRET,
            table=MESSAGES,
            subjects=[id_ for id_, _session, _message in received],
            ordering_keys=[f"connection:{each[2].instrument_id}" for each in received],
            priority=Priority.ROUTINE,
        )
    asked = [one for one in received if one[2].is_question]
    if asked:
        queue.enqueue(
            kind=ANSWER,
            table=MESSAGES,
            subjects=[id_ for id_, _session, _message in asked],
            ordering_keys=[f"answer:{each[2].instrument_id}" for each in asked],
            priority=Priority.STAT,
        )


def refuse(*, origin: Origin, by: Principal, at: datetime) -> None:
    """Record that somebody called from an address that is no instrument's."""
    state = SessionState.REFUSED.value
    peer, port = origin.peer, origin.port
    with acting(by=by, at=at, action="assays.transmission.refuse"):
        (id_,) = bulk.new_ids({TransmissionSession: 1})[TransmissionSession]
        row = (id_, None, origin.dialect.value, origin.listener, peer, port, state, 0, 0, False)
        bulk.run(_OPEN, [at, at, *bulk.columns([row], "nnwttnwnnw")])
