"""ASTM over TCP as the sending side of LIS1-A: a bid, a frame, its answer, the next frame, an end."""

from __future__ import annotations

import time
from collections.abc import Iterator

from assays.senders.delivering import Outcome
from assays.senders.lines import Line, Tally

ENQ, ACK, NAK, EOT = b"\x05", b"\x06", b"\x15", b"\x04"
STX, ETX, ETB = b"\x02", b"\x03", b"\x17"
LONGEST_TEXT = 240
# Of one frame, before the sender gives up (LIS1-A 6.5.1.2).
FAILURES = 6
CONTENTION_SECONDS = 1


def frames(content: bytes) -> Iterator[bytes]:
    """Cut records into frames: one or more for each record, numbered from 1, modulo 8."""
    number = 0
    records = content.split(b"\r")[:-1]
    for record in records:
        text = record + b"\r"
        for start in range(0, len(text), LONGEST_TEXT):
            number = (number + 1) % 8
            part = text[start : start + LONGEST_TEXT]
            end = ETX if start + LONGEST_TEXT >= len(text) else ETB
            body = str(number).encode() + part + end
            yield STX + body + f"{sum(body) % 256:02X}".encode() + b"\r\n"


def damage(frame: bytes) -> bytes:
    """Return the frame as a disturbed line delivers it: one bit of its text differs."""
    place = len(frame) // 2
    return frame[:place] + bytes([frame[place] ^ 0x01]) + frame[place + 1 :]


class Frames:
    """Says messages frame by frame, each in a conversation of its own."""

    def say(self, line: Line, content: bytes, tally: Tally, *, damaged: bool) -> Outcome:
        if not self._bid(line, tally):
            return Outcome.UNANSWERED
        for place, frame in enumerate(frames(content)):
            if not self._send(line, frame, tally, damaged=damaged and place == 1):
                line.send(EOT)
                return Outcome.UNANSWERED
        line.send(EOT)
        return Outcome.ACKNOWLEDGED

    def half(self, line: Line, content: bytes) -> None:
        tally = Tally()  # of what is not meant to arrive, nothing is counted
        if not self._bid(line, tally):
            return
        first, second, *_others = frames(content)
        self._send(line, first, tally, damaged=False)
        line.send(second[: len(second) // 2])

    def _bid(self, line: Line, tally: Tally) -> bool:
        for _attempt in range(FAILURES):
            line.send(ENQ)
            answer = line.receive()
            if answer.endswith(ENQ):  # both want to send; an instrument bids again first
                time.sleep(CONTENTION_SECONDS)
                continue
            tally.naks += NAK in answer
            return answer.endswith(ACK)
        return False

    def _send(self, line: Line, frame: bytes, tally: Tally, *, damaged: bool) -> bool:
        for attempt in range(FAILURES):
            tally.resent += attempt > 0
            line.send(damage(frame) if damaged and attempt == 0 else frame)
            answer = line.receive()
            if answer.endswith((ACK, EOT)):
                return True
            if NAK not in answer:
                return False
            tally.naks += 1
        return False
