"""Both directions of MLLP on one connection: a link that receives, and one message of ours at a time.

    exchange = Exchange()
    exchange.offer(text)                    # at any time, where exchange.can_offer
    exchange.feed(data)                     # whatever a read gave
    while (event := exchange.next(now)) is not None:
        transport.write(exchange.settle(is_stored=store(event), reply=...))
    transport.write(exchange.outgoing(now)) # after every round, also the first
    delivery = exchange.delivery()          # of what was offered, once; None while it is under way
    ...                                     # at exchange.deadline(): expire(now) likewise
    event = exchange.close()                # the connection is lost; ask for the delivery after

What comes in is an answer to ours where MSA-2 is its control id, and nothing else is: an answer that
comes too late, to a message from before, is kept as a frame and settles nothing. After a silence the
connection must be closed before anything else is sent (`hang_up`).

What is waited for stands in our own message (MSH-15 and MSH-16; IHE LAW asks for the application's
answer alone). With neither, one answer is due in original mode, save to a message that answers itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import inf

from assays.instruments.delivery import Delivery, Fate
from assays.instruments.hl7 import mllp
from assays.instruments.hl7.header import Header, header
from assays.instruments.wire import Event, Verdict
from labsys.lib.wording import gettext_noop as _

ANSWER_SECONDS = 30.0
# What we call our own messages (`assays.actions.dispatches.new_control_id`).
OURS = re.compile(r"L\d{1,12}X[0-9A-F]{6}\Z")
# Results may name what they answer; they are results all the same.
_NO_ANSWERS = frozenset({"ORU", "OUL"})
# HL7 table 0357, but 207: what is wrong with the message is wrong with it the next time too.
_OF_CONTENT = re.compile(rb"(?<!\d)(?:10[0-4]|20[0-6])(?!\d)")
_BUSY = re.compile(rb"(?<!\d)207(?!\d)")
_ENDS = re.compile(rb"[\r\n]+")
_LONGEST_SAID = 300

SILENT = _("There was no answer in time.")
LOST = _("The connection was lost before the answer.")
_SAID = "It was answered %s: %s"
_SAID_NO_MORE = "It was answered %s, and not why."


@dataclass(frozen=True, slots=True)
class Awaited:
    """Which answers a message asks for: that it is kept, and what became of it."""

    commit: bool
    application: bool

    @property
    def any(self) -> bool:
        return self.commit or self.application


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """MSA-1 and MSA-2 of an answer, and its whole text."""

    code: str
    control_id: str
    text: bytes


def awaited(text: bytes) -> Awaited:
    """Return what our own message asks to be answered."""
    head = header(text)
    accept, application = head.field(15).strip(), head.field(16).strip()
    if not accept and not application:
        return Awaited(commit=False, application=not _has_answer(text, head))
    return Awaited(commit=accept == b"AL", application=application == b"AL")


def acknowledgement(text: bytes) -> Acknowledgement | None:
    """Return what a message answers, None where it answers nothing."""
    if b"MSA" not in text:
        return None
    head = header(text)
    if not head.is_there or head.kind in _NO_ANSWERS:
        return None
    for fields in _segments(text, head, b"MSA"):
        code, control_id = (*fields, b"", b"", b"")[1:3]
        return Acknowledgement(_ascii(code), _ascii(control_id), text)
    return None


def judge(answer: Acknowledgement, wanted: Awaited) -> Delivery | None:
    """Return what an answer settles; None where the one that is waited for is still to come.

    AA accepts; so does CA where nothing more was asked for. What names an error of the message's
    content (HL7 table 0357) is refused, and so is AR or CR. AE and CE else are the receiver's own
    trouble, as is 207: the same message may be taken later.
    """
    code = answer.code.upper()
    if code == "AA" or (code == "CA" and not wanted.application):
        return Delivery(Fate.ACCEPTED, answer=answer.text)
    if code == "CA":
        return None
    why = _said(answer.text)
    said = _SAID % (code[:20] or "?", why) if why else _SAID_NO_MORE % (code[:20] or "?")
    fate = Fate.REFUSED if _is_final(code, answer.text) else Fate.AGAIN
    return Delivery(fate, said, answer.text)


def _is_final(code: str, text: bytes) -> bool:
    named = b" ".join(_error_fields(text))
    if _OF_CONTENT.search(named):
        return True
    return code in ("AR", "CR") and not _BUSY.search(named)


def _error_fields(text: bytes) -> Iterator[bytes]:
    """Where an error's code may stand: ERR-3, before version 2.5 in ERR-1, and MSA-6."""
    head = header(text)
    for fields in _segments(text, head, b"ERR"):
        yield from (fields[number] for number in (1, 3) if number < len(fields))
    for fields in _segments(text, head, b"MSA"):
        yield from fields[6:7]


def _said(text: bytes) -> str:
    """Return the receiver's own words, as far as they can be shown."""
    head = header(text)
    found = [one for fields in _segments(text, head, b"MSA") for one in fields[3:4]]
    for fields in _segments(text, head, b"ERR"):
        found += fields[8:9] or fields[1:2]
    words = b"; ".join(one.strip() for one in found if one.strip())[:_LONGEST_SAID]
    shown = words.decode("utf-8", errors="backslashreplace")
    return "".join(c if c.isprintable() else " " for c in shown)


def _segments(text: bytes, head: Header, name: bytes) -> Iterator[list[bytes]]:
    start = name + head.separator
    for line in _ENDS.split(text):
        if line.startswith(start) or line.strip() == name:
            yield line.split(head.separator)


def _has_answer(text: bytes, head: Header) -> bool:
    return next(_segments(text, head, b"MSA"), None) is not None


def _ascii(content: bytes) -> str:
    return content.strip().decode("ascii", errors="backslashreplace")


class Exchange:
    """One connection. `seconds` is how long an answer may take."""

    def __init__(self, *, seconds: float = ANSWER_SECONDS, link: mllp.Link | None = None) -> None:
        self._link = link or mllp.Link()
        self._seconds = seconds
        self._text = b""  # under way
        self._control_id = ""
        self._awaited = Awaited(commit=False, application=False)
        self._is_written = False
        self._due = inf
        self._delivery: Delivery | None = None

    # --- what the link has

    @property
    def is_finished(self) -> bool:
        """Whether the connection must be closed: what it sends cannot be taken apart any more."""
        return self._link.is_finished

    def feed(self, data: bytes) -> None:
        self._link.feed(data)

    def next(self, now: float) -> Event | None:
        """Return what has to be stored next, or None where more bytes are needed."""
        event = self._link.next(now)
        return None if event is None else self._heard(event, now)

    def settle(self, *, is_stored: bool, reply: bytes = b"") -> bytes:
        """Apply the last event; return the `reply` to its message if it was stored."""
        return self._link.settle(is_stored=is_stored, reply=reply)

    def deadline(self) -> float | None:
        """When to call `expire`, on the clock given to `next`; None while nothing is waited for."""
        times = (self._link.deadline(), self._due)
        return min((time for time in times if time not in (None, inf)), default=None)

    def expire(self, now: float) -> Event | None:
        """Return the message that did not end in time, if there is one; see also `delivery`."""
        if now >= self._due:
            self._end(Delivery(Fate.AGAIN, SILENT, hang_up=True))
        return self._link.expire(now)

    def close(self) -> Event | None:
        """The connection is gone: return what has to be stored of it still, None where nothing."""
        if self._text:
            self._end(Delivery(Fate.AGAIN, LOST))
        return self._link.close()

    # --- what is sent

    @property
    def can_offer(self) -> bool:
        """Whether a message may be offered: none is under way, none's end waits to be asked for."""
        return not (self._text or self._delivery or self.is_finished)

    def offer(self, text: bytes) -> None:
        """Send this message as soon as the other end is not in the middle of one."""
        if not self.can_offer:
            raise RuntimeError("Another message is under way, or its end was not asked for.")
        self._text = text
        self._control_id = header(text).control_id
        self._awaited = awaited(text)

    def outgoing(self, now: float) -> bytes:
        """Return what is to be written now."""
        if not self._text or self._is_written or self._link.state is not mllp.State.BETWEEN:
            return b""
        data = block(self._text)
        if self._awaited.any:
            self._is_written, self._due = True, now + self._seconds
        else:
            self._end(Delivery(Fate.ACCEPTED))
        return data

    def delivery(self) -> Delivery | None:
        """Return what became of the message that was offered, once; None before."""
        delivery, self._delivery = self._delivery, None
        return delivery

    def _heard(self, event: Event, now: float) -> Event:
        """Take answers to messages of ours out of what came; their frames stay."""
        answer = _answer_in(event)
        if answer is None:
            return event
        if self._is_written and answer.control_id == self._control_id:
            verdict, delivery = Verdict.ANSWER, judge(answer, self._awaited)
            if delivery is not None:
                self._end(delivery)
            else:
                self._due = now + self._seconds
        elif OURS.match(answer.control_id):
            verdict = Verdict.STRAY
        else:
            return event
        *before, block_ = event.frames
        frames = (*before, replace(block_, verdict=verdict, message=0))
        return replace(event, frames=frames, messages=())

    def _end(self, delivery: Delivery) -> None:
        self._delivery = delivery
        self._text, self._control_id = b"", ""
        self._is_written, self._due = False, inf


def _answer_in(event: Event) -> Acknowledgement | None:
    found = [one for one in event.messages if one.is_complete]
    return acknowledgement(found[0].text) if found else None


def block(text: bytes) -> bytes:
    """Return a message as a block of MLLP."""
    return mllp.VT + text + mllp.FS + mllp.CR
