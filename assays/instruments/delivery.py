"""What became of a message that was sent, whatever the dialect."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    ACCEPTED = "ACCEPTED"
    # Its receiver does not want it, however often it is sent.
    REFUSED = "REFUSED"
    # Nobody knows whether it arrived, or its receiver could not take it then.
    AGAIN = "AGAIN"


@dataclass(frozen=True, slots=True)
class Delivery:
    """The end of one attempt: `reason` says why it was not accepted, `answer` what was answered.

    `hang_up`: an answer may still be on its way that nobody must take for that to the next message;
    the connection is closed before anything else is sent.
    """

    fate: Fate
    reason: str = ""
    answer: bytes = b""
    hang_up: bool = False
