"""What comes over a connection, on its way to be stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from assays.instruments import questions
from assays.instruments.dialects import Dialect
from assays.instruments.hl7 import replies
from assays.instruments.hl7.replies import Judgement
from assays.instruments.wire import Assembled, Frame
from assays.rules.filing import Held
from assays.rules.sources import Source
from assays.rules.states import MessageStatus, SessionState
from labsys.accounts.models import Principal


@dataclass(frozen=True, slots=True)
class Origin:
    """The connection that something came over."""

    listener: str
    dialect: Dialect
    peer: str
    port: int


@dataclass(frozen=True, slots=True)
class Reply:
    """What a sender is told of a message: now, and where the answer to its question cannot be had."""

    message_id: int
    now: bytes
    failing: bytes = b""


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a conversation is stored: the session, how many frames, the messages begun in it."""

    session_id: int = 0
    frames: int = 0
    # What the sender is told now.
    answer: bytes = b""
    # The link layer's number of a message -> the id its frames carry and its row will have.
    messages: Mapping[int, int] = field(default_factory=dict)
    # Where a question is among them: what is told of each message, once that is answered.
    asks: tuple[Reply, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """A message put together, and what is known of it before it is read.

    `source` is the instrument, or why none can be named; `judgement` is that of an HL7 message, by
    which it is answered.
    """

    assembled: Assembled
    source: Source | Held
    control_id: str = ""
    judgement: Judgement | None = None
    reply: bytes = b""
    failing: bytes = b""

    @property
    def instrument_id(self) -> int | None:
        return self.source.instrument_id if isinstance(self.source, Source) else None

    @property
    def status(self) -> MessageStatus:
        if not self.assembled.is_complete:
            return MessageStatus.INCOMPLETE
        if self.judgement is not None and not self.judgement.is_accepted:
            return MessageStatus.REJECTED
        return MessageStatus.RECEIVED if self.instrument_id else MessageStatus.HELD

    @property
    def reason(self) -> str:
        refusal = self.judgement.refusal if self.judgement else ""
        return storable(refusal) or self.assembled.remark

    def answered(self, at: datetime) -> Message:
        """Return the message with the reply that it gets once it is stored."""
        judgement = self.judgement
        if judgement is None:
            return self
        reply = b"".join(replies.reply(judgement, sent_at=at))
        if not (judgement.asks and judgement.is_accepted):
            return replace(self, reply=reply)
        failing = b"".join(replies.reply(judgement, sent_at=at, is_stored=False))
        return replace(self, reply=reply, failing=failing)

    @property
    def is_question(self) -> bool:
        """Whether it asks an answer of us: which, is found when it is stored."""
        if not isinstance(self.source, Source) or not self.source.answers:
            return False
        return self.status is MessageStatus.RECEIVED and questions.is_one(self.assembled.text)


class Also(Protocol):
    """An action that is part of storing an arrival; whatever it raises undoes both."""

    def __call__(self, *, session_id: int, by: Principal, at: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class Arrival:
    """What came over one connection, or is to leave over it, and waits to be stored, and what is
    stored of it already."""

    origin: Origin
    standing: Standing = Standing()
    source: Source | None = None
    frames: tuple[Frame, ...] = ()
    messages: tuple[Message, ...] = ()
    ends: SessionState | None = None
    # What else is stored in the same transaction, or not at all.
    also: Also | None = None


def storable(text: str) -> str:
    """Write out what no database text can hold; a sentence may repeat what was sent."""
    return text.replace("\0", "\\x00")
