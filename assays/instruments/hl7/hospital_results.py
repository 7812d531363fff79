"""What a hospital is told of results: ORU^R01 (2.5.1), one OBR for each order line, one OBX for a value.

OBX-11 and OBR-25 (HL7 tables 0085 and 0123): F what is released, C what replaces a value told before,
W what was told and holds no more (OBX-5 takes it back), X what there will be no value of; an OBR of
which tests are open is P. A range that nobody established is empty, and never called normal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from assays.instruments.composing import Marks, Raw
from assays.instruments.hl7.hospital_answers import numbered
from assays.instruments.hl7.writing import Envelope, header, message
from assays.rules.hospital_messages import Identifier

KIND = "ORU^R01^ORU_R01"
LOCAL = "99LAB"
FINAL, CORRECTED, WRONG, NONE, PRELIMINARY = "F", "C", "W", "X", "P"
DELETED = Raw('""')


@dataclass(frozen=True, slots=True)
class Told:
    """One test: its codes, and what is said of it. `value` is empty where there is none.

    `kind` is NM (a number), SN (one with `comparator`), CWE (`value` is a code, `shown` its words) or
    TX. `code` is what the hospital calls it, where it calls it anything.
    """

    status: str
    own_code: str
    name: str
    code: str = ""
    loinc: str = ""
    kind: str = "TX"
    comparator: str = ""
    value: str = ""
    shown: str = ""
    unit: str = ""
    range: str = ""
    flags: tuple[str, ...] = ()
    observed_at: datetime | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ordered:
    """One order line with what is told of it; numbers are `number^namespace`."""

    filler: str
    observations: Sequence[Told]
    placer: str = ""
    group: str = ""
    code: str = ""
    text: str = ""
    code_system: str = ""
    is_open: bool = False
    requester_id: str = ""
    requester: str = ""
    collected_at: datetime | None = None
    received_at: datetime | None = None
    specimen: str = ""
    specimen_type: str = ""

    @property
    def status(self) -> str:
        """How the line as a whole stands."""
        found = {one.status for one in self.observations}
        if found & {CORRECTED, WRONG}:
            return CORRECTED
        if self.is_open:
            return PRELIMINARY
        return NONE if found == {NONE} else FINAL


@dataclass(frozen=True, slots=True)
class Whose:
    """Whom results are of; `birth` is written as exactly as it is known (YYYY, YYYYMM, YYYYMMDD)."""

    identifiers: tuple[Identifier, ...]
    family: str = ""
    given: str = ""
    birth: str = ""
    sex: str = "U"


def report(whose: Whose, lines: Sequence[Ordered], to: Envelope, *, reported_at: datetime) -> bytes:
    """Return everything that holds of an order now, as one message."""
    marks = to.marks
    written = [header(KIND, to), _pid(whose, marks)]
    for number, line in enumerate(lines, start=1):
        written.extend(_line(number, line, to, reported_at))
    return message(written, to)


def birth_written(day: date | None, precision: str) -> str:
    """Return a birth as exactly as it is known; one that is estimated is known to the year."""
    if day is None or precision == "UNKNOWN":
        return ""
    return day.strftime({"DAY": "%Y%m%d", "MONTH": "%Y%m"}.get(precision, "%Y"))


def _pid(whose: Whose, marks: Marks) -> str:
    numbers = [
        marks.components(one.value, "", "", one.authority, one.kind) for one in whose.identifiers
    ]
    fields = {
        1: "1",
        3: Raw(marks.repeat.join(numbers)),
        5: marks.components(whose.family, whose.given),
        7: whose.birth,
        8: whose.sex,
    }
    return marks.segment("PID", fields)


def _line(number: int, line: Ordered, to: Envelope, reported_at: datetime) -> Iterator[str]:
    marks = to.marks
    placer, filler = numbered(line.placer, marks), numbered(line.filler, marks)
    requester = marks.components(line.requester_id, line.requester)
    yield marks.segment(
        "ORC",
        {1: "RE", 2: placer, 3: filler, 4: numbered(line.group, marks), 12: requester},
    )
    yield marks.segment(
        "OBR",
        {
            1: str(number),
            2: placer,
            3: filler,
            4: marks.components(line.code, line.text, line.code_system),
            7: _moment(line.collected_at, to),
            14: _moment(line.received_at, to),
            16: requester,
            22: to.moment(reported_at),
            25: line.status,
        },
    )
    for place, told in enumerate(line.observations, start=1):
        yield from _observation(place, told, to)
    if line.specimen:
        name = marks.components(line.specimen_type)
        specimen = marks.components("", line.specimen)
        yield marks.segment("SPM", {1: "1", 2: specimen, 4: name})


def _observation(place: int, told: Told, to: Envelope) -> Iterator[str]:
    marks = to.marks
    yield marks.segment(
        "OBX",
        {
            1: str(place),
            2: told.kind if told.value else "",
            3: _code(told, marks),
            5: _value(told, marks),
            6: marks.components(told.unit, "", "UCUM") if told.unit else "",
            7: told.range,
            8: marks.repeats(told.flags),
            11: told.status,
            14: _moment(told.observed_at, to),
        },
    )
    for number, note in enumerate(told.notes, start=1):
        yield marks.segment("NTE", {1: str(number), 2: "L", 3: _lines(note, marks)})


def _code(told: Told, marks: Marks) -> Raw:
    """Return what the hospital calls the test, else its LOINC; and what we call it."""
    own = (told.own_code, told.name, LOCAL)
    first = (told.code, told.name, "L") if told.code else (told.loinc, told.name, "LN")
    return marks.components(*first, *own) if first[0] else marks.components(*own)


def _value(told: Told, marks: Marks) -> str:
    if told.status == WRONG:
        return DELETED
    match told.kind:
        case "SN":
            return marks.components(told.comparator, told.value)
        case "CWE":
            return marks.components(told.value, told.shown, LOCAL)
    return _lines(told.value, marks)


def _lines(text: str, marks: Marks) -> Raw:
    """Return a text of several lines as one field (the escape sequence of a line break)."""
    return Raw(f"{marks.escape}.br{marks.escape}".join(map(marks.escaped, text.splitlines())))


def _moment(at: datetime | None, to: Envelope) -> str:
    return "" if at is None else to.moment(at)
