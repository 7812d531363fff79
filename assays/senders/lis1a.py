"""ASTM over TCP: the sending side of LIS1-A, driven over a socket."""

from __future__ import annotations

from assays.instruments.astm import sending
from assays.instruments.astm.options import STANDARD, LinkOptions
from assays.instruments.astm.scanning import NAK, STX
from assays.instruments.astm.sending import Act, Patience, Sender
from assays.senders.delivering import Outcome
from assays.senders.lines import Line, Tally

_TOKEN_SECONDS = 1.0


def frames(content: bytes, options: LinkOptions = STANDARD) -> list[bytes]:
    """Cut records into frames: each record begins one of its own, a long one goes on in more.

    Without frames the whole is sent at once, as a sender does that waits for no token.
    """
    pieces = sending.framed(content, options)
    return [b"".join(pieces)] if options.frameless else pieces


def damage(frame: bytes) -> bytes:
    """Return the frame as a disturbed line delivers it: one bit of its text differs."""
    place = len(frame) // 2
    return frame[:place] + bytes([frame[place] ^ 0x01]) + frame[place + 1 :]


class Frames:
    """Says messages frame by frame, each in a conversation of its own."""

    def __init__(self, options: LinkOptions = STANDARD) -> None:
        self._options = options

    def say(self, line: Line, content: bytes, tally: Tally, *, damaged: bool) -> Outcome:
        sender = Sender(frames=frames(content, self._options), patience=_patience(line))
        act = sender.begin()
        while act.goes_on:
            # The second frame is damaged, the first time it is sent.
            is_damaged = damaged and sender.accepted == 1 and act.data.startswith(STX)
            damaged = damaged and not is_damaged
            act = self._step(sender, act, line, tally, is_damaged=is_damaged)
        if act.data:
            line.send(act.data)
            if self._options.frameless:
                line.receive(seconds=_TOKEN_SECONDS)  # EOT is acknowledged as well
        return Outcome.ACKNOWLEDGED if sender.is_delivered else Outcome.UNANSWERED

    def half(self, line: Line, content: bytes) -> None:
        sender = Sender(frames=frames(content, self._options), patience=_patience(line))
        act = sender.begin()
        while act.goes_on and not (sender.accepted == 1 and act.data):
            act = self._step(sender, act, line, Tally())
        if act.goes_on:
            line.send(act.data[: len(act.data) // 2])

    def _step(
        self, sender: Sender, act: Act, line: Line, tally: Tally, *, is_damaged: bool = False
    ) -> Act:
        if act.data:
            line.send(damage(act.data) if is_damaged else act.data)
        reply = line.receive(seconds=act.seconds)
        next_act = sender.receive(reply)
        tally.naks += NAK in reply
        tally.resent += NAK in reply and next_act.data.startswith(STX)
        return next_act


def _patience(line: Line) -> Patience:
    usual = Patience()
    return Patience(reply=line.patience, busy=min(usual.busy, line.patience))
