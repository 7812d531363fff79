"""The receiving side of MLLP; see `assays.instruments.wire` for its use.

    VT message FS CR

A block is taken at its FS: the CR after it may never come, and is kept at the head of the next frame.
Bytes between blocks are noise. A sender that omits VT is understood where its block starts with MSH.
What a message means, and how it is answered, is no matter of this layer: its answer is given to
`settle`, which hands it on only where the message was stored. What was not stored gets no answer, so
that its sender keeps it and sends it again.

The conversation is the connection. It begins with the first event and ends with `close`; a block that
is too long, or takes too long, ends it earlier, and `is_finished` then asks for the connection to be
closed. `now` is any clock in seconds that only goes forward.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from assays.instruments.dialects import Dialect
from assays.instruments.wire import Assembled, Event, Frame, Verdict
from assays.rules.states import SessionState
from labsys.lib.wording import gettext_noop as _

VT, FS, CR = b"\x0b", b"\x1c", b"\r"
BLOCK_LIMIT = 16 * 1024 * 1024
BLOCK_SECONDS = 60.0
# Bytes outside blocks are handed on in pieces of this size at most.
NOISE_LIMIT = 4_096

LOST = _("The connection was lost before the end of the message.")
RESTARTED = _("Another message began before the end of this one.")
TOO_LONG = _("The message is longer than is taken.")
TOO_SLOW = _("The end of the message did not come in time.")

# A vertical tab may stand in a text; one before MSH begins another message.
_INSIDE = re.compile(rb"\x1c|\x0bMSH")
_OUTSIDE = re.compile(rb"[\x0b\x1c]")
_FILLING = b"\r\n\x00"
_HAS_TEXT = re.compile(rb"[^\x1c\r\n]")
_HEAD = b"MSH"


class State(StrEnum):
    BETWEEN = "BETWEEN"
    INSIDE = "INSIDE"
    FINISHED = "FINISHED"


class Input(StrEnum):
    """What ends a piece of the stream."""

    BEGIN = "BEGIN"  # VT, or MSH where a block may stand
    END = "END"  # FS
    TOO_LONG = "TOO_LONG"
    TOO_SLOW = "TOO_SLOW"
    LOST = "LOST"


@dataclass(frozen=True, slots=True)
class Step:
    """What the bytes up to there are, and where they lead; a remark makes a message incomplete."""

    to: State
    verdict: Verdict
    is_message: bool = False
    remark: str = ""
    ends: SessionState | None = None


_ENDED, _LOST, _SILENT = SessionState.ENDED, SessionState.LOST, SessionState.SILENT
TABLE: dict[State, dict[Input, Step]] = {
    State.BETWEEN: {
        Input.BEGIN: Step(State.INSIDE, Verdict.NOISE),
        # An end without a beginning: nothing of it can be read.
        Input.END: Step(State.BETWEEN, Verdict.MALFORMED),
        Input.TOO_LONG: Step(State.BETWEEN, Verdict.NOISE),
        Input.TOO_SLOW: Step(State.BETWEEN, Verdict.NOISE),
        Input.LOST: Step(State.FINISHED, Verdict.NOISE, ends=_ENDED),
    },
    State.INSIDE: {
        Input.BEGIN: Step(State.INSIDE, Verdict.CUT, True, RESTARTED),
        Input.END: Step(State.BETWEEN, Verdict.ACCEPTED, True),
        Input.TOO_LONG: Step(State.FINISHED, Verdict.TOO_LONG, True, TOO_LONG, _LOST),
        Input.TOO_SLOW: Step(State.FINISHED, Verdict.CUT, True, TOO_SLOW, _SILENT),
        Input.LOST: Step(State.FINISHED, Verdict.CUT, True, LOST, _LOST),
    },
    State.FINISHED: {input_: Step(State.FINISHED, Verdict.NOISE) for input_ in Input},
}


@dataclass(frozen=True, slots=True)
class _Pending:
    step: Step
    counts: int


class Link:
    """One connection. `limit` is that of a block in bytes, `seconds` the time it may take."""

    def __init__(self, *, limit: int = BLOCK_LIMIT, seconds: float = BLOCK_SECONDS) -> None:
        self._buffer = bytearray()
        self._limit, self._seconds = limit, seconds
        self._state = State.BETWEEN
        self._noise = 0  # bytes of the buffer before the block under way
        self._seen = 0
        self._is_known = False  # whether the first event of the connection was stored
        self._number = 0
        self._began_at: float | None = None
        self._pending: _Pending | None = None

    @property
    def state(self) -> State:
        return self._state

    @property
    def is_finished(self) -> bool:
        """Whether the connection must be closed: what it sends cannot be taken apart any more."""
        return self._state is State.FINISHED

    def feed(self, data: bytes) -> None:
        if not self.is_finished:
            self._buffer += data

    def next(self, now: float) -> Event | None:
        """Return what has to be stored next, or None where more bytes are needed."""
        self._check_settled()
        while not self.is_finished:
            if self._state is State.BETWEEN:
                found = self._between()
                if found is None:
                    return None
                input_, end = found
                if input_ is not Input.BEGIN:
                    return self._event(input_, end)
                self._noise, self._seen = end, end + 1
                self._state = State.INSIDE
            if self._began_at is None:
                self._began_at = now
            return self._inside()
        return None

    def settle(self, *, is_stored: bool, reply: bytes = b"") -> bytes:
        """Apply the last event; return the `reply` to its message if it was stored."""
        pending, self._pending = self._pending, None
        if pending is None:
            raise RuntimeError("There is no event to settle.")
        self._state = pending.step.to
        if self.is_finished:
            self._buffer.clear()
        if not is_stored:
            return b""
        self._is_known = True
        self._number += pending.counts
        return reply

    def deadline(self) -> float | None:
        """When to call `expire`, on the clock given to `next`; None between blocks."""
        if self._pending or self._began_at is None or self._state is not State.INSIDE:
            return None
        return self._began_at + self._seconds

    def expire(self, now: float) -> Event | None:
        """Return the message that did not end in time, if the deadline has passed."""
        deadline = self.deadline()
        if deadline is None or now < deadline:
            return None
        return self._event(Input.TOO_SLOW, len(self._buffer))

    def close(self) -> Event | None:
        """The connection is gone: return what has to be stored of it still, None where nothing."""
        self._check_settled()
        if self.is_finished or not (self._is_known or self._buffer):
            return None
        return self._event(Input.LOST, len(self._buffer))

    def _check_settled(self) -> None:
        if self._pending is not None:
            raise RuntimeError("The last event is not settled.")

    def _between(self) -> tuple[Input, int] | None:
        """Find the beginning of a block, or the end of what is none."""
        most = min(len(self._buffer), NOISE_LIMIT)
        while self._seen < most and self._buffer[self._seen] in _FILLING:
            self._seen += 1
        if self._seen >= NOISE_LIMIT:
            return Input.TOO_LONG, NOISE_LIMIT
        head = bytes(self._buffer[self._seen : self._seen + len(_HEAD)])
        if not head or (head != _HEAD and _HEAD.startswith(head)):
            return None
        if head == _HEAD:
            return Input.BEGIN, self._seen
        found = _OUTSIDE.search(self._buffer, self._seen)
        at = found.start() if found else len(self._buffer)
        if at >= NOISE_LIMIT:
            return Input.TOO_LONG, NOISE_LIMIT
        if found is None:
            return None
        return (Input.BEGIN, at) if found[0] == VT else (Input.END, at + 1)

    def _inside(self) -> Event | None:
        # Looked at again: the last bytes may be the first of "VT MSH".
        found = _INSIDE.search(self._buffer, max(self._seen, self._noise + 1))
        # Where another message may be beginning, its first bytes are not of this one.
        end = self._before_head() if found is None else found.start()
        if end - self._noise >= self._limit:
            return self._event(Input.TOO_LONG, self._noise + self._limit)
        if found is None:
            self._seen = len(self._buffer) - len(_HEAD)
            return None
        if found[0] == FS:
            return self._event(Input.END, end + 1)
        return self._event(Input.BEGIN, end)

    def _before_head(self) -> int:
        """Return where the buffer ends, save for what may be the first of "VT MSH"."""
        size = len(self._buffer)
        for length in range(len(_HEAD), 0, -1):
            if self._buffer.endswith((VT + _HEAD)[:length]):
                return size - length
        return size

    def _event(self, input_: Input, end: int) -> Event:
        step = TABLE[self._state][input_]
        noise = bytes(self._buffer[: self._noise])
        # The CR that ended the block before: no frame of its own.
        start = 0 if not noise.strip(b"\r\n") else len(noise)
        with memoryview(self._buffer) as view:
            content = bytes(view[start:end])
        del self._buffer[:end]
        self._noise = self._seen = 0
        self._began_at = None
        frames: tuple[Frame, ...] = (Frame(noise, Verdict.NOISE),) if start else ()
        messages: tuple[Assembled, ...] = ()
        text = _text(content, len(noise) - start, is_whole=not step.remark)
        if step.is_message and _HAS_TEXT.search(text):
            number = self._number + 1
            frames += (Frame(content, step.verdict, number),)
            messages = (Assembled(number, text, Dialect.HL7, not step.remark, step.remark),)
        elif content:
            verdict = Verdict.MALFORMED if step.is_message else step.verdict
            frames += (Frame(content, verdict),)
        self._pending = _Pending(step, len(messages))
        return Event(frames, messages, not self._is_known, step.ends)


def _text(content: bytes, begin: int, *, is_whole: bool) -> bytes:
    """Return the message of a block, copied once: without VT, and FS where that ended it."""
    begin += content.startswith(VT, begin)
    return content[begin : len(content) - (is_whole and content.endswith(FS))]
