"""What is done about what a hospital's system tells of a patient: decided from values alone.

Of two things told, the one that was written down later holds, whichever came first. What would make
one person of two, or another of one, is left to a person: so is every identifier that is several
persons', and an update that changes two of name, birth date and sex at once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from assays.rules import hospital_merges, hospital_stays
from assays.rules.filing import Held, Hold
from assays.rules.hospital_known import (
    Admit,
    Known,
    Outcome,
    PersonKnown,
    Plan,
    Register,
    Step,
    is_before,
)
from assays.rules.hospital_messages import Act, Event
from assays.rules.hospital_people import amended, check_same, named

# As everywhere in the record: moments in the world are refused when further ahead.
AHEAD = timedelta(minutes=2)


def decide(event: Event, known: Known, *, at: datetime, is_accepted: bool = False) -> Plan | Held:
    """Return what is done about an event of a patient, or why it is held.

    `is_accepted` says that a person looked at an update that seems to be about somebody else.
    """
    if event.doubts:
        return event.doubts[0]
    if (when := ahead(event, at)) is not None:
        return Held(Hold.IN_FUTURE, {"observed": when.isoformat(timespec="minutes")})
    if not event.patient.identifiers:
        return Held(Hold.UNREADABLE, {"detail": "it names no identifier of a person"})
    if event.act in (Act.LINK, Act.UNLINK, Act.IDENTIFY):
        return hospital_merges.decide(event, known, is_accepted=is_accepted)
    if len(known.persons) > 1:
        return Held(Hold.AMBIGUOUS_PATIENT, {"identifiers": named(event.patient.identifiers)})
    if not known.persons:
        return _of_nobody(event, known, at)
    return _of_somebody(event, known.persons[0], known, at, is_accepted)


def _of_nobody(event: Event, known: Known, at: datetime) -> Plan | Held:
    if event.act not in (Act.REGISTER, Act.ADMIT):
        return Held(Hold.UNKNOWN_PATIENT, {"identifiers": named(event.patient.identifiers)})
    if known.species is None:
        return Held(Hold.UNKNOWN_SPECIES, {"species": event.patient.species or ""})
    steps: tuple[Step, ...] = (Register(),)
    if hospital_stays.begins_stay(event):
        if known.ward is None:
            return hospital_stays.no_ward(event)
        steps = (*steps, Admit(None, known.ward, hospital_stays.since(event, at)))
    return Plan(Outcome.DONE, steps)


def _of_somebody(
    event: Event, person: PersonKnown, known: Known, at: datetime, is_accepted: bool
) -> Plan | Held:
    if event.patient.species is not None and known.species != person.species:
        given = {"species": event.patient.species}
        if known.species is None:
            return Held(Hold.UNKNOWN_SPECIES, given)
        about = {"identifiers": named(event.patient.identifiers)}
        return Held(Hold.OTHER_SPECIES, {**given, **about})
    is_old = is_before(event.told_at, person.told_at)
    conflict = check_same(event.patient, person, most=1, is_accepted=is_accepted or is_old)
    if conflict is not None:
        return conflict
    who = () if is_old or not event.act.tells_who else amended(event.patient, person, known)
    if isinstance(who, Held):
        return who
    if not event.act.is_of_stay:
        outcome = Outcome.DONE if who else Outcome.OUTDATED if is_old else Outcome.NOTHING
        return Plan(outcome, who, person=person.id)
    plan = hospital_stays.decide(event, person, known, at)
    if isinstance(plan, Held):
        return plan
    outcome = Outcome.DONE if who else plan.outcome
    return Plan(outcome, (*who, *plan.steps), person=person.id, stay=plan.stay)


def ahead(event: Event, at: datetime) -> datetime | None:
    """Return a moment of the event that is yet to come, if there is one."""
    stay = event.stay if event.act.is_of_stay else None
    moments = [event.told_at, event.happened_at]
    moments += [stay.admitted_at, stay.discharged_at] if stay is not None else []
    return next((one for one in moments if one is not None and one > at + AHEAD), None)
