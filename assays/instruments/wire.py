"""What comes off a connection, whatever the dialect: frames as they crossed it, messages put together.

A link layer (`astm.link`, `hl7.mllp`) does no input or output and reads no clock. It is fed bytes and
gives one event at a time. An event changes nothing until it is settled: whoever owns the connection
first stores the event's frames and messages, durably, then settles it and sends the reply it gets.

    link.feed(data)
    while (event := link.next(now)) is not None:
        stored = ...                       # one commit, with the events of other connections
        transport.write(link.settle(is_stored=stored))
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assays.instruments.dialects import Dialect
from assays.rules.states import SessionState


class Verdict(StrEnum):
    """What a link layer thought of bytes that came in, or that they are ours; kept beside them."""

    BID = "BID"  # ENQ: somebody wants to send
    ACCEPTED = "ACCEPTED"
    REPEATED = "REPEATED"  # a good frame again, because our answer was lost
    BAD_CHECKSUM = "BAD_CHECKSUM"
    BAD_NUMBER = "BAD_NUMBER"
    CHANGED = "CHANGED"  # the number of the last frame with another text
    MALFORMED = "MALFORMED"
    TOO_LONG = "TOO_LONG"
    CUT = "CUT"  # the connection ended, or fell silent, inside it
    NOISE = "NOISE"  # bytes outside any frame
    END = "END"  # EOT
    SENT = "SENT"  # ours: kept before its first byte leaves
    ANSWER = "ANSWER"  # what was answered to a message of ours
    STRAY = "STRAY"  # an answer to one of ours that nobody waits for any more


@dataclass(frozen=True, slots=True)
class Frame:
    """Bytes exactly as they came, and the message they are part of (0: of none)."""

    content: bytes
    verdict: Verdict
    message: int = 0


@dataclass(frozen=True, slots=True)
class Assembled:
    """The text of a message, put together from its frames. `number` counts them per connection."""

    number: int
    text: bytes
    dialect: Dialect
    is_complete: bool = True
    # Why it is not complete, or what is remarkable although it is; for people.
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """What has to be stored before the sender is answered.

    `begins` and `ends` mark the first and the last event of a conversation (ASTM: from ENQ to EOT;
    MLLP: while the connection stands).
    """

    frames: tuple[Frame, ...] = ()
    messages: tuple[Assembled, ...] = ()
    begins: bool = False
    ends: SessionState | None = None
