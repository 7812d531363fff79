"""HL7 v2 messages as trees: the one module that parses HL7.

python-hl7 gives the same fields (a test compares them over real messages) and takes many times as
long, because it splits what nobody asks for; see `bench/hl7_parsing.py`. Here a segment is split
into fields, and a field only when it is read.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from assays.instruments import charsets
from assays.instruments.messages import too_large, unreadable
from assays.instruments.readings import Doubt
from assays.instruments.segments import Delimiters, Segment

NAME = re.compile(r"[A-Z][A-Z0-9]{2}\Z")
# Within one message CR ends a segment; a line feed does where no CR is used, or where it is
# followed by what can only be another segment.
_ENDS = re.compile(r"\r\n?|\n(?=[A-Z][A-Z0-9]{2}[^A-Za-z0-9\s])|\n\Z")
_PLAIN = {"H": "", "N": "", ".br": "\n", ".sp": "\n", ".BR": "\n", ".SP": "\n"}
# Another header, whatever noise stands before it.
_SECOND = re.compile(r"[^A-Za-z0-9]*MSH")
_CHARSET = 18
_ISO_2022 = "ISO IR87"
# Letters of two bytes, up to the sequence that ends them: among the bytes are those of delimiters.
_TWO_BYTES = re.compile(rb"\x1b\$\(?[@BD].*?(?:\x1b\([BJ]|\Z)", re.DOTALL)
# The same where no sequence switches to them, by the beginning of the codec's name.
_PAIRS = {
    "gb": re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]"),
    "big5": re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]"),
    "shift_jis": re.compile(rb"[\x81-\x9f\xe0-\xfc][\x40-\x7e\x80-\xfc]"),
}
# In a longer header letters are not looked for: nobody has one.
_LONGEST_HEADER = 65_536
_NOT_ALONE = frozenset({"ISO IR13", "ISO IR14", "ISO IR87", "ISO IR159"})


@dataclass(frozen=True, slots=True)
class Tree:
    """The segments of one message; the first is MSH."""

    segments: list[Segment]
    charset: str

    @property
    def header(self) -> Segment:
        return self.segments[0]


def parse(content: bytes, *, charset: str = "ASCII") -> Tree | Doubt:
    """Take a message apart; `charset` holds where MSH-18 is empty (the standard says ASCII)."""
    content = content.strip(b"\r\n \x0b\x1c")
    bare = content.removeprefix(codecs.BOM_UTF8)
    declared = declared_charset(bare) or ("UTF-8" if bare != content else charset)
    content = bare
    text = charsets.decode(content, declared)
    if isinstance(text, Doubt):
        return text
    delimiters = declared_delimiters(text, charsets.codec(declared) or "ascii")
    if isinstance(delimiters, Doubt):
        return delimiters
    if (doubt := too_large(text, delimiters.field)) is not None:
        return doubt
    segments = split(text, delimiters)
    for number, one in enumerate(segments[1:], start=2):
        if _SECOND.match(one.name):
            return unreadable(f"segment {number} is a second header (MSH)")
    return Tree(segments, declared)


def split(text: str, delimiters: Delimiters) -> list[Segment]:
    """Return the segments of a text; field n is the standard's, MSH-1 being the separator."""
    lines = _ENDS.split(text) if "\r" in text else text.split("\n")
    mark = delimiters.field
    segments: list[Segment] = []
    for line in lines:
        if line.strip():
            fields = line.split(mark)
            if not segments:
                fields.insert(1, mark)
            segments.append(Segment(fields[0], fields, delimiters))
    return segments


def header_fields(line: bytes, most: int = _CHARSET) -> list[bytes]:
    """Cut an MSH segment, not decoded yet, at its separator, but not inside a letter."""
    mark = line[3:4]
    plain = line.split(mark, most) if mark else []
    has_escapes = b"\x1b" in line
    if not mark or len(line) > _LONGEST_HEADER or (line.isascii() and not has_escapes):
        return plain
    if has_escapes:
        return _cut(line, mark, most, _TWO_BYTES)
    if charsets.codec(_charset_in(plain, line[5:6])):
        return plain
    for name, letters in _PAIRS.items():
        fields = _cut(line, mark, most, letters)
        if (charsets.codec(_charset_in(fields, line[5:6])) or "").startswith(name):
            return fields
    return plain


def _cut(line: bytes, mark: bytes, most: int, letters: re.Pattern[bytes]) -> list[bytes]:
    fields: list[bytes] = []
    start = 0
    for field in letters.sub(lambda found: b"?" * len(found[0]), line).split(mark, most):
        fields.append(line[start : start + len(field)])
        start += len(field) + len(mark)
    return fields


def declared_charset(content: bytes) -> str:
    """Return MSH-18 of bytes that were not decoded yet; several that need each other as one."""
    line = re.split(rb"[\r\n]", content, maxsplit=1)[0]
    return _charset_in(header_fields(line), line[5:6])


def _charset_in(fields: list[bytes], repeats_by: bytes) -> str:
    if len(fields) < _CHARSET:
        return ""
    repeat = repeats_by.decode("latin-1")
    text = fields[_CHARSET - 1].decode("latin-1").strip()
    named = [one.strip() for one in text.split(repeat)] if repeat else [text]
    # ISO 2022 begins in ASCII and switches by escape sequences: one codec reads them all.
    if _NOT_ALONE & {one.upper() for one in named}:
        return _ISO_2022
    return named[0] if len(set(named)) == 1 else text


def declared_delimiters(text: str, codec: str) -> Delimiters | Doubt:
    """Return what MSH-1 and MSH-2 declare; MSH-2 has four characters, or five since version 2.7."""
    mark = text[3:4]
    declared = text[4:].split(mark, 1)[0] if mark else ""
    used = mark + declared
    if not text.startswith("MSH"):
        return unreadable("it does not begin with an MSH segment")
    if not 2 <= len(declared) <= 5 or any(c.isalnum() or c.isspace() for c in used):
        return unreadable(f"its MSH declares no delimiters (“{text[3:9]}”)")
    if len(set(used)) < len(used):
        return unreadable(f"its MSH declares one delimiter twice (“{used}”)")
    component, repeat, escape, subcomponent = (*declared[:4], "", "")[:4]
    return Delimiters(
        field=mark,
        component=component,
        repeat=repeat,
        escape=escape,
        subcomponent=subcomponent,
        unescape=_unescape,
        codec=codec,
    )


def _unescape(sequence: str, delimiters: Delimiters) -> str | None:
    if sequence[:1] == "X":
        return delimiters.from_hex(sequence[1:])
    return {
        "F": delimiters.field,
        "S": delimiters.component,
        "T": delimiters.subcomponent,
        "R": delimiters.repeat,
        "E": delimiters.escape,
        **_PLAIN,
    }.get(sequence)
