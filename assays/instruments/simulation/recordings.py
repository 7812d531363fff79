"""A recorded session cut into what an instrument sends at once, and whether it then waits.

Works on any bytes: what is neither a frame nor a control character goes with what follows it, so
that everything recorded is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assays.instruments.dialects import Dialect

ENQ, EOT, STX = b"\x05", b"\x04", b"\x02"
VT, FS_CR = b"\x0b", b"\x1c\r"
# ENQ; EOT; a frame from STX to the line feed after its checksum. Anything may stand before each.
_ASTM = re.compile(
    rb"[^\x02\x04\x05]*(?:\x05|\x04|\x02[^\x03\x17]*(?:[\x03\x17](?:[0-9A-Fa-f]{2})?\r?\n?)?)",
    re.DOTALL,
)
_HL7 = re.compile(rb".*?\x1c\r?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes sent at once; `awaits` says that the instrument waits for an answer before it goes on."""

    content: bytes
    awaits: bool


def dialect_of(recording: bytes) -> Dialect:
    """Tell by the first bytes which dialect a recording is in."""
    start = recording.lstrip(b"\x00\r\n\x11\x13\x0b")
    return Dialect.HL7 if start.startswith((b"MSH", b"FHS", b"BHS")) else Dialect.ASTM


def pieces(recording: bytes, dialect: Dialect) -> list[Piece]:
    """Cut a recording; the pieces joined are the recording, save that bare HL7 gets its block."""
    if dialect is Dialect.HL7:
        return list(_blocks(recording))
    return list(_frames(recording))


def _frames(recording: bytes) -> Iterator[Piece]:
    end = 0
    for match in _ASTM.finditer(recording):
        end = match.end()
        yield Piece(match[0], awaits=not match[0].endswith(EOT))
    if end < len(recording):
        yield Piece(recording[end:], awaits=False)


def _blocks(recording: bytes) -> Iterator[Piece]:
    if VT not in recording:
        yield Piece(VT + recording.rstrip(b"\r\n") + b"\r" + FS_CR, awaits=True)
        return
    end = 0
    for match in _HL7.finditer(recording):
        end = match.end()
        yield Piece(match[0], awaits=True)
    if end < len(recording):
        yield Piece(recording[end:], awaits=False)
