"""What the header of a picture says, read by bounded looks: nothing is decoded, nothing held.

The libraries that decode pictures keep whatever a header lists (a TIFF of 20 MB may list strips
that take them seconds and hundreds of megabytes); processes that answer pages leave these to the
process apart, and look here for the two numbers they need. Layouts: PNG, ISO/IEC 15948 (11.2.2);
JPEG, ITU-T T.81 (B.1.1.4, B.2.2); TIFF 6.0 (section 2), and BigTIFF, which counts in 8 bytes.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import IO

PNG = b"\x89PNG\r\n\x1a\n"
MOST_SEGMENTS = 4096  # of a JPEG before its picture; cameras and editors write some dozens
MOST_ENTRIES = 4096  # of a TIFF's first directory
FARTHEST = 2**40  # bytes into a file; no disk takes an arbitrary place
_START_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD8)})
_WIDTH, _HEIGHT = 256, 257
_WHOLE = {3: "H", 4: "I", 16: "Q"}  # types of whole numbers in a directory


class NoHeader(Exception):
    """The bytes are no PNG, JPEG or TIFF, or end before they say how large the picture is."""


@dataclass(frozen=True, slots=True)
class Found:
    """``kind`` is PNG, JPEG or TIFF; the size is in pixels as stored, before any turning."""

    kind: str
    width: int
    height: int


def read(file: IO[bytes]) -> Found:
    """Return what a file's first header says; raises NoHeader. Both sides are at least 1."""
    file.seek(0)
    start = file.read(8)
    if start == PNG:
        found = Found("PNG", *_png(file))
    elif start[:3] == b"\xff\xd8\xff":
        found = Found("JPEG", *_jpeg(file))
    elif start[:4] in {b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"}:
        found = Found("TIFF", *_tiff(file, "<" if start[:1] == b"I" else ">", b"+" in start[:4]))
    else:
        raise NoHeader
    if found.width < 1 or found.height < 1:
        raise NoHeader
    return found


def _png(file: IO[bytes]) -> tuple[int, int]:
    head = _exactly(file, 25)
    length, name = struct.unpack(">I4s", head[:8])
    if (length, name) != (13, b"IHDR") or zlib.crc32(head[4:21]) != _number(head[21:], ">I"):
        raise NoHeader
    width, height = struct.unpack(">II", head[8:16])
    return width, height


def _jpeg(file: IO[bytes]) -> tuple[int, int]:
    """Go from segment to segment to the start of the frame."""
    file.seek(2)
    for _segment in range(MOST_SEGMENTS):
        marker = _marker(file)
        if marker in _WITHOUT_LENGTH:
            continue
        length = _number(_exactly(file, 2), ">H")
        if marker in _START_OF_FRAME:
            _precision, height, width = struct.unpack(">BHH", _exactly(file, 5))
            return width, height
        if marker in {0xD9, 0xDA} or length < 2:  # its end, or its pixels, before its size
            raise NoHeader
        file.seek(length - 2, 1)
    raise NoHeader


def _marker(file: IO[bytes]) -> int:
    if _exactly(file, 1) != b"\xff":
        raise NoHeader
    for _fill in range(MOST_SEGMENTS):
        marker = _exactly(file, 1)[0]
        if marker != 0xFF:
            return marker
    raise NoHeader


def _tiff(file: IO[bytes], order: str, is_big: bool) -> tuple[int, int]:
    """Look through the first directory for width and height, which stand in it as they are."""
    file.seek(4)
    if is_big:
        if struct.unpack(order + "HH", _exactly(file, 4)) != (8, 0):
            raise NoHeader
        place, counted, size = order + "Q", order + "Q", 20
    else:
        place, counted, size = order + "I", order + "H", 12
    where = _number(_exactly(file, struct.calcsize(place)), place)
    if where > FARTHEST:
        raise NoHeader
    file.seek(where)
    entries = _number(_exactly(file, struct.calcsize(counted)), counted)
    if entries > MOST_ENTRIES:
        raise NoHeader
    directory = _exactly(file, entries * size)
    sides: dict[int, int] = {}
    for start in range(0, len(directory), size):
        entry = directory[start : start + size]
        tag, type_ = struct.unpack(order + "HH", entry[:4])
        number = _number(entry[4 : size - 8 if is_big else 8], place)
        if tag in {_WIDTH, _HEIGHT} and number == 1 and type_ in _WHOLE:
            value = order + _WHOLE[type_]
            sides.setdefault(tag, _number(entry[12 if is_big else 8 :], value))
    if len(sides) < 2:
        raise NoHeader
    return sides[_WIDTH], sides[_HEIGHT]


def _number(content: bytes, shape: str) -> int:
    size = struct.calcsize(shape)
    if len(content) < size:
        raise NoHeader
    return int(struct.unpack(shape, content[:size])[0])


def _exactly(file: IO[bytes], length: int) -> bytes:
    content = file.read(length)
    if len(content) < length:
        raise NoHeader
    return content
