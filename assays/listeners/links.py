"""What speaks a dialect on a connection, and what is known of a message before anybody reads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

from assays.actions.intake import Message
from assays.instruments import origins
from assays.instruments.astm.options import STANDARD, LinkOptions
from assays.instruments.astm.sending import framed
from assays.instruments.astm.station import Station
from assays.instruments.delivery import Delivery, Fate
from assays.instruments.dialects import Dialect
from assays.instruments.hl7 import replies
from assays.instruments.hl7.exchange import ANSWER_SECONDS, Exchange, block
from assays.instruments.wire import Assembled, Event, Frame, Verdict
from assays.rules.filing import Held
from assays.rules.sources import Source, framing, identify


class Line(Protocol):
    """Both directions of a connection: a link layer (`assays.instruments.wire`) that also sends.

    What is offered goes out by `outgoing`, and `delivery` says once what became of it; see
    `hl7.exchange` and `astm.station`.
    """

    @property
    def is_finished(self) -> bool: ...
    def feed(self, data: bytes) -> None: ...
    def next(self, now: float) -> Event | None: ...
    def settle(self, *, is_stored: bool, reply: bytes = b"") -> bytes: ...
    def deadline(self) -> float | None: ...
    def expire(self, now: float) -> Event | None: ...
    def close(self) -> Event | None: ...
    @property
    def can_offer(self) -> bool: ...
    def frames(self, text: bytes) -> tuple[Frame, ...]: ...
    def offer(self, text: bytes) -> None: ...
    def outgoing(self, now: float) -> bytes: ...
    def delivery(self) -> Delivery | None: ...


class Blocks(Exchange):
    """MLLP, both ways."""

    def frames(self, text: bytes) -> tuple[Frame, ...]:
        """Return a message as it is kept before it leaves."""
        return (Frame(block(text), Verdict.SENT),)


class Records(Station):
    """LIS1-A, half duplex; we are the host, who gives way."""

    def __init__(self, options: LinkOptions, **times: Any) -> None:
        super().__init__(options, **times)
        self._framing = options

    def frames(self, text: bytes) -> tuple[Frame, ...]:
        """Return a message as it is kept before it leaves; raises Unsendable."""
        return tuple(Frame(one, Verdict.SENT) for one in framed(text, self._framing))

    def delivery(self) -> Delivery | None:
        """Return what became of the message that was offered, once; None before."""
        outcome = self.outcome()
        if outcome is None or outcome.failure is None:
            return outcome and Delivery(Fate.ACCEPTED)
        return Delivery(Fate.AGAIN, outcome.failure.value, hang_up=outcome.hang_up)


def link(
    dialect: Dialect, sources: Sequence[Source] = (), *, answer_seconds: float | None = None
) -> Line:
    """Return what speaks on a new connection of one of these instruments.

    Who sends is not known before a header has come: what they frame otherwise than the standard
    counts only where all of them do it alike. `answer_seconds` is how long an HL7 message of ours may
    wait for its answer; ASTM has times of its own.
    """
    if dialect is not Dialect.ASTM:
        return Blocks(seconds=answer_seconds or ANSWER_SECONDS)
    found = framing(sources)
    return Records(found if isinstance(found, LinkOptions) else STANDARD)


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
    judgement = replies.judge(
        text,
        processing_ids=_taken(candidates),
        is_hospital=any(one.is_hospital for one in candidates),
        answers=isinstance(found, Source) and found.answers,
    )
    return replace(message, judgement=judgement)
