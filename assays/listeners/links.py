"""Which link layer speaks a dialect, and what is known of a message before anybody reads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from assays.actions.intake import Message
from assays.instruments import origins
from assays.instruments.astm import link as astm
from assays.instruments.astm.options import STANDARD, LinkOptions
from assays.instruments.dialects import Dialect
from assays.instruments.hl7 import mllp, replies
from assays.instruments.wire import Assembled, Event
from assays.rules.filing import Held
from assays.rules.sources import Source, framing, identify


class Link(Protocol):
    """A link layer; see `assays.instruments.wire`."""

    @property
    def is_finished(self) -> bool: ...
    def feed(self, data: bytes) -> None: ...
    def next(self, now: float) -> Event | None: ...
    def settle(self, *, is_stored: bool, reply: bytes = b"") -> bytes: ...
    def deadline(self) -> float | None: ...
    def expire(self, now: float) -> Event | None: ...
    def close(self) -> Event | None: ...


def link(dialect: Dialect, sources: Sequence[Source] = ()) -> Link:
    """Return a link layer for a new connection of one of these instruments.

    Who sends is not known before a header has come: what they frame otherwise than the standard
    counts only where all of them do it alike.
    """
    if dialect is not Dialect.ASTM:
        return mllp.Link()
    found = framing(sources)
    return astm.Link(found if isinstance(found, LinkOptions) else STANDARD)


def _taken(sources: Sequence[Source]) -> frozenset[str]:
    """The processing ids that any of the instruments may send: which it is, a person will say."""
    return frozenset(one for source in sources for one in source.processing_ids)


def message(assembled: Assembled, sources: Sequence[Source], *, peer: str) -> Message:
    """Say which of the admitted instruments a message is from."""
    sender = origins.read(assembled)
    found = identify(sources, sender.names)
    if not isinstance(found, Source):
        found = Held(found, {"peer": peer, "sender": sender.text})
    return Message(assembled, found, sender.control_id)


def judged(message: Message, sources: Sequence[Source]) -> Message:
    """Judge the syntax of a message that its sender wants a reply to."""
    if not message.assembled.is_complete:
        return message
    found = message.source
    text = message.assembled.text
    candidates = [found] if isinstance(found, Source) else sources
    judgement = replies.judge(text, processing_ids=_taken(candidates))
    return replace(message, judgement=judgement)
