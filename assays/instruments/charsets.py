"""Bytes to text in a named character set, strictly: what cannot be read is never made up.

A wrong guess prints a wrong name or a wrong unit, so nothing is replaced and nothing is tried
twice. Refused beside impossible bytes: NUL (no database text can hold it), U+FFFD (the sender lost
letters before it sent), the control characters of ISO 8859, which are Windows letters in truth,
UTF-8 under the name of a character set whose letters are single bytes: it would read as other letters,
and an escape sequence that is none of the character set's: what follows it is of an unknown one.
"""

from __future__ import annotations

import codecs
import re

from assays.instruments.readings import Doubt
from assays.rules.filing import Hold

# Python's names for what HL7 table 0211 and people call them. ISO IR87 and its kin are switched to
# by escape sequences inside ASCII (ISO 2022); Mindray's UNICODE means UTF-8.
_CODECS = {
    "ASCII": "ascii",
    "US-ASCII": "ascii",
    "UTF-8": "utf-8",
    "UTF8": "utf-8",
    "UNICODE": "utf-8",
    "UNICODE UTF-8": "utf-8",
    "ISO IR6": "ascii",
    "ISO IR13": "iso2022_jp_ext",
    "ISO IR14": "iso2022_jp_ext",
    "ISO IR87": "iso2022_jp_ext",
    "ISO IR159": "iso2022_jp_ext",
    "LATIN-1": "iso8859-1",
    "SHIFT_JIS": "shift_jis",
    "GB 18030-2000": "gb18030",
    "KS X 1001": "euc_kr",
    **{f"8859/{part}": f"iso8859-{part}" for part in (*range(1, 12), 13, 14, 15)},
    **{
        f"{name}{part}": f"iso8859-{part}"
        for part in (*range(1, 12), 13, 14, 15)
        for name in ("ISO-8859-", "ISO8859-", "ISO8859/", "8859-")
    },
    **{f"{name}{page}": f"cp{page}" for page in range(1250, 1259) for name in ("WINDOWS-", "CP")},
    "GB2312": "gb2312",
    "GBK": "gbk",
    "BIG-5": "big5",
}
_SINGLE_BYTES = ("iso8859", "cp125")
_PIECE = 65_536
# Others keep what is left of a piece in a buffer that some bytes overflow.
_IN_PIECES = ("ascii", "utf-8", *_SINGLE_BYTES)
_LOST = "\x00\ufffd"
# What else no text holds, by the beginning of the codec's name. Python takes ESC for a character where
# it knows no such sequence, and the bytes behind it, whatever they are, for those of ISO 8859-1.
_NO_LETTERS = {"iso8859": "\x80-\x9f", "iso2022": "\x1b"}


def codec(name: str) -> str | None:
    """Return Python's name of a character set, or None for one that is not known here."""
    return _CODECS.get(name.strip().upper())


def first_wrong(content: bytes, python: str) -> int | None:
    """Return where the first byte stands that is none of a codec, or None.

    A long text is looked at piece by piece: as a whole it would take up to four times its bytes.
    """
    if not python.startswith(_IN_PIECES):
        return _place_of_wrong(content, python)
    decoder = codecs.getincrementaldecoder(python)()
    try:
        for start in range(0, len(content), _PIECE):
            decoder.decode(content[start : start + _PIECE], start + _PIECE >= len(content))
    except UnicodeDecodeError:
        return _place_of_wrong(content, python)
    return None


def _place_of_wrong(content: bytes, python: str) -> int | None:
    try:
        content.decode(python)
    except UnicodeDecodeError as wrong:
        return wrong.start
    return None


def decode(content: bytes, charset: str) -> str | Doubt:
    """Return the text, or why the bytes are none in this character set."""
    python = codec(charset)
    if python is None:
        return _doubt(charset, "this character set is not known here")
    try:
        text = content.decode(python)
    except UnicodeDecodeError as wrong:
        return _doubt(charset, f"byte 0x{content[wrong.start]:02X} at position {wrong.start}")
    if python.startswith(_SINGLE_BYTES) and _is_utf_8(content):
        return _doubt(charset, "they are UTF-8")
    found = re.search(f"[{_LOST}{_NO_LETTERS.get(python[:7], '')}]", text)
    if found is None:
        return text
    # One character may be several bytes: the position counts those before it.
    position = len(text[: found.start()].encode(python))
    return _doubt(charset, f"U+{ord(found.group()):04X} at byte {position}")


def _is_utf_8(content: bytes) -> bool:
    """Whether letters outside ASCII stand there as UTF-8 writes them; in no other text they do."""
    if content.isascii():
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _doubt(charset: str, detail: str) -> Doubt:
    return Doubt(Hold.UNDECODABLE, {"charset": charset[:40], "detail": detail})
