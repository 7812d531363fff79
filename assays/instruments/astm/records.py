"""LIS2-A2 (ASTM E1394) messages: records with the delimiters that their header declares.

Header > patient > order > result; a comment belongs to the record before it. A record closes those
of its own and of lower levels. Sequence numbers are not looked at: instruments restart and repeat
them. M and S records are the maker's own; they stay in the message and are not read.
"""

from __future__ import annotations

import re

from assays.instruments import charsets
from assays.instruments.messages import UNSURE, Entry, Kind, Message, too_large, unreadable
from assays.instruments.readings import Doubt
from assays.instruments.segments import Delimiters, Scope, Segment
from assays.rules.filing import Hold

_ENDS = re.compile("\r\n?|\n")
_UNREAD = frozenset("MS")
_OF_RESULTS = frozenset("POR")
# A line of one field goes on with the text before it, and names nobody.
_TEXT_ALONE = 2
# Repeat and component; old instruments have no escape.
_FEWEST = 2
# L.3 of a message that is not whole.
_NOT_WHOLE = {
    "T": "its sender broke the message off",
    "R": "the message was broken off as its receiver asked",
    "E": "its sender met an error of its own",
}
# LIS2-A2 5.4.3: what stands between two escape characters. Highlighting carries no text.
_PLAIN = {"H": "", "N": ""}


def parse(content: bytes, *, charset: str) -> Message | Doubt:
    """Take a message apart; `content` starts with its header record."""
    text = charsets.decode(content, charset)
    if isinstance(text, Doubt):
        return text
    records = split(text, charset=charset)
    if isinstance(records, Doubt):
        return records
    walk = _Walk(records[0])
    for number, record in enumerate(records[1:], start=2):
        if record.name == "H":
            return Message(walk.header, doubt=unreadable(f"record {number} is a second header"))
        walk.take(record, number)
    return walk.done()


def split(text: str, *, charset: str = "utf-8") -> list[Segment] | Doubt:
    """Return the records of a text; field 1 is the type, as the standard counts."""
    if (doubt := too_large(text, text.lstrip()[1:2])) is not None:
        return doubt
    lines = [line for line in _ENDS.split(text) if line.strip()]
    if not lines or not lines[0].startswith("H"):
        return unreadable("it does not begin with a header record")
    delimiters = _declared(lines[0], charsets.codec(charset) or "utf-8")
    if isinstance(delimiters, Doubt):
        return delimiters
    return [_record(line, delimiters) for line in lines]


def _record(line: str, delimiters: Delimiters) -> Segment:
    if line[:1].isspace() and line.lstrip()[1:2] == delimiters.field:
        line = line.lstrip()  # set in, as texts show messages
    fields = line.split(delimiters.field)
    return Segment(fields[0], ["", *fields], delimiters)


def _declared(header: str, codec: str) -> Delimiters | Doubt:
    mark = header[1:2]
    declared = header[2:].split(mark, 1)[0][:3] if mark else ""
    used = mark + declared
    if len(declared) < _FEWEST or any(c.isalnum() or c.isspace() for c in used):
        return unreadable(f"its header declares no delimiters (“{header[:6]}”)")
    if len(set(used)) < len(used):
        return unreadable(f"its header declares one delimiter twice (“{header[:6]}”)")
    return Delimiters(
        field=mark,
        repeat=declared[0],
        component=declared[1],
        escape=declared[2:],
        unescape=_unescape,
        codec=codec,
    )


def _unescape(sequence: str, delimiters: Delimiters) -> str | None:
    if sequence[:1] == "X":
        return delimiters.from_hex(sequence[1:])
    return {
        "F": delimiters.field,
        "S": delimiters.component,
        "R": delimiters.repeat,
        "E": delimiters.escape,
        **_PLAIN,
    }.get(sequence)


class _Walk:
    """Goes through the records of one message in their order."""

    def __init__(self, header: Segment) -> None:
        self._header = {"H": [header]}
        self.header = Scope(header)
        self._message = Message(self.header)
        self._group: dict[str, list[Segment]] = self._header
        self._order: Segment | None = None
        self._order_comments: list[str] = []
        self._has_results = False
        self._comments: list[str] = []
        self._is_over = False

    def take(self, record: Segment, number: int) -> None:
        self._message.is_of_results |= record.name in _OF_RESULTS
        if self._is_over:
            self._add(Kind.BROKEN, record, detail=f"record {number} follows the end record")
        elif record.name == "P":
            self._close()
            self._group = {**self._header, "P": [record]}
            self._comments = []
        elif record.name == "O":
            self._close()
            self._open(record)
        elif record.name == "R":
            self._has_results = True
            self._add(Kind.RESULT, record)
        elif record.name == "C":
            self._comment(record)
        elif record.name == "Q":
            self._add(Kind.QUERY, record)
        elif record.name == "L":
            self._close()
            self._is_over = True
            self._end(record.text(3, 1).strip().upper())
        elif record.name not in _UNREAD:
            self._add(Kind.BROKEN, record, detail=f"record {number} is of no known type")
            if len(record.fields) > _TEXT_ALONE:
                self._lose(record)

    def done(self) -> Message:
        self._close()
        return self._message

    def _end(self, code: str) -> None:
        if code in _NOT_WHOLE:
            status = f"{code} in L.3: {_NOT_WHOLE[code]}"
            self._message.end = Doubt(Hold.QUESTIONABLE, {"status": status})

    def _lose(self, record: Segment) -> None:
        """It may have named a patient or a specimen: whose the next results are is not known."""
        self._close()
        self._group = {**self._header, UNSURE: [record]}

    def _open(self, record: Segment) -> None:
        of_patient = {name: found for name, found in self._group.items() if name != "O"}
        self._group = {**of_patient, "O": [record]}
        self._order = record
        self._order_comments = self._comments = []
        self._has_results = False

    def _comment(self, record: Segment) -> None:
        marks = record.delimiters
        if record.raw(4).strip(f" {marks.component}{marks.repeat}"):
            text = record.text(4).strip()
            self._comments.append(text)
            if self._comments is not self._order_comments:
                self._order_comments.append(text)

    def _close(self) -> None:
        """Close the order that is open; one that failed as a whole has no result to say so."""
        if self._order is not None and not self._has_results:
            kind = Kind.FAILED_ORDER if self._order.text(26) == "X" else Kind.ORDER
            scope, comments = Scope(self._order, self._group), self._order_comments
            self._message.entries.append(Entry(kind, scope, comments, comments))
        self._order = None
        self._order_comments = []
        self._group = {name: found for name, found in self._group.items() if name != "O"}

    def _add(self, kind: Kind, record: Segment, detail: str = "") -> None:
        entry = Entry(kind, Scope(record, self._group), [], self._order_comments, detail)
        self._comments = entry.comments
        self._message.entries.append(entry)
