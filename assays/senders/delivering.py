"""Delivering messages as instruments do: again after a NAK or no answer, so often and no oftener."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Protocol

from assays.instruments.simulation.faults import Fault
from assays.senders.lines import Line, LineLost, Tally


class Outcome(Enum):
    """What came of saying a message once."""

    ACKNOWLEDGED = auto()
    REFUSED = auto()  # not to be sent again
    UNANSWERED = auto()


class Speech(Protocol):
    """One dialect, as far as delivering asks."""

    def say(self, line: Line, content: bytes, tally: Tally, *, damaged: bool) -> Outcome:
        """Send a whole message and wait for its acknowledgement; raises LineLost."""
        ...

    def half(self, line: Line, content: bytes) -> None:
        """Send the message up to its middle, inside a frame or block; raises LineLost."""
        ...


@dataclass
class Delivery:
    """One connection of one instrument. `pause` lies between attempts, `silence` is how long it is
    quiet where it falls silent inside a message."""

    line: Line
    speech: Speech
    attempts: int = 4
    pause: float = 1.0
    silence: float = 35.0
    tally: Tally = field(default_factory=Tally)

    def deliver(self, content: bytes, fault: Fault | None = None) -> bool:
        """Deliver one message; returns whether it was acknowledged to its end."""
        self.tally.messages += 1
        if fault in (Fault.CUT, Fault.SILENCE):
            self._break_off(content, self.silence if fault is Fault.SILENCE else 0)
        outcome = self._insist(content, damaged=fault is Fault.BAD_CHECKSUM)
        if fault is Fault.DUPLICATE and outcome is Outcome.ACKNOWLEDGED:
            self.tally.resent += 1
            outcome = self._insist(content, damaged=False)
        self.tally.acknowledged += outcome is Outcome.ACKNOWLEDGED
        self.tally.refused += outcome is Outcome.REFUSED
        self.tally.unanswered += outcome is Outcome.UNANSWERED
        return outcome is Outcome.ACKNOWLEDGED

    def _break_off(self, content: bytes, silence: float) -> None:
        try:
            self.speech.half(self.line, content)
            self.line.fall_silent(silence)
        except LineLost:
            pass  # whoever was cut off first: the message is to be sent anew
        self.line.close()
        self.tally.resent += 1

    def _insist(self, content: bytes, *, damaged: bool) -> Outcome:
        for attempt in range(self.attempts):
            if attempt:
                self.tally.resent += 1
                time.sleep(self.pause)
            try:
                outcome = self.speech.say(self.line, content, self.tally, damaged=damaged)
            except LineLost:
                outcome = Outcome.UNANSWERED
            if outcome is not Outcome.UNANSWERED:
                return outcome
            # A late answer to this attempt must not be taken for one to the next.
            self.line.close()
        return Outcome.UNANSWERED
