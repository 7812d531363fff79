"""The orders of OML^O21 and ORM^O01: each ORC with the OBR, TQ1, NTE, OBX and SPM that follow it.

An order begins with its ORC. An OBR without one of its own may be an order or an earlier result told
beside it (PRIOR_RESULT), and what stands behind a second PID is told for the reader alone: of the
first a person is asked, the second is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo

from assays.instruments.hl7.hospital_patients import DELETED, moment
from assays.instruments.segments import Segment
from assays.rules.filing import Held, Hold
from assays.rules.hospital_messages import Act, Line, Tube

LONGEST = 200
_MOST = 100
# HL7 table 0119, as far as it asks for something here.
_ACTS = {
    "NW": Act.PLACE,
    "RO": Act.PLACE,
    "CA": Act.CANCEL,
    "DC": Act.CANCEL,
    "OC": Act.CANCEL,
    "RP": Act.CANCEL,
    "XO": Act.CHANGE,
}
# What tells how an order stands, answers, or numbers: nothing is asked by it.
_TELLING = frozenset({"SC", "SN", "NA", "OK", "RE", "SR", "SS", "OE", "CR", "OR", "XR", "UR", "DR"})


@dataclass(slots=True)
class Group:
    """The segments of one order."""

    orc: Segment | None
    obr: Segment | None = None
    tq1: Segment | None = None
    notes: list[Segment] = field(default_factory=list)
    observations: list[Segment] = field(default_factory=list)
    specimens: list[Segment] = field(default_factory=list)


def groups(segments: Sequence[Segment]) -> list[Group]:
    """Return the orders of a message; what stands behind a second PID is none of them."""
    found: list[Group] = []
    persons = 0
    for segment in segments:
        persons += segment.name == "PID"
        if persons > 1:
            break
        if segment.name == "ORC":
            found.append(Group(segment))
        elif segment.name == "OBR":
            if not found or found[-1].obr is not None:
                found.append(Group(None))
            found[-1].obr = segment
        elif found:
            _join(found[-1], segment)
    return found


def _join(group: Group, segment: Segment) -> None:
    match segment.name:
        case "TQ1" if group.tq1 is None:
            group.tq1 = segment
        case "NTE":
            group.notes.append(segment)
        case "OBX":
            group.observations.append(segment)
        case "SPM":
            group.specimens.append(segment)


def line(group: Group, zone: tzinfo) -> tuple[Act, Line, tuple[Held, ...]]:
    """Return what an order asks for, its line, and why a person has to look at it first."""
    doubts: list[Held] = []
    orc, obr = group.orc, group.obr
    control = "" if orc is None else orc.text(1).strip().upper()
    act = _ACTS.get(control)
    if orc is None:
        doubts.append(_unreadable("an OBR without an ORC: an order, or an earlier result"))
    elif act is None and control not in _TELLING:
        doubts.append(Held(Hold.ORDER_CONTROL, {"control": control[:20]}))
    code, system, text = _code(obr)
    found = Line(
        control=control,
        placer=_number("placer", group, 2, doubts),
        filler=_number("filler", group, 3, doubts),
        group="" if orc is None else numbered(orc, 4),
        code=code,
        code_system=system,
        text=text,
        priority=_priority(group),
        requester_id=_requester(group, 1),
        requester=_requester(group, 0),
        ordered_at=None if orc is None else moment(_clean(orc.text(9, 1)), zone, doubts),
        question=_question(group),
        specimens=_specimens(group.specimens),
        answers=tuple(_answers(group.observations)),
        notes=tuple(text for one in group.notes[:_MOST] if (text := _clean(one.text(3)))),
    )
    if act in (Act.PLACE, Act.CHANGE) and not code:
        doubts.append(_unreadable("the order names nothing that is ordered (OBR-4)"))
    if act is not None and not found.placer:
        doubts.append(_unreadable("the order has no placer number (ORC-2)"))
    return act or Act.NOTE, found, tuple(doubts)


def numbered(segment: Segment, number: int) -> str:
    """Return an entity identifier as `number^namespace` (EI, and the placer's part of EIP).

    The parts are set off as HL7 mostly does, whatever the message declares: the same number is the
    same text in every message.
    """
    raw = segment.raw(number).strip()
    if not raw or raw == DELETED:
        return ""
    marks = segment.delimiters
    parts = raw.split(marks.component) if marks.component else [raw]
    if marks.subcomponent and marks.subcomponent in parts[0]:
        parts = parts[0].split(marks.subcomponent)  # EIP.1
    texts = [marks.resolve(one).strip() for one in parts[:2]]
    return "^".join(texts).rstrip("^")[:LONGEST]


def _number(name: str, group: Group, number: int, doubts: list[Held]) -> str:
    """Return the number that ORC and OBR give; where they give two, nobody knows which is meant."""
    found = [numbered(one, number) for one in (group.orc, group.obr) if one is not None]
    said = {one for one in found if one}
    if len(said) > 1:
        doubts.append(_unreadable(f"ORC and OBR give two {name} numbers"))
    return next((one for one in found if one), "")


def _code(obr: Segment | None) -> tuple[str, str, str]:
    """Return code, coding system and text of what is ordered; of an alternate where there is no other."""
    if obr is None:
        return "", "", ""
    for first in (1, 4):
        if code := _clean(obr.text(4, first, 1)):
            return code[:64], _clean(obr.text(4, first + 2)), _clean(obr.text(4, first + 1, 1))
    return "", "", _clean(obr.text(4, 2, 1))


def _priority(group: Group) -> str:
    """Return the first of TQ1-9, ORC-7.6, OBR-27.6 and OBR-5 that says anything (table 0485, 0027)."""
    texts = [
        group.tq1.text(9, 1) if group.tq1 is not None else "",
        group.orc.text(7, 6) if group.orc is not None else "",
        group.obr.text(27, 6) if group.obr is not None else "",
        group.obr.text(5, 1) if group.obr is not None else "",
    ]
    return next((text for one in texts if (text := _clean(one).upper())), "")


def _requester(group: Group, component: int) -> str:
    """Return who asks (ORC-12, else OBR-16): the id (component 1), or the name as one text (0)."""
    for segment, number in ((group.orc, 12), (group.obr, 16)):
        for raw in segment.repeats(number)[:1] if segment is not None else ():
            assert segment is not None
            if component:
                return _clean(segment.one(raw, component))
            parts = [_clean(segment.one(raw, place, 1)) for place in (6, 3, 2)]
            return " ".join(filter(None, parts)) or _clean(segment.one(raw, 1))
    return ""


def _question(group: Group) -> str:
    """Return what the requester says of the reason: OBR-13, OBR-31, ORC-16."""
    places = [(group.obr, 13), (group.obr, 31), (group.orc, 16)]
    texts = []
    for segment, number in places:
        for raw in segment.repeats(number)[:_MOST] if segment is not None else ():
            assert segment is not None
            texts.append(_clean(segment.one(raw, 2, 1)) or _clean(segment.one(raw, 1, 1)))
    return "; ".join(dict.fromkeys(filter(None, texts)))


def _specimens(segments: Sequence[Segment]) -> tuple[Tube, ...]:
    """Return the placer's names of the specimens (SPM-2.1.1), with who numbers them (SPM-2.1.2)."""
    names = [Tube(_clean(one.text(2, 1, 1)), _clean(one.text(2, 1, 2))) for one in segments[:_MOST]]
    return tuple(dict.fromkeys(name for name in names if name.value))


def _answers(segments: Sequence[Segment]) -> Iterator[tuple[str, str]]:
    """Yield what is answered beside an order: the code of the question, and the answer as text."""
    for one in segments[:_MOST]:
        code, value = _clean(one.text(3, 1, 1)), _clean(one.text(5, 1, 1))
        if code and value:
            yield code, value


def _clean(text: str) -> str:
    text = text.strip()
    return "" if text == DELETED else text[:LONGEST]


def _unreadable(detail: str) -> Held:
    return Held(Hold.UNREADABLE, {"detail": detail})
