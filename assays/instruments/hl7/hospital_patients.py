"""PID, PV1 and MRG of a hospital's message: who somebody is and where, as far as it is said.

Nothing is guessed: an identifier keeps its assigning authority, a birth its precision, and of what
cannot be read a doubt is said instead of a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, tzinfo

from assays.instruments import moments
from assays.instruments.readings import Doubt
from assays.instruments.segments import Segment
from assays.rules.filing import Held, Hold
from assays.rules.hospital_messages import Identifier, Said, StaySaid
from patients.rules import births
from patients.rules.births import Birth, Precision
from patients.rules.deaths import Death

DELETED = '""'
LONGEST = 80
_MOST = 50
_DAY = re.compile(r"(\d{4})(?:(\d\d)(?:(\d\d)(?:\d\d(?:\d\d(?:\d\d(?:\.\d{1,6})?)?)?)?)?)?")
_ZONE = re.compile(r"[+-]\d{4}\Z")
# HL7 table 0203: numbers of a visit or an account, of a payer or another person: nobody's identity here.
_NOT_OF_A_PERSON = frozenset(
    {"AN", "VN", "ACSN", "AM", "BA", "BC", "CA", "CC", "DI", "GN", "HC", "MS"}
)
# HL7 table 0200: a name somebody had, or one that is none.
_NOT_THE_NAME = frozenset({"A", "M", "S", "BAD", "NOUSE", "P"})
# HL7 table 0001; what else is said there is nothing of ours.
_SEXES = {"F": "F", "M": "M", "O": "O", "A": "O", "N": "O", "X": "O"}
# What is written where nobody knows a name. “Doe” is one: people are called so.
_NO_NAMES = frozenset({"unknown", "unk", "n/a", DELETED})


def said(pid: Segment) -> tuple[Said, tuple[Held, ...]]:
    """Return what a PID says, and why some of it cannot be taken."""
    doubts: list[Held] = []
    family, given = _name(pid)
    found = Said(
        identifiers=identifiers(pid, 3, 2, 4),
        family=family,
        given=given,
        birth=_birth(pid.text(7, 1).strip(), doubts),
        sex=_sex(pid.text(8, 1).strip(), doubts),
        died=_death(pid.text(29, 1).strip(), pid.text(30, 1).strip(), doubts),
        lives=pid.text(30, 1).strip().upper() == "N",
        species=_species(pid),
    )
    return found, tuple(doubts)


def identifiers(segment: Segment, number: int, *others: int) -> tuple[Identifier, ...]:
    """Return the identifiers of field `number`, each once.

    Those of the `others`, which came from elsewhere (PID-2, PID-4), count where they name their
    authority, or where there are no others at all: a bare number of another system would be taken
    for one of the sender's own. A number of an account or a visit is no identifier of a person.
    """
    found = list(dict.fromkeys(_identifiers(segment, number)))
    for one in (one for other in others for one in _identifiers(segment, other)):
        if one.authority or not found:
            found.append(one)
    named = {one.value for one in found if one.authority}
    return tuple(dict.fromkeys(one for one in found if one.authority or one.value not in named))


def _identifiers(segment: Segment, number: int) -> Iterator[Identifier]:
    for raw in segment.repeats(number)[:_MOST]:
        value = segment.one(raw, 1, 1).strip()
        kind = segment.one(raw, 5, 1).strip()
        if value and value != DELETED and len(value) <= LONGEST and kind not in _NOT_OF_A_PERSON:
            yield Identifier(value, _authority(segment, raw), kind)


def stay(pv1: Segment | None, zone: tzinfo) -> tuple[StaySaid | None, tuple[Held, ...]]:
    """Return what a PV1 says of a stay; None where there is none."""
    if pv1 is None:
        return None, ()
    doubts: list[Held] = []
    found = StaySaid(
        patient_class=_plain(pv1.text(2, 1)),
        ward=_plain(_first(pv1, 3, 1)),
        visit=_plain(_first(pv1, 19, 1)),
        admitted_at=_moment(pv1, 44, zone, doubts),
        discharged_at=_moment(pv1, 45, zone, doubts),
    )
    return found, tuple(doubts)


def moment(text: str, zone: tzinfo, doubts: list[Held]) -> datetime | None:
    """Return a moment, or None and a doubt where it is not certain."""
    found = moments.read(text, zone)
    if isinstance(found, Doubt):
        doubts.append(Held(found.hold, dict(found.params)))
        return None
    return found


def _moment(segment: Segment, number: int, zone: tzinfo, doubts: list[Held]) -> datetime | None:
    text = _plain(_first(segment, number, 1))
    # A day alone is no moment; when somebody came is said by the event itself.
    return None if len(text) < len("YYYYMMDDHHMM") else moment(text, zone, doubts)


def _first(segment: Segment, number: int, component: int) -> str:
    for raw in segment.repeats(number)[:1]:
        return segment.one(raw, component, 1)
    return ""


def _plain(text: str) -> str:
    text = text.strip()
    return "" if text == DELETED else text[:LONGEST]


def _authority(segment: Segment, raw: str) -> str:
    """Return the assigning authority (HD): its namespace, else its universal id (OID, UUID, URI)."""
    return (segment.one(raw, 4, 1).strip() or segment.one(raw, 4, 2).strip())[:LONGEST]


def _name(pid: Segment) -> tuple[str | None, str | None]:
    """Return family and given name of the first name somebody goes by; a surname may have parts."""
    names = pid.repeats(5)[:_MOST]
    own = [raw for raw in names if pid.one(raw, 7).strip().upper() not in _NOT_THE_NAME]
    for raw in own:
        family, given = pid.one(raw, 1, 1).strip(), pid.one(raw, 2, 1).strip()
        if {family.lower(), given.lower()} - {""} <= _NO_NAMES:
            continue
        if family:
            return family[:LONGEST], "" if given == DELETED else given[:LONGEST]
        if given and given != DELETED:
            return given[:LONGEST], ""  # an only name
    return None, None


def _birth(text: str, doubts: list[Held]) -> Birth | None:
    """Return a birth as exactly as it is written: a year, a month or a day; hours are not kept."""
    if not text:
        return None
    if text == DELETED:
        return births.UNKNOWN
    day = _calendar(text)
    if day is None:
        doubts.append(Held(Hold.UNREADABLE, {"detail": f"the date of birth “{text[:20]}” is none"}))
        return None
    return Birth(*day)


def _calendar(text: str) -> tuple[date, Precision] | None:
    found = _DAY.fullmatch(_ZONE.sub("", text))
    if found is None or not text.isascii():
        return None
    year, month, day = found.groups()
    precision = Precision.DAY if day else Precision.MONTH if month else Precision.YEAR
    try:
        return date(int(year), int(month or 1), int(day or 1)), precision
    except ValueError:
        return None


def _death(text: str, indicator: str, doubts: list[Held]) -> Death | None:
    """Return a death as exactly as it is written (PID-29), or that it was (PID-30 alone).

    That somebody lives (N) takes no death back: a person does. N beside a date says neither.
    """
    if not text or text == DELETED:
        return Death() if indicator.upper() == "Y" else None
    found = _calendar(text)
    if found is None:
        doubts.append(Held(Hold.UNREADABLE, {"detail": f"the date of death “{text[:20]}” is none"}))
        return None
    if indicator.upper() == "N":
        detail = f"a date of death, “{text[:20]}”, and that they live (PID-30 N)"
        doubts.append(Held(Hold.UNREADABLE, {"detail": detail}))
        return None
    return Death(*found)


def _sex(text: str, doubts: list[Held]) -> str | None:
    """Return the sex that is said; U says that nobody knows it, which takes nothing back."""
    if text.upper() in ("", "U"):
        return None
    if text == DELETED:
        return "U"
    known = _SEXES.get(text.upper())
    if known is None:
        doubts.append(Held(Hold.UNREADABLE, {"detail": f"the sex “{text[:20]}” is not known"}))
    return known


def _species(pid: Segment) -> str | None:
    """Return PID-35, which says the species of a patient who is not human (HL7 2.4 and later)."""
    text = pid.text(35, 1).strip() or pid.text(35, 2).strip()
    return None if not text or text == DELETED else text[:LONGEST]


def merged(segments: Sequence[Segment]) -> Iterator[tuple[Segment, Segment]]:
    """Yield each PID with the MRG that follows it: a message may merge several."""
    pid: Segment | None = None
    for segment in segments:
        if segment.name == "PID":
            pid = segment
        elif segment.name == "MRG" and pid is not None:
            yield pid, segment
