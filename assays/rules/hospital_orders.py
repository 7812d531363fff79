"""What is done about an order that a hospital's system sends: decided from values alone.

A placer number is used once: the same order again changes nothing, another one under its number is
held. What is ordered is what an approved mapping says of its code, never what the code looks like.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from assays.rules.filing import Held, Hold
from assays.rules.hospital import ahead
from assays.rules.hospital_known import Known, Outcome, PersonKnown
from assays.rules.hospital_messages import Act, Event, Line
from assays.rules.hospital_people import check_same, named

# HL7 tables 0485 and 0027, by our priorities. What is asked for in a way that is not known is never
# done later than what is known to be urgent.
STAT, ASAP, URGENT, ROUTINE = 0, 1, 2, 3
_PRIORITIES: Mapping[str, int] = {"S": STAT, "STAT": STAT, "A": ASAP, "ASAP": ASAP, "R": ROUTINE}
# Control codes of an answer (table 0119): what was asked -> done, and not done.
_ANSWERS: Mapping[str, tuple[str, str]] = {
    "NW": ("OK", "UA"),
    "RO": ("OK", "UA"),
    "CA": ("CR", "UC"),
    "OC": ("CR", "UC"),
    "DC": ("DR", "UD"),
    "RP": ("RQ", "UM"),
    "XO": ("XR", "UX"),
}


@dataclass(frozen=True, slots=True)
class NumberKnown:
    """An order line on record under a placer number: whose, of what, and what of it is open."""

    id: int
    order: int
    person_entries: frozenset[int]
    code: str
    open_items: tuple[int, ...] = ()
    has_values: bool = False


@dataclass(frozen=True, slots=True)
class TubeKnown:
    """A tube that a line names, as it is registered here, and whose specimen is so called already.

    `is_like_ours`: it looks like an accession number, which whoever scans it would take it for.
    """

    system: str
    value: str
    is_like_ours: bool = False
    person: int | None = None


@dataclass(frozen=True, slots=True)
class LineKnown:
    """What is on record about a line: its number, what its code means here, and its tubes."""

    number: NumberKnown | None = None
    panel: int | None = None
    assay: int | None = None
    tubes: tuple[TubeKnown, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Order it for a person, in the stay they are in."""

    person: int
    stay: int | None
    priority: int


@dataclass(frozen=True, slots=True)
class Cancel:
    """Cancel what is open of a line."""

    number: NumberKnown


@dataclass(frozen=True, slots=True)
class Leave:
    """Nothing is done: it is so already, or cannot be any more."""

    outcome: Outcome
    order: int | None = None
    is_too_late: bool = False


Decision = Place | Cancel | Leave


def decide(
    event: Event,
    known: Known,
    of_line: LineKnown,
    *,
    at: datetime,
    is_accepted: bool = False,
) -> Decision | Held:
    """Return what is done about one order of a message, or why it is held.

    `is_accepted` says that a person made sure whom it is for.
    """
    if event.doubts:
        return event.doubts[0]
    line = event.line
    if event.act is Act.NOTE or line is None:
        return Leave(Outcome.NOTHING)
    if (when := ahead(event, at)) is not None:
        return Held(Hold.IN_FUTURE, {"observed": when.isoformat(timespec="minutes")})
    person = _person(event, known, is_accepted)
    if isinstance(person, Held):
        return person
    number = of_line.number
    if number is not None and person.id not in number.person_entries:
        return Held(Hold.ORDER_CONFLICT, {"placer": line.placer, "code": number.code})
    if event.act is Act.PLACE:
        return _placed(line, person, of_line)
    if number is None:
        return Held(Hold.UNKNOWN_ORDER, {"placer": line.placer})
    if event.act is Act.CHANGE:
        return _changed(line, number)
    if not number.open_items:
        return Leave(Outcome.NOTHING, number.order, is_too_late=number.has_values)
    return Cancel(number)


def priority(said: str) -> int:
    """Return how urgent a line is; nothing said is routine."""
    return _PRIORITIES.get(said, URGENT) if said else ROUTINE


def answer(control: str, *, is_done: bool) -> str:
    """Return the control code of an answer to a line (ORC-1)."""
    done, failed = _ANSWERS.get(control, ("OK", "UA"))
    return done if is_done else failed


def _person(event: Event, known: Known, is_accepted: bool) -> PersonKnown | Held:
    """Return for whom it is: a message that names somebody else in anything is held."""
    numbers: Sequence[object] = event.patient.identifiers
    if not numbers:
        return Held(Hold.UNREADABLE, {"detail": "it names no identifier of a person"})
    about = {"identifiers": named(event.patient.identifiers)}
    if not known.persons:
        return Held(Hold.UNKNOWN_PATIENT, about)
    if len(known.persons) > 1:
        return Held(Hold.AMBIGUOUS_PATIENT, about)
    person = known.persons[0]
    if event.patient.species is not None and known.species != person.species:
        return Held(Hold.OTHER_SPECIES, {**about, "species": event.patient.species})
    return check_same(event.patient, person, is_accepted=is_accepted) or person


def _placed(line: Line, person: PersonKnown, of_line: LineKnown) -> Decision | Held:
    number = of_line.number
    if number is not None:
        if number.code != line.code:
            return Held(Hold.ORDER_CONFLICT, {"placer": line.placer, "code": number.code})
        return Leave(Outcome.NOTHING, number.order)
    if of_line.panel is None and of_line.assay is None:
        return Held(Hold.UNKNOWN_ORDER_CODE, {"code": line.code})
    for tube in of_line.tubes:
        if tube.is_like_ours or tube.person not in (None, person.id):
            return Held(Hold.TUBE_CONFLICT, {"specimen": tube.value})
    stay = person.open_stay
    return Place(person.id, None if stay is None else stay.id, priority(line.priority))


def _changed(line: Line, number: NumberKnown) -> Decision | Held:
    """A change of what is ordered is another order; everything else about it is noted."""
    if line.code != number.code:
        return Held(Hold.ORDER_CONFLICT, {"placer": line.placer, "code": number.code})
    return Leave(Outcome.NOTHING, number.order)
