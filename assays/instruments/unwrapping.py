"""Messages out of bytes in whatever wrapping they were kept: frames, blocks, or bare text.

Somebody pastes what they have: a capture of a wire, a file of an export, one message out of a log.
The link layers take apart what is framed, as they do on a connection; bare text is parted where a
message begins. Every byte that is not blank is part of a message, whole or not, or of what stands
between them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Protocol

from assays.instruments.astm import link as astm
from assays.instruments.astm.options import STANDARD, LinkOptions
from assays.instruments.astm.scanning import ENQ, STX
from assays.instruments.dialects import Dialect
from assays.instruments.hl7 import mllp
from assays.instruments.wire import Assembled, Event

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_START_OF_BLOCK = b"\x0b"
_BLANK = b"\r\n\t\x00 "
# A segment that begins an HL7 message, or a batch of them, or ends one.
_HL7_BEGINS = re.compile(rb"(?:\A|(?<=[\r\n]))(?=MSH[^\w\s])")
_HL7_BATCH = re.compile(rb"(?:\A|(?<=[\r\n]))(?:FHS|BHS|BTS|FTS)(?:[^\w\s][^\r\n]*)?(?:[\r\n]+|\Z)")
_ASTM_BEGINS = re.compile(rb"(?:\A|(?<=[\r\n]))(?=H[^\w\s])")
# Text in frames without number and checksum.
_BARE_FRAME = re.compile(rb"\x02([^\x02\x03]*)\x03")
_FRAME_TEXT = re.compile(rb"\x02[^\x02\x03\x17]*[\x03\x17]")
# Longer than a sender pauses inside a frame, shorter than any silence.
_PAUSE = 1.0
# What a stream of another framing has around a message, or between two: SOH, EOT, ENQ, ACK, NAK.
_LINE = rb"(?:\A|(?<=[\r\n]))"
_SIGNALS = b"\x01\x04\x05\x06\x15"
_AROUND = re.compile(_LINE + rb"[\x01\x04-\x06\x15]+")
# A log that lost the control characters of its frames keeps their numbers, and the checksums.
_NUMBERED = re.compile(rb"\s*[0-7]H[^\w\s]")
_FRAME_NUMBER = re.compile(_LINE + rb"[ \t]*[0-7](?=[HPORCQMSL][^\w\s])")
_CHECKSUM_ALONE = re.compile(_LINE + rb"[ \t]*[\x03\x17]?[0-9A-Fa-f]{2}[ \t]*(?:[\r\n]+|\Z)")
_WITH_CHECKSUM = re.compile(rb"[\x03\x17][0-9A-Fa-f]{2}")
_NO_HEADER = "It begins with no header that is known: MSH of HL7, or H of ASTM."


class _Link(Protocol):
    def feed(self, data: bytes) -> None: ...
    def next(self, now: float) -> Event | None: ...
    def settle(self, *, is_stored: bool, reply: bytes = b"") -> bytes: ...
    def expire(self, now: float) -> Event | None: ...
    def close(self) -> Event | None: ...


def unwrap(raw: bytes, framing: LinkOptions = STANDARD) -> list[Assembled]:
    """Return the messages in `raw`, in their order, numbered from 1; none of nothing.

    `framing` is that of the instrument; where nothing of it is whole, the standard's is tried.

    A message whose end is missing is one too, and says so (`is_complete`, `remark`).
    """
    raw = raw.removeprefix(_BYTE_ORDER_MARK)
    if _START_OF_BLOCK in raw:
        return _linked(mllp.Link(), raw)
    if STX in raw:
        return _framed(raw, framing)
    text = _AROUND.sub(b"", raw).rstrip(_SIGNALS)
    return _bare(_without_frames(text).strip(_BLANK + b"\x03\x1c"))


def lacks_end(message: Assembled) -> bool:
    """Whether an ASTM message has no L record: it is never filed, though it may be read."""
    if message.dialect is not Dialect.ASTM or not _ASTM_BEGINS.match(message.text.lstrip(_BLANK)):
        return False
    last = message.text.rstrip(_BLANK).replace(b"\n", b"\r").rsplit(b"\r", 1)[-1]
    return last[:1] != b"L"


def _framed(raw: bytes, framing: LinkOptions) -> list[Assembled]:
    # A capture may begin behind the bid; what stands before the first frame says nothing.
    bid = b"" if ENQ in raw[: raw.index(STX)] else ENQ
    ways = [framing, STANDARD]
    if _WITH_CHECKSUM.search(raw) is None:
        ways.append(replace(STANDARD, has_checksum=False))  # none was ever sent, or kept
    tried = [_linked(astm.Link(one), bid + raw) for one in dict.fromkeys(ways)]
    for found in tried:
        if any(one.is_complete and _begins(one.text.lstrip(_BLANK)) for one in found):
            return found
    # An editor, or a repository, wrote the ends of the records anew: the checksum says what they were.
    with_ends = _FRAME_TEXT.sub(lambda text: re.sub(rb"\r\n|\n", b"\r", text[0]), raw)
    if with_ends != raw:
        again = _linked(astm.Link(), bid + with_ends)
        if any(one.is_complete for one in again):
            return again
    for found in tried:  # whole, and of no dialect that begins with a header
        if any(one.is_complete for one in found):
            return found
    bare = b"".join(_BARE_FRAME.findall(raw))
    read = _bare(bare.strip(_BLANK)) if _begins(bare.lstrip(_BLANK)) else []
    return read or found


def _linked(link: _Link, raw: bytes) -> list[Assembled]:
    found: list[Assembled] = []
    link.feed(raw)
    event = link.next(0.0)
    # What lacks its line end alone has come whole: on a wire, a pause would say so.
    while (event := event or link.next(0.0) or link.expire(_PAUSE)) is not None:
        found += event.messages
        link.settle(is_stored=True)
        event = None
    while (event := link.close()) is not None:
        found += event.messages
        link.settle(is_stored=True)
    return found


def _begins(text: bytes) -> bool:
    return bool(_HL7_BEGINS.match(text) or _ASTM_BEGINS.match(text))


def _without_frames(text: bytes) -> bytes:
    """Take off the numbers and checksums of frames of which nothing else is left."""
    if _NUMBERED.match(text) is None:
        return text
    return _FRAME_NUMBER.sub(b"", _CHECKSUM_ALONE.sub(b"", text))


def _bare(text: bytes) -> list[Assembled]:
    if not text:
        return []
    without = _HL7_BATCH.sub(b"", text)
    if _HL7_BEGINS.search(without) and not _ASTM_BEGINS.match(text):
        return _parted(without, _HL7_BEGINS, Dialect.HL7)
    return _parted(text, _ASTM_BEGINS, Dialect.ASTM)


def _parted(text: bytes, begins: re.Pattern[bytes], dialect: Dialect) -> list[Assembled]:
    places = [found.start() for found in begins.finditer(text)]
    if not places:
        return [Assembled(1, text, dialect, False, _NO_HEADER)]
    parts = [text[: places[0]]] if text[: places[0]].strip(_BLANK) else []
    headless = len(parts)
    parts += [text[at:end] for at, end in zip(places, [*places[1:], None], strict=True)]
    return [
        Assembled(number, part, dialect, number > headless, "" if number > headless else _NO_HEADER)
        for number, part in enumerate(parts, start=1)
    ]
