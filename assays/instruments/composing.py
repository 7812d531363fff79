"""Writing delimited text, as ASTM records and HL7 segments share it: the way back of `segments`.

What is written is read back as it was: delimiters inside a text are escaped by their letters, control
characters by their bytes. A text that its character set cannot hold is never written with something
else in its place.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assays.instruments import charsets
from assays.instruments.segments import Place, place
from labsys.lib.wording import Refused
from labsys.lib.wording import gettext_noop as _

_CONTROL = re.compile("[\x00-\x1f\x7f]+")


class Unwritable(Refused):
    """A text that cannot be told in the character set of an instrument."""


class Raw(str):
    """A field with delimiters of its own: written as it is."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The delimiters of a message. `first` is the number of the field behind a segment's name."""

    field: str
    component: str
    repeat: str
    escape: str
    subcomponent: str = ""
    first: int = 1

    def escaped(self, text: str) -> str:
        """Return a text in which no delimiter and no control character stands."""
        letters = {
            self.field: "F",
            self.component: "S",
            self.repeat: "R",
            self.escape: "E",
            self.subcomponent: "T",
        }
        mark = self.escape
        written = "".join(
            f"{mark}{letters[one]}{mark}" if letters.get(one) else one for one in text
        )
        return _CONTROL.sub(
            lambda found: f"{mark}X{found[0].encode().hex().upper()}{mark}", written
        )

    def components(self, *texts: str) -> Raw:
        """Return a field of components, without the empty ones at its end."""
        return Raw(self.component.join(map(self._one, texts)).rstrip(self.component))

    def repeats(self, texts: Iterable[str]) -> Raw:
        return Raw(self.repeat.join(map(self._one, texts)))

    def at(self, where: Place, text: str, tail: str = "") -> Raw:
        """Return a field with a text in one of its components; `tail` stands behind it as it is."""
        before = self.component * max(where.component - 1, 0)
        return Raw(f"{before}{self._one(text)}{tail}")

    def segment(self, name: str, fields: Mapping[int, str]) -> str:
        """Return a segment of fields by their numbers, up to the last that says anything."""
        filled = [number for number, text in fields.items() if text]
        texts = [self._one(fields.get(n, "")) for n in range(self._first(name), max(filled) + 1)]
        return self.field.join([name, *texts])

    def _first(self, name: str) -> int:
        return 2 if name == "MSH" else self.first

    def _one(self, text: str) -> str:
        return text if isinstance(text, Raw) else self.escaped(text)


class Field:
    """One field put together from its components."""

    def __init__(self) -> None:
        self._parts: dict[int, str] = {}

    def put(self, component: int, text: str) -> None:
        self._parts[max(component, 1)] = text

    def written(self, marks: Marks) -> Raw:
        last = max(self._parts, default=0)
        return marks.components(*(self._parts.get(n, "") for n in range(1, last + 1)))


class Segments:
    """Fields of one record, put where a declaration says."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._fields: dict[int, Field] = {}
        self._whole: dict[int, str] = {}

    def put(self, where: Place | str, text: str) -> Segments:
        """Write a text at a place; a later one at the same place counts."""
        at = place(where) if isinstance(where, str) else where
        if isinstance(text, Raw):
            self._whole[at.number] = text
        else:
            self._fields.setdefault(at.number, Field()).put(at.component, text)
        return self

    def written(self, marks: Marks) -> str:
        fields = {number: str(field.written(marks)) for number, field in self._fields.items()}
        fields.update(self._whole)
        return marks.segment(self.name, {number: Raw(text) for number, text in fields.items()})


def encoded(lines: Iterable[str], charset: str) -> bytes:
    """Return lines, each ended by CR, as bytes; raise Unwritable where they cannot be."""
    text = "".join(f"{line}\r" for line in lines)
    python = charsets.codec(charset) or "ascii"
    try:
        return text.encode(python)
    except UnicodeEncodeError as wrong:
        raise Unwritable(
            "unwritable",
            _("“%(character)s” cannot be written in the character set %(charset)s."),
            character=wrong.object[wrong.start],
            charset=charset,
        ) from wrong


def name_in(text: str, charset: str) -> str:
    """Return a person's name as a character set can hold it: without accents if need be.

    A name that cannot be written so is not written at all: half of a name is another name.
    """
    python = charsets.codec(charset) or "ascii"
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    for one in (text, unicodedata.normalize("NFC", text), plain):
        try:
            one.encode(python)
        except UnicodeEncodeError:
            continue
        return one
    return ""
