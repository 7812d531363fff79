"""Bytes as a person can read them: nothing hidden, nothing repaired, nothing left out.

Control characters are named, bytes that are no text in the character set are written as `\\xNN`,
and characters that print nothing or turn the direction of writing round are written by their code.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

# ISO 646 / ECMA-6 names; DEL stands alone above them.
_NAMES = (
    "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "HT", "LF", "VT", "FF", "CR", "SO", "SI",
    "DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC", "FS", "GS", "RS", "US",
)  # fmt: skip
_NEW_LINE = frozenset({"CR", "LF"})
# Without a glyph of their own: controls, formatting and joining marks, separators, surrogates,
# private and unassigned codes.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"})
_PLAIN = re.compile("[\x20-\x7e\xa1-\xac\xae-\u02ff]+")


class Kind(StrEnum):
    """What a piece of a message is."""

    TEXT = "TEXT"
    CONTROL = "CONTROL"  # shown by its name
    BYTE = "BYTE"  # no text in this character set
    HIDDEN = "HIDDEN"  # a character that could not be seen
    BREAK = "BREAK"  # a new line, of the page and not of the message


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a message, as it is shown."""

    kind: Kind
    text: str


def pieces(content: bytes, *, charset: str = "utf-8") -> list[Piece]:
    """Return what to show for these bytes; after CR, LF or both the page begins a new line.

    A `charset` that Python does not know is read as ASCII.
    """
    found: list[Piece] = []
    for piece in _pieces(content.decode(_known(charset), "surrogateescape")):
        if found and piece.kind is found[-1].kind and piece.kind in (Kind.TEXT, Kind.BYTE):
            found[-1] = Piece(piece.kind, found[-1].text + piece.text)
        else:
            found.append(piece)
    return found


def plain(content: bytes, *, charset: str = "utf-8") -> str:
    """Return the same as one line of text, with control characters as `<NAME>`."""
    shown = (piece for piece in pieces(content, charset=charset) if piece.kind is not Kind.BREAK)
    return "".join(piece.text for piece in shown)


def of_text(text: str) -> list[Piece]:
    """Return what to show for a text that was decoded before."""
    return list(_pieces(text))


def _pieces(text: str) -> Iterator[Piece]:
    position = 0
    while position < len(text):
        plain_text = _PLAIN.match(text, position)
        if plain_text is not None:
            yield Piece(Kind.TEXT, plain_text[0])
            position = plain_text.end()
            continue
        piece = _one(text[position])
        yield piece
        position += 1
        if piece.kind is Kind.CONTROL and piece.text[1:-1] in _NEW_LINE:
            # CR LF is one end of a line.
            if not (text[position - 1] == "\r" and text[position : position + 1] == "\n"):
                yield Piece(Kind.BREAK, "\n")


@lru_cache(maxsize=4096)
def _one(character: str) -> Piece:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # what `surrogateescape` makes of a byte that is no text
        return Piece(Kind.BYTE, f"\\x{code - 0xDC00:02X}")
    if code < len(_NAMES):
        return Piece(Kind.CONTROL, f"<{_NAMES[code]}>")
    if code == 0x7F:
        return Piece(Kind.CONTROL, "<DEL>")
    if unicodedata.category(character) in _HIDDEN and character != " ":
        return Piece(Kind.HIDDEN, f"<U+{code:04X}>")
    return Piece(Kind.TEXT, character)


@lru_cache(maxsize=64)
def _known(charset: str) -> str:
    """Return the character set if each byte below 128 stands for itself in it, else ASCII.

    Escape sequences that switch sets (ISO-2022-JP) would vanish in decoding: they are shown.
    """
    try:
        b"\xff".decode(charset, "surrogateescape")
        is_plain = all(bytes([code]).decode(charset) == chr(code) for code in range(128))
    except (LookupError, UnicodeError):
        return "ascii"
    return charset if is_plain else "ascii"


_SHOWN = re.compile(rf"<({'|'.join(_NAMES)}|DEL)>|\\x([0-9A-F]{{2}})|(\r\n?|\n)")


def typed(text: str, *, charset: str = "utf-8") -> bytes:
    """Return the bytes of a message that somebody pasted, its control characters by name or as they are.

    The way back from what `pieces` shows: `<CR>` is the character, and a new line beside it is the
    page's. A text without any `<CR>` or `<LF>` ends its records with its own new lines. Raises
    UnicodeEncodeError for a character that the character set does not have.
    """
    is_named = "<CR>" in text or "<LF>" in text
    found, position = bytearray(), 0
    for match in _SHOWN.finditer(text):
        found += text[position : match.start()].encode(charset)
        position = match.end()
        name, digits, line_end = match.groups()
        if digits:
            found.append(int(digits, 16))
        elif name:
            found.append(0x7F if name == "DEL" else _NAMES.index(name))
        elif line_end and not is_named:
            found += b"\r"
    return bytes(found + text[position:].encode(charset))
