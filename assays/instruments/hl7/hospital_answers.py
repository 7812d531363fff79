"""What a hospital is told of its orders: ORL^O22 for OML^O21, ORR^O02 for ORM^O01.

Each line is answered with its own control code (HL7 table 0119): accepted, cancelled, changed, or
unable to; one that waits here has its status changed (SC) to on hold (ORC-5 HD), and why in an NTE.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assays.instruments.composing import Marks, Raw
from assays.instruments.hl7.writing import Envelope, header, message

_KINDS = {"OML": "ORL^O22^ORL_O22", "ORM": "ORR^O02^ORR_O02"}
IN_PROCESS, HELD, CANCELLED = "IP", "HD", "CA"


@dataclass(frozen=True, slots=True)
class Answered:
    """One line as it is answered: numbers as `number^namespace`, what it was called, and why not."""

    control: str
    status: str
    placer: str
    filler: str = ""
    group: str = ""
    code: str = ""
    code_system: str = ""
    text: str = ""
    reason: str = ""


def answer(kind: str, control_id: str, lines: Sequence[Answered], to: Envelope) -> bytes:
    """Return the answer to an order message of this kind (OML, ORM) and control id."""
    marks = to.marks
    written = [header(_KINDS[kind], to), marks.segment("MSA", {1: "AA", 2: control_id})]
    for number, line in enumerate(lines, start=1):
        written.extend(_line(number, line, marks))
    return message(written, to)


def numbered(text: str, marks: Marks) -> Raw:
    """Return `number^namespace` as a field of two components (EI)."""
    return marks.components(*text.split("^"))


def _line(number: int, line: Answered, marks: Marks) -> Iterator[str]:
    placer, filler = numbered(line.placer, marks), numbered(line.filler, marks)
    yield marks.segment(
        "ORC",
        {
            1: line.control,
            2: placer,
            3: filler,
            4: numbered(line.group, marks),
            5: line.status,
        },
    )
    code = marks.components(line.code, line.text, line.code_system)
    yield marks.segment("OBR", {1: str(number), 2: placer, 3: filler, 4: code})
    if line.reason:
        yield marks.segment("NTE", {1: "1", 3: line.reason})
