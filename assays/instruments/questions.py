"""What an instrument asks: for which specimens, and what of its question its answer gives back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from assays.instruments import charsets
from assays.instruments import settings as instrument_settings
from assays.instruments.astm import records
from assays.instruments.declarations import Declaration
from assays.instruments.drivers.driver import Driver
from assays.instruments.hl7 import tree
from assays.instruments.hl7.header import header
from assays.instruments.readings import Doubt
from assays.instruments.segments import Place, Scope, Segment, at, first, is_filled
from labsys.lib.wording import Refused

ALL = "ALL"
_WORDS_FOR_ALL = frozenset({ALL, "WOS_ALL", "Z01"})
# Of a rack or a tray (WOS_BY_RACK, WOS_BY_TRAY): what stands in it, only the instrument knows.
_BY_PLACE = "WOS_BY_"
MOST_ASKED = 200
# Behind these the query has the patient where others have the specimen.
_OF_A_PATIENT = at("QPD-4.1")


class Asks(StrEnum):
    """In which form a question is answered."""

    ASTM = "ASTM"  # H, P, O, L in a session of our own
    LAW = "LAW"  # QBP^Q11: RSP^K11, then OML^O33
    DSR = "DSR"  # QRY^Q02: QCK^Q02, then DSR^Q03
    Z02 = "Z02"  # QBP^Z01 and QBP^Z03: RSP^Z02
    CANCEL = "CANCEL"  # QCN^J01: an earlier question is taken back


# What a message's type and event ask for; see also `hl7.judging.QUESTIONS`.
KINDS: Mapping[tuple[str, str], Asks] = {
    ("QBP", "Q11"): Asks.LAW,
    ("QRY", "Q02"): Asks.DSR,
    ("QBP", "Z01"): Asks.Z02,
    ("QBP", "Z03"): Asks.Z02,
    ("QCN", "J01"): Asks.CANCEL,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One specimen that was asked for, and all parts of the field it stood in."""

    specimen: str
    parts: tuple[str, ...] = ()

    def part(self, number: int) -> str:
        return self.parts[number - 1] if 0 < number <= len(self.parts) else ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it was asked; `segments` are all of its message."""

    asks: Asks
    segments: Sequence[Segment]
    charset: str
    asked: tuple[Asked, ...] = ()
    tag: str = ""
    rack: str = ""
    position: str = ""
    is_for_all: bool = False
    is_aborted: bool = False
    # What it asks for is not known here: to say that there is no work would be untrue.
    is_beyond_us: bool = False

    @property
    def header(self) -> Segment:
        return self.segments[0]

    @property
    def specimens(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.specimen for one in self.asked))

    def named(self, name: str) -> Segment | None:
        return next((one for one in self.segments if one.name == name), None)


def is_one(content: bytes) -> bool:
    """Whether a message asks for work, told by its type or its records alone.

    One that brings results as well is no question: some write values into Q records.
    """
    text = content.lstrip(b"\r\n \x0b")
    if text[:3] == b"MSH":
        head = header(text)
        return (head.kind, head.event) in KINDS
    mark = re.escape(text[1:2])
    return (
        text[:1] == b"H"
        and re.search(rb"[\r\n]Q" + mark, text) is not None
        and re.search(rb"[\r\n]R" + mark, text) is None
    )


def read(content: bytes, driver: Driver, settings: Mapping[str, Any]) -> Question | None:
    """Return what a message asks, None where it is no question, or cannot be read as one."""
    if not is_one(content):
        return None
    is_hl7 = content.lstrip(b"\r\n \x0b")[:3] == b"MSH"
    declared = driver.hl7 if is_hl7 else driver.astm
    if declared is None:
        return None
    try:
        declared = declared.with_settings(instrument_settings.read(settings))
    except Refused:
        return None
    return _hl7(content, declared) if is_hl7 else _astm(content, declared)


def _astm(content: bytes, declared: Declaration) -> Question | None:
    text = charsets.decode(content.lstrip(b"\r\n \x0b"), declared.charset)
    found = text if isinstance(text, Doubt) else records.split(text, charset=declared.charset)
    if isinstance(found, Doubt):
        return None
    queries = [one for one in found if one.name == "Q"]
    asked = [one for query in queries for one in _asked(query, declared)][:MOST_ASKED]
    return Question(
        asks=Asks.ASTM,
        segments=found,
        charset=declared.charset,
        asked=tuple(one for one in asked if one.specimen.upper() != ALL),
        is_for_all=any(one.specimen.upper() == ALL for one in asked),
        # Of a question that is taken back nothing is wanted any more.
        is_aborted=any(query.text(13, 1).strip().upper() == "A" for query in queries),
    )


def _hl7(content: bytes, declared: Declaration) -> Question | None:
    found = tree.parse(content, charset=declared.charset)
    if isinstance(found, Doubt):
        return None
    head = header(content.lstrip(b"\r\n \x0b"))
    asks = KINDS[(head.kind, head.event)]
    if asks is Asks.Z02:
        declared = replace(declared, query=_OF_A_PATIENT, query_rack=(), query_position=())
    group = {one.name: [one] for one in reversed(found.segments)}
    scope = Scope(None, group)
    asked = [one for name in ("QPD", "QRD") for one in _of(group.get(name), declared)]
    kind = first(declared.query_code, scope)
    is_for_all = kind in _WORDS_FOR_ALL or any(one.specimen.strip().upper() == ALL for one in asked)
    is_beyond_us = kind.strip().upper().startswith(_BY_PLACE) and not asked
    tag = group["QID"][0].text(1) if "QID" in group else first(declared.query_tag, scope)
    return Question(
        asks=asks,
        segments=found.segments,
        charset=found.charset,
        asked=() if is_for_all else tuple(asked[:MOST_ASKED]),
        tag=tag,
        rack=first(declared.query_rack, scope),
        position=first(declared.query_position, scope),
        is_for_all=is_for_all,
        is_aborted=asks is Asks.CANCEL,
        is_beyond_us=is_beyond_us,
    )


def _of(found: list[Segment] | None, declared: Declaration) -> Iterator[Asked]:
    for segment in found or ():
        yield from _asked(segment, declared)


def _asked(segment: Segment, declared: Declaration) -> Iterator[Asked]:
    """Yield what each repetition of the declared field names: the first of its parts that does."""
    places = [one for one in declared.query if one.segment == segment.name]
    for number in dict.fromkeys(one.number for one in places):
        found = [
            Asked(text.strip(declared.padding) if declared.padding else text, _split(segment, raw))
            for raw in segment.repeats(number)
            for text in _parts(segment, raw, [one for one in places if one.number == number])
        ]
        if found:
            yield from found
            return


def _split(segment: Segment, raw: str) -> tuple[str, ...]:
    marks = segment.delimiters
    parts = raw.split(marks.component) if marks.component else [raw]
    return tuple(marks.resolve(one) for one in parts)


def _parts(segment: Segment, raw: str, places: Sequence[Place]) -> list[str]:
    texts = (segment.one(raw, one.component, one.subcomponent) for one in places)
    return [text for text in texts if is_filled(text)][:1]
