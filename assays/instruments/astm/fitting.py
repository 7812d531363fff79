"""How a frame fits what came before it in its conversation."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assays.instruments.astm.options import STANDARD, LinkOptions
from assays.instruments.astm.scanning import ETX
from assays.instruments.astm.steps import Input, Step
from assays.instruments.wire import Verdict

_I = Input
_FRAME = re.compile(rb"\x02(.)(.*)([\x03\x17])([0-9A-Fa-f]{2})\r?\n?", re.DOTALL)
_UNSUMMED = re.compile(rb"\x02(.)(.*)([\x03\x17])[0-9A-Fa-f]{0,2}\r?\n?", re.DOTALL)
_BARE = re.compile(rb"\x02(.*)([\x03\x17])", re.DOTALL)
# A sender repeats a frame that often and gives up; one that still goes on does not repeat.
_MOST_REFUSED = 6
_REFUSED = frozenset(
    {
        _I.STRAY,
        _I.ADRIFT,
        _I.CHANGED,
        _I.DAMAGED,
        _I.MALFORMED,
        _I.RESTARTED,
        _I.CUT,
        _I.TOO_LONG,
        _I.DUE,
    }
)


@dataclass(frozen=True, slots=True)
class Memory:
    """What of a conversation decides how the next frame fits."""

    due: int = 1
    last: bytes | None = None  # the last accepted frame, without checksum and line end
    owed: int | None = None  # the number of a refused frame that was not repaired
    refused: bytes = b""  # the last refused frame, until one is accepted
    unread: int = 0  # refused frames, one after another, whose number could not be read


@dataclass(frozen=True, slots=True)
class Content:
    """A frame taken apart; `number` is None where no number stands."""

    number: int | None
    body: bytes = b""
    text: bytes = b""
    is_last: bool = False
    is_whole: bool = False
    is_right: bool = False


def read(content: bytes, options: LinkOptions = STANDARD) -> Content:
    """Take a frame apart and check its sum: number to ETB or ETX, modulo 256."""
    if options.frameless:
        return _bare(content)
    found = (_FRAME if options.has_checksum else _UNSUMMED).fullmatch(content)
    if found is None:
        return Content(_number(content[1:2]))
    body = content[1 : found.end(3)]
    return Content(
        number=_number(found[1]),
        body=body,
        text=found[2],
        is_last=found[3] == ETX,
        is_whole=True,
        is_right=not options.has_checksum or sum(body) & 0xFF == int(found[4], 16),
    )


def _bare(content: bytes) -> Content:
    found = _BARE.fullmatch(content)
    if found is None:
        return Content(None)
    is_last = found[2] == ETX
    return Content(None, content, found[1], is_last=is_last, is_whole=True, is_right=True)


def _number(digit: bytes) -> int | None:
    return int(digit) if digit.isdigit() else None


def fit(frame: Content, memory: Memory, options: LinkOptions = STANDARD) -> Input:
    """Say how a frame fits what came before.

    A sender that counts to 9 comes to the due number without having repeated anything: from a
    right frame with a number that does not exist on, nothing is taken. Without numbers every frame
    that came whole is the next one.
    """
    if options.frameless:
        return _I.DUE if frame.is_whole else _I.MALFORMED
    before = (memory.due - 1) % options.numbering
    is_beyond = frame.is_right and (frame.number is None or frame.number >= options.numbering)
    if is_beyond or memory.unread > _MOST_REFUSED:
        return _I.ADRIFT if frame.is_whole else _I.MALFORMED
    if frame.is_right and frame.number == before and memory.last is not None:
        return _I.AGAIN if frame.body == memory.last else _I.CHANGED
    if frame.number is not None and memory.owed not in (None, frame.number):
        # The number that is due, after another than the one before it, is a repair; after that one
        # it is a sender that just goes on counting.
        if frame.number != memory.due or memory.owed == before:
            return _I.ADRIFT if frame.is_whole else _I.MALFORMED
    if not frame.is_whole or frame.number is None or frame.number >= options.numbering:
        return _I.MALFORMED
    if not frame.is_right:
        return _I.DAMAGED
    return _I.DUE if frame.number == memory.due else _I.STRAY


def remember(
    memory: Memory,
    input_: Input,
    step: Step,
    frame: Content | None,
    content: bytes,
    options: LinkOptions = STANDARD,
) -> Memory:
    if step.takes and frame:
        return Memory(due=(memory.due + 1) % options.numbering, last=frame.body)
    if input_ is _I.BID:
        return Memory(due=options.first, refused=memory.refused)
    if input_ is _I.AGAIN:
        # A repetition that came damaged first is repaired by this one; a next frame is not.
        is_repair = step.verdict is Verdict.REPEATED and memory.owed != memory.due
        return Memory(memory.due, memory.last) if is_repair else memory
    if input_ not in _REFUSED:
        return memory
    if frame is None or frame.number is None:
        # Whatever its number was, the one that is due has not come.
        owed = memory.due if memory.owed is None else memory.owed
        return Memory(memory.due, memory.last, owed, content, memory.unread + 1)
    return Memory(memory.due, memory.last, frame.number, content)
