"""A message as a tree to look at: its records, their fields, and what a field is usually called.

For reading only; nothing is decided by it. It shows what is there, also of a message that no driver
can read: bytes that are no text are written as `\\xNN`.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from assays.instruments import charsets
from assays.instruments.astm import records
from assays.instruments.dialects import Dialect
from assays.instruments.field_names import ASTM, ASTM_RECORDS, HL7, HL7_SEGMENTS
from assays.instruments.hl7 import tree as hl7
from assays.instruments.messages import too_large
from assays.instruments.readings import Doubt
from assays.instruments.segments import Segment

# A page shows the beginning of what is longer.
MOST_RECORDS = 2000
MOST_FIELDS = 200
MOST_PARTS = 100
LONGEST_VALUE = 2000
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Node:
    """A record (`R|2`, `OBX[3]`), a field (`R.4`, `OBX-5`) or a part of one (`R.4.2`, `OBX-5(2)`).

    `title` is its usual name in English, to be translated where it is shown; `value` the text there
    with its escapes resolved, empty where the parts say it.
    """

    label: str
    title: str = ""
    value: str = ""
    parts: tuple[Node, ...] = ()


def tree(content: bytes, dialect: Dialect | str, charset: str | None = None) -> tuple[Node, ...]:
    """Return the records of a message, or none where it has no header to say how it is written."""
    dialect = Dialect(dialect)
    if dialect is Dialect.ASTM and content.lstrip()[:3] != b"MSH":
        return _astm(content, charset or "UTF-8")
    return () if dialect is Dialect.HTTP else _hl7(content, charset or "UTF-8")


def _astm(content: bytes, charset: str) -> tuple[Node, ...]:
    found = records.split(_decoded(content, charset), charset=charset)
    if isinstance(found, Doubt):
        return ()
    return tuple(
        _record(one, f"{one.name}|{one.raw(2)}" if _is_number(one.raw(2)) else one.name, ".", 2)
        for one in found[:MOST_RECORDS]
    )


def _hl7(content: bytes, charset: str) -> tuple[Node, ...]:
    content = content.strip(b"\r\n \x0b\x1c").removeprefix(codecs.BOM_UTF8)
    charset = hl7.declared_charset(content) or charset
    text = _decoded(content, charset)
    delimiters = hl7.declared_delimiters(text, charsets.codec(charset) or "ascii")
    if isinstance(delimiters, Doubt) or too_large(text, delimiters.field):
        return ()
    counted: Counter[str] = Counter()
    nodes = []
    for one in hl7.split(text, delimiters)[:MOST_RECORDS]:
        counted[one.name] += 1
        nodes.append(_record(one, f"{one.name}[{counted[one.name]}]", "-", 1))
    return tuple(nodes)


def _decoded(content: bytes, charset: str) -> str:
    """Return text in which every byte that is none stands as a surrogate, until it is shown."""
    try:
        return content.decode(charsets.codec(charset) or "ascii", "surrogateescape")
    except UnicodeDecodeError:  # an escape sequence of ISO 2022 that is none
        return content.decode("ascii", "surrogateescape")


def _shown(text: str) -> str:
    return _NO_TEXT.sub(lambda found: f"\\x{ord(found.group()) & 0xFF:02x}", text[:LONGEST_VALUE])


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 6


def _record(segment: Segment, label: str, mark: str, start: int) -> Node:
    is_astm = mark == "."
    names: Mapping[tuple[str, int], str] = ASTM if is_astm else HL7
    titles = ASTM_RECORDS if is_astm else HL7_SEGMENTS
    # The delimiters themselves are not cut at.
    whole = {"H": (2,), "MSH": (1, 2)}.get(segment.name, ())
    fields = tuple(
        _field(segment, number, mark, names, is_whole=number in whole)
        for number in range(start, min(len(segment.fields), MOST_FIELDS))
        if segment.raw(number).strip()
    )
    return Node(_shown(label[:20]), titles.get(segment.name, ""), "", fields)


def _field(
    segment: Segment,
    number: int,
    mark: str,
    names: Mapping[tuple[str, int], str],
    *,
    is_whole: bool,
) -> Node:
    label = f"{_shown(segment.name[:20])}{mark}{number}"
    title = names.get((segment.name, number), "")
    if is_whole:
        return Node(label, title, _shown(segment.raw(number)))
    repeats = segment.repeats(number)[:MOST_PARTS]
    if len(repeats) == 1:
        return _repetition(segment, repeats[0], label, title)
    parts = tuple(
        _repetition(segment, raw, f"{label}({count})", "")
        for count, raw in enumerate(repeats, start=1)
        if raw.strip()
    )
    return Node(label, title, "", parts)


def _repetition(segment: Segment, raw: str, label: str, title: str) -> Node:
    component = segment.delimiters.component
    pieces = raw[:LONGEST_VALUE].split(component) if component else [raw[:LONGEST_VALUE]]
    if len(pieces) == 1:
        return Node(label, title, _shown(segment.delimiters.resolve(pieces[0])))
    parts = tuple(
        Node(f"{label}.{count}", "", _shown(segment.delimiters.resolve(piece)))
        for count, piece in enumerate(pieces[:MOST_PARTS], start=1)
        if piece.strip()
    )
    return Node(label, title, "", parts)
