"""A simulated hospital's system at work: it tells and orders, and hears what the laboratory tells it.

What it hears comes over the line on which it tells, over a port of its own, or over both.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from assays.instruments.simulation import hl7, hospital
from assays.instruments.simulation.hospital import Heard, Writer
from assays.instruments.simulation.recordings import FS_CR, VT
from assays.senders.lines import CalledLine, Line, LineLost, Tally
from assays.senders.mllp import ACCEPTED
from labsys.lib.wording import Refused
from labsys.lib.wording import gettext_noop as _

_STEP_SECONDS = 0.2


class Answer(StrEnum):
    """What a result is answered."""

    ACCEPT = "AA"
    ERROR = "AE"  # the receiver's own trouble: it is sent again
    REFUSE = "AR"  # a person has to look at it
    SILENCE = "silence"


class AnswerRefused(Refused):
    """An answer that cannot be asked for; the sentence names it."""


@dataclass(frozen=True, slots=True)
class Answering:
    """What results are answered: the `every`-th message `code`, all others AA."""

    code: Answer = Answer.ACCEPT
    every: int = 1

    def to(self, number: int) -> Answer:
        return self.code if number % self.every == 0 else Answer.ACCEPT


def answering(text: str) -> Answering:
    """Read `CODE` or `CODE:N`: every result is answered so, or every N-th."""
    name, _colon, every = text.partition(":")
    if name not in list(Answer) or (every and not (every.isdecimal() and int(every) > 0)):
        raise AnswerRefused(
            "answer",
            _("“%(text)s” is no answer; there are %(known)s, each with :N for every N-th result."),
            text=text[:40],
            known=", ".join(Answer),
        )
    return Answering(Answer(name), int(every or 1))


@dataclass
class Peer:
    """A hospital's system: what it said, what it heard, and what it answered to that.

    `line` leads to the laboratory's listener; `door`, where there is one, is called by it.
    """

    line: Line
    writer: Writer
    door: CalledLine | None = None
    answers: Answering = field(default_factory=Answering)
    tell: Callable[[Heard, str], None] = lambda _heard, _answer: None
    tally: Tally = field(default_factory=Tally)
    heard: list[Heard] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._pending: dict[int, bytes] = {}
        self._lock = threading.Lock()
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._stand_at_the_door)

    def __enter__(self) -> Peer:
        if self.door is not None:
            self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._is_over.set()
        self.line.close()
        if self.door is not None:
            self._thread.join()
            self.door.hang_up()

    def say(self, content: bytes, *, attempts: int = 3) -> str:
        """Send a message until it is answered, so often at most; returns MSA-1, or nothing."""
        self.tally.messages += 1
        code = ""
        for attempt in range(attempts):
            self.tally.resent += attempt > 0
            try:
                self.line.send(VT + content + FS_CR)
                code = self._answer_to(hl7.control_id_of(content))
            except LineLost:
                self._pending.pop(id(self.line), None)
            if code:
                break
        self.tally.acknowledged += code in ACCEPTED
        self.tally.unanswered += not code
        self.tally.refused += bool(code) and code not in ACCEPTED
        return code

    def listen(self, seconds: float) -> None:
        """Hear what comes over the own line for so long; at the door somebody stands all the time."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            try:
                self._take(self.line, min(left, _STEP_SECONDS))
            except LineLost:
                self._pending.pop(id(self.line), None)
                time.sleep(min(left, _STEP_SECONDS))

    def _answer_to(self, control_id: str) -> str:
        until = time.monotonic() + self.line.patience
        while (left := until - time.monotonic()) > 0:
            for found in self._take(self.line, left):
                if found.answers == control_id and found.kind == "ACK":
                    return found.code
        return ""

    def _stand_at_the_door(self) -> None:
        assert self.door is not None
        while not self._is_over.is_set():
            try:
                self._take(self.door, _STEP_SECONDS)
            except LineLost:
                self._pending.pop(id(self.door), None)

    def _take(self, line: Line, seconds: float) -> list[Heard]:
        """Return what came over a line in that time, each answered where it wants an answer."""
        pending = self._pending.get(id(line), b"") + line.receive(seconds=seconds)
        *blocks, self._pending[id(line)] = pending.split(FS_CR)
        read = [hospital.read(block.lstrip(VT)) for block in blocks]
        found = [one for one in read if one is not None]
        for one in found:
            self._hear(one, line)
        return found

    def _hear(self, heard: Heard, line: Line) -> None:
        if heard.kind == "ACK":
            return
        with self._lock:
            self.heard.append(heard)
            answer = self._answer(heard)
        if answer and answer is not Answer.SILENCE:
            line.send(VT + self.writer.answer(heard, answer.value) + FS_CR)
        self.tell(heard, answer.value if answer else "")

    def _answer(self, heard: Heard) -> Answer | None:
        """Return what it is answered; what is itself an answer is answered nothing."""
        if heard.is_answer:
            return None
        return self.answers.to(sum(not one.is_answer for one in self.heard))
