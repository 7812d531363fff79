"""Where the frames of LIS1-A (LIS01-A2, E1381) begin and end in a stream of bytes.

    STX number text (ETB | ETX) checksum checksum CR LF

Nothing is judged here but the extent of each unit. However the stream is cut into reads, the units
are the same, and every byte is part of exactly one of them. A frame that lacks its CR LF ends where
something else begins; `finish` ends it when nothing does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

STX, ETX, EOT, ENQ, ACK, NAK, ETB = b"\x02", b"\x03", b"\x04", b"\x05", b"\x06", b"\x15", b"\x17"
# LIS01-A2: a frame has at most 64,000 characters, its overhead included.
FRAME_LIMIT = 64_000
# Bytes outside frames are handed on in pieces of this size at most.
NOISE_LIMIT = 4_096

_OUTSIDE = re.compile(rb"[\x02\x04\x05]")
_INSIDE = re.compile(rb"[\x02\x03\x04\x05\x17]")
_DIGITS = b"0123456789ABCDEFabcdef"
_BREAKS = STX + EOT + ENQ
_TRAILER = 4  # two digits of checksum, CR, LF


class Kind(StrEnum):
    """What was found in the stream."""

    ENQ = "ENQ"
    EOT = "EOT"
    FRAME = "FRAME"
    RESTARTED = "RESTARTED"  # a frame in whose text another began
    CUT = "CUT"  # a frame in whose text ENQ or EOT stood, or that nothing followed
    TOO_LONG = "TOO_LONG"
    NOISE = "NOISE"


@dataclass(frozen=True, slots=True)
class Unit:
    """One piece of the stream, and the bytes between the one before and it."""

    kind: Kind
    content: bytes
    noise: bytes = b""


class Scanner:
    """Cuts a stream into units. It holds at most one read, one frame and some noise."""

    def __init__(
        self, *, limit: int = FRAME_LIMIT, has_trailer: bool = True, has_checksum: bool = True
    ) -> None:
        self._buffer = bytearray()
        self._longest = limit - _TRAILER
        self._has_trailer = has_trailer  # else a frame ends with its ETX
        self._has_checksum = has_checksum
        self._start = -1  # of the frame under way
        self._seen = 0  # up to here nothing was found

    @property
    def is_inside(self) -> bool:
        """Whether a frame has begun and not ended."""
        return self._start >= 0

    @property
    def lacks_only_line_end(self) -> bool:
        """Whether the frame under way has its checksum, if it has any, and waits for CR LF alone."""
        if self._start < 0:
            return False
        found = _INSIDE.search(self._buffer, max(self._start + 1, self._seen))
        least = 2 if self._has_checksum else 0
        return found is not None and len(self._buffer) - found.end() >= least

    @property
    def has_only_begun(self) -> bool:
        """Whether STX has come, and nothing after it."""
        return self._start >= 0 and len(self._buffer) == self._start + 1

    def feed(self, data: bytes) -> None:
        self._buffer += data

    def next(self) -> Unit | None:
        """Return the next unit, or None where more bytes are needed."""
        if self._start < 0:
            found = self._outside()
            if found is not None or self._start < 0:
                return found
        return self._inside()

    def finish(self) -> Unit | None:
        """Return the frame that lacks only its line end, as it is."""
        return self._take(Kind.FRAME, len(self._buffer)) if self.lacks_only_line_end else None

    def rest(self) -> Unit | None:
        """Return what no end was found for; after it the scanner is empty."""
        if not self._buffer:
            return None
        kind = Kind.CUT if self._start >= 0 else Kind.NOISE
        return self._take(kind, len(self._buffer))

    def _outside(self) -> Unit | None:
        found = _OUTSIDE.search(self._buffer, self._seen)
        self._seen = found.start() if found else len(self._buffer)
        if self._seen >= NOISE_LIMIT:
            self._start = -1
            return self._take(Kind.NOISE, NOISE_LIMIT)
        if found is None:
            return None
        self._start = found.start()
        if found[0] == STX:
            return None
        return self._take(Kind.ENQ if found[0] == ENQ else Kind.EOT, self._start + 1)

    def _inside(self) -> Unit | None:
        found = _INSIDE.search(self._buffer, max(self._start + 1, self._seen))
        self._seen = found.start() if found else len(self._buffer)
        if self._seen - self._start >= self._longest:
            return self._take(Kind.TOO_LONG, self._start + self._longest)
        if found is None:
            return None
        if found[0] == STX:
            return self._take(Kind.RESTARTED, found.start())
        if found[0] in (ENQ, EOT):
            return self._take(Kind.CUT, found.start())
        end = self._end_of_trailer(found.end())
        return None if end is None else self._take(Kind.FRAME, end)

    def _end_of_trailer(self, at: int) -> int | None:
        if not self._has_trailer:
            return at
        for place in range(_TRAILER):
            if at + place >= len(self._buffer):
                return None
            byte = self._buffer[at + place]
            if place < 2 and not self._has_checksum:
                if byte in b"\r\n":  # none stands there: the line ends at once
                    return self._end_of_line(at + place)
                is_part = byte in _DIGITS
            elif place < 2:
                is_part = byte not in _BREAKS and byte not in b"\r\n"
            else:
                is_part = byte == b"\r\n"[place - 2]
            if not is_part:
                return at + place
        return at + _TRAILER

    def _end_of_line(self, at: int) -> int | None:
        if self._buffer[at] == b"\n"[0]:
            return at + 1
        if at + 1 >= len(self._buffer):
            return None
        return at + 2 if self._buffer[at + 1] == b"\n"[0] else at + 1

    def _take(self, kind: Kind, end: int) -> Unit:
        start = max(self._start, 0)
        unit = Unit(kind, bytes(self._buffer[start:end]), bytes(self._buffer[:start]))
        del self._buffer[:end]
        self._start, self._seen = -1, 0
        return unit
