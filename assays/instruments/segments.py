"""Delimited text, as ASTM records and HL7 segments share it: fields, components, escapes, places.

Nothing is split before it is asked for: of a message with twenty results most fields are never
looked at. Escapes are resolved after splitting, as both standards demand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

_PLACE = re.compile(r"([A-Z][A-Z0-9]{0,2})[.-]([1-9][0-9]{0,2})(?:\.([1-9][0-9]?))?(?:\.([1-9]))?")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+\Z")


class Unescape(Protocol):
    """Resolve what stands between two escape characters, or None to leave it as it stands."""

    def __call__(self, sequence: str, delimiters: Delimiters) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Delimiters:
    """What a message's header declares; an empty text is a delimiter that it does not have."""

    field: str
    repeat: str
    component: str
    escape: str
    unescape: Unescape
    subcomponent: str = ""
    codec: str = "utf-8"

    def resolve(self, text: str) -> str:
        """Return `text` without its escapes; what is no escape stays as it stands."""
        if not self.escape or self.escape not in text:
            return text
        mark = re.escape(self.escape)
        return re.sub(f"{mark}([^{mark}]*){mark}", self._one, text)

    def _one(self, found: re.Match[str]) -> str:
        resolved = self.unescape(found.group(1), self)
        return found.group() if resolved is None else resolved

    def from_hex(self, digits: str) -> str | None:
        """Return the characters of an `Xhhhh` escape, or None where they are none."""
        if not _HEX.match(digits):
            return None
        try:
            text = bytes.fromhex(digits).decode(self.codec)
        except UnicodeDecodeError:
            return None
        return None if "\x00" in text or "\ufffd" in text else text


@dataclass(slots=True)
class Segment:
    """One record or segment. `fields[n]` is field n as the standard counts, as it stood there."""

    name: str
    fields: list[str]
    delimiters: Delimiters

    def raw(self, number: int) -> str:
        return self.fields[number] if number < len(self.fields) else ""

    def repeats(self, number: int) -> list[str]:
        """Return the repetitions of a field, as they stood there; none of an empty field."""
        raw = self.raw(number)
        mark = self.delimiters.repeat
        return (raw.split(mark) if mark else [raw]) if raw else []

    def text(self, number: int, component: int = 0, subcomponent: int = 0) -> str:
        """Return a field's text, or that of one of its parts.

        Of a field with several repetitions the whole is returned even where a part is asked for:
        to take the first would be to choose.
        """
        raw = self.raw(number)
        if not raw:
            return ""
        mark = self.delimiters.repeat
        if not component or (mark and mark in raw):
            return self.delimiters.resolve(raw)
        return self.one(raw, component, subcomponent)

    def one(self, raw: str, component: int = 0, subcomponent: int = 0) -> str:
        """Return the text of one repetition, or that of one of its parts."""
        marks = self.delimiters
        if component:
            raw = part(raw, marks.component, component)
            if subcomponent:
                raw = part(raw, marks.subcomponent, subcomponent)
        return marks.resolve(raw)

    def components(self, raw: str) -> list[str]:
        """Return the texts of all components of one repetition, cut once however many there are."""
        mark = self.delimiters.component
        return [self.delimiters.resolve(one) for one in (raw.split(mark) if mark else [raw])]


def part(raw: str, mark: str, number: int) -> str:
    """Return part `number`, from 1, of a text cut at `mark`; the whole is its own first part."""
    parts = raw.split(mark) if mark else [raw]
    return parts[number - 1] if number <= len(parts) else ""


@dataclass(slots=True)
class Scope:
    """What is in force at one place of a message: its own segment, and those of its group."""

    own: Segment | None
    group: Mapping[str, list[Segment]] = field(default_factory=dict)

    def named(self, name: str) -> list[Segment]:
        if self.own is not None and self.own.name == name:
            return [self.own]
        return self.group.get(name, [])


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is written: `R.4`, `R.3.4` (a component), `SPM-2.1.1` (of a component)."""

    segment: str
    number: int
    component: int = 0
    subcomponent: int = 0

    def every(self, scope: Scope) -> Iterator[str]:
        """Return the texts there, of each segment of that name and each repetition of its field."""
        for segment in scope.named(self.segment):
            repeats = segment.repeats(self.number)
            if len(repeats) < 2:
                yield segment.text(self.number, self.component, self.subcomponent)
            else:
                for one in repeats:
                    yield segment.one(one, self.component, self.subcomponent)

    def text(self, scope: Scope) -> str:
        """Return the text there, `""` included; of the first segment of that name."""
        for segment in scope.named(self.segment):
            return segment.text(self.number, self.component, self.subcomponent)
        return ""

    def raw(self, scope: Scope) -> str:
        """Return the whole field as it stood there."""
        for segment in scope.named(self.segment):
            return segment.raw(self.number)
        return ""

    def __str__(self) -> str:
        mark = "." if len(self.segment) == 1 else "-"
        parts = [str(n) for n in (self.number, self.component, self.subcomponent) if n]
        return f"{self.segment}{mark}{'.'.join(parts)}"


@lru_cache(maxsize=512)
def place(text: str) -> Place:
    """Read a place such as `O.3` or `OBX-3.1`; a ValueError says that it is none."""
    found = _PLACE.fullmatch(text)
    if found is None:
        raise ValueError(f"“{text[:40]}” is not a place such as O.3, R.3.4 or SPM-2.1")
    name, *numbers = found.groups()
    return Place(name, *(int(number) for number in numbers if number is not None))


def at(*places: str) -> tuple[Place, ...]:
    """Return places in the order in which they are looked at."""
    return tuple(place(text) for text in places)


def is_filled(text: str) -> bool:
    """Whether a text says anything; `""` means deleted in HL7."""
    return bool(text.strip()) and text != '""'


def first(places: tuple[Place, ...], scope: Scope) -> str:
    """Return the first text that says anything."""
    for where in places:
        if is_filled(text := where.text(scope)):
            return text
    return ""


def each(places: tuple[Place, ...], scope: Scope) -> list[str]:
    """Return, of every repetition of a field, the first of its parts that says anything.

    The places are parts of one field; those of other fields count where that one is not there.
    """
    for where in places:
        same = [one for one in places if (one.segment, one.number) == (where.segment, where.number)]
        found = []
        for segment in scope.named(where.segment):
            for raw in segment.repeats(where.number):
                parts = (segment.one(raw, one.component, one.subcomponent) for one in same)
                found += [text for text in parts if is_filled(text)][:1]
        if found:
            return found
    return []
