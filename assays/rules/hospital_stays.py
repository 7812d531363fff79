"""Where somebody is, as a hospital tells it: which stay begins, moves, ends or never was.

A stay is told apart by the number of the visit, where both sides know one.
"""

from __future__ import annotations

from datetime import datetime

from assays.rules.filing import Held, Hold
from assays.rules.hospital_known import (
    Admit,
    End,
    Finish,
    Known,
    Outcome,
    PersonKnown,
    Plan,
    StayKnown,
    Transfer,
    is_before,
)
from assays.rules.hospital_messages import Act, Event
from assays.rules.hospital_people import named

# HL7 table 0004: preadmission, outpatient and not applicable have no bed.
WITHOUT_BED = frozenset({"P", "O", "N"})


def decide(event: Event, person: PersonKnown, known: Known, at: datetime) -> Plan | Held:
    if is_before(event.told_at, person.stays_at):
        return Plan(Outcome.OUTDATED)
    match event.act:
        case Act.ADMIT:
            return _admitted(event, person, known, at)
        case Act.TRANSFER:
            return _transferred(event, person, known, at)
        case Act.DISCHARGE:
            return _discharged(event, person, at)
        case Act.CANCEL_ADMIT:
            return _never_admitted(event, person, at)
        case Act.CANCEL_DISCHARGE:
            return _stays_on(event, person)
    return _never_transferred(event, person, at)


def _admitted(event: Event, person: PersonKnown, known: Known, at: datetime) -> Plan | Held:
    if not begins_stay(event):
        return Plan(Outcome.NOTHING)
    if known.ward is None:
        return no_ward(event)
    began, here = since(event, at), person.open_stay
    if here is not None:
        if here.is_in(known.ward):
            return Plan(Outcome.NOTHING, stay=here.id)
        if began < here.started_at:
            return Plan(Outcome.OUTDATED)
        return _elsewhere(event, here)
    last = person.last_stay
    if last is not None and last.ended_at is not None and last.ended_at > began:
        return Plan(Outcome.OUTDATED)
    return Plan(Outcome.DONE, (Admit(person.id, known.ward, began),))


def _transferred(event: Event, person: PersonKnown, known: Known, at: datetime) -> Plan | Held:
    if not begins_stay(event):
        return Plan(Outcome.NOTHING)
    here = _meant(event, person)
    if here is None:
        return _no_stay(event)
    if known.ward is None:
        return no_ward(event)
    moved_at = event.happened_at or event.told_at or at
    if here.is_in(known.ward):
        return Plan(Outcome.NOTHING, stay=here.id)
    if moved_at < here.started_at:
        return Plan(Outcome.OUTDATED)
    return Plan(Outcome.DONE, (Transfer(here.id, known.ward, moved_at),), stay=here.id)


def _discharged(event: Event, person: PersonKnown, at: datetime) -> Plan | Held:
    here = _meant(event, person)
    if here is None:
        ended = _ended(event, person)
        return _no_stay(event) if ended is None else Plan(Outcome.NOTHING, stay=ended.id)
    said = event.stay.discharged_at if event.stay is not None else None
    ended_at = said or event.happened_at or event.told_at or at
    if ended_at < here.started_at:
        return Plan(Outcome.OUTDATED)
    return Plan(Outcome.DONE, (Finish(here.id, ended_at, End.DISCHARGED),), stay=here.id)


def _never_admitted(event: Event, person: PersonKnown, at: datetime) -> Plan | Held:
    here = _meant(event, person)
    if here is None:
        ended = _ended(event, person, with_errors=True)
        is_void = ended is not None and ended.end is End.ERROR
        return Plan(Outcome.NOTHING, stay=ended.id) if ended and is_void else _no_stay(event)
    ended_at = max(event.happened_at or event.told_at or at, here.started_at)
    return Plan(Outcome.DONE, (Finish(here.id, ended_at, End.ERROR),), stay=here.id)


def _stays_on(event: Event, person: PersonKnown) -> Plan | Held:
    """A stay that was ended too early goes on in the same place, from where it ended."""
    here = _meant(event, person)
    if here is not None:
        return Plan(Outcome.NOTHING, stay=here.id)
    last = _ended(event, person)
    if last is None or last.end is not End.DISCHARGED or person.open_stay is not None:
        return _no_stay(event)
    assert last.ended_at is not None
    return Plan(Outcome.DONE, (Admit(person.id, last.location, last.ended_at),))


def _never_transferred(event: Event, person: PersonKnown, at: datetime) -> Plan | Held:
    here = _meant(event, person)
    before = [one for one in person.stays if here and one.ended_at == here.started_at]
    if here is None or not before or before[-1].end is not End.TRANSFERRED:
        return _no_stay(event)
    last = before[-1]
    ended_at = max(event.happened_at or event.told_at or at, here.started_at)
    assert last.ended_at is not None
    steps = (Finish(here.id, ended_at, End.ERROR), Admit(person.id, last.location, last.ended_at))
    return Plan(Outcome.DONE, steps, stay=here.id)


def begins_stay(event: Event) -> bool:
    is_of_place = event.act in (Act.ADMIT, Act.TRANSFER) and event.stay is not None
    return is_of_place and event.stay.patient_class.upper() not in WITHOUT_BED  # type: ignore[union-attr]


def _meant(event: Event, person: PersonKnown) -> StayKnown | None:
    """Return the open stay, where it is the one that the event names, or either side names none."""
    here, visit = person.open_stay, event.stay.visit if event.stay is not None else ""
    if here is None or (visit and here.visit and visit != here.visit):
        return None
    return here


def _ended(event: Event, person: PersonKnown, *, with_errors: bool = False) -> StayKnown | None:
    """Return the ended stay that the event names; without a number of the visit, the newest one."""
    visit = event.stay.visit if event.stay is not None else ""
    over = [
        one for one in person.stays if not one.is_open and (with_errors or one.end is not End.ERROR)
    ]
    mine = [one for one in over if not (visit and one.visit) or one.visit == visit]
    return mine[-1] if mine and mine[-1] is over[-1] else None


def since(event: Event, at: datetime) -> datetime:
    said = event.stay.admitted_at if event.stay is not None else None
    return said or event.happened_at or event.told_at or at


def no_ward(event: Event) -> Held:
    return Held(Hold.UNKNOWN_WARD, {"ward": event.stay.ward if event.stay is not None else ""})


def _no_stay(event: Event) -> Plan | Held:
    """An outpatient has no stay that could end; of whoever has a bed it is still to come."""
    if event.stay is not None and event.stay.patient_class.upper() in WITHOUT_BED:
        return Plan(Outcome.NOTHING)
    return Held(Hold.UNKNOWN_STAY, {"identifiers": named(event.patient.identifiers)})


def _elsewhere(event: Event, here: StayKnown) -> Held:
    since = here.started_at.isoformat(timespec="minutes")
    about = {"identifiers": named(event.patient.identifiers), "since": since}
    return Held(Hold.STAY_CONFLICT, about)
