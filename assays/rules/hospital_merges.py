"""Which entries are one person, as a hospital tells it: joined, parted, or called otherwise.

A merge waits for both entries. One that describes the entry it gives up may be the wrong way round,
and entries that differ in two of name, birth date and sex may be two people: a person decides.
"""

from __future__ import annotations

from assays.rules.filing import Held, Hold
from assays.rules.hospital_known import (
    Amend,
    Known,
    Link,
    Outcome,
    PersonKnown,
    Plan,
    Unlink,
    is_before,
)
from assays.rules.hospital_messages import Act, Event, Said
from assays.rules.hospital_people import check_same, differing, named
from assays.rules.identity import WORDS
from labsys.lib.wording import gettext_noop as _


def decide(event: Event, known: Known, *, is_accepted: bool) -> Plan | Held:
    missing = [] if known.prior else [*event.prior]
    if event.act is not Act.IDENTIFY and not known.persons:
        missing = [*event.patient.identifiers, *missing]
    if missing:
        return Held(Hold.MERGE_WAITS, {"identifiers": named(missing)})
    if event.act is Act.IDENTIFY:
        return _identified(event, known)
    # A message may name both entries' numbers for the entry that stays.
    stays = [one for one in known.persons if one not in known.prior] or [*known.persons]
    for several in (stays, known.prior):
        if len(several) > 1:
            numbers = [*event.patient.identifiers, *event.prior]
            return Held(Hold.AMBIGUOUS_PATIENT, {"identifiers": named(numbers)})
    if is_before(event.told_at, known.joined_at):
        return Plan(Outcome.OUTDATED, person=stays[0].id, other=known.prior[0].id)
    if event.act is Act.UNLINK:
        steps = () if known.link is None else (Unlink(known.link),)
        outcome = Outcome.DONE if steps else Outcome.NOTHING
        return Plan(outcome, steps, person=stays[0].id, other=known.prior[0].id)
    return _linked(event, stays[0], known.prior[0], is_accepted)


def _linked(
    event: Event, survivor: PersonKnown, duplicate: PersonKnown, is_accepted: bool
) -> Plan | Held:
    if survivor.id == duplicate.id:
        return Plan(Outcome.NOTHING, person=survivor.id)
    if survivor.species != duplicate.species:
        why = _("they differ in species; set the wrong one right first.")
        return Held(Hold.MERGE_CONFLICT, {"why": why})
    if not is_accepted:
        conflict = check_same(event.patient, survivor, most=1) or _other_way(
            event, survivor, duplicate
        )
        both = Said(
            identifiers=event.prior,
            family=duplicate.family,
            given=duplicate.given,
            birth=duplicate.birth,
            sex=duplicate.sex,
        )
        conflict = conflict or check_same(both, survivor, most=1)
        if conflict is not None:
            return conflict
    steps = (Link(duplicate.id, survivor.id),)
    return Plan(Outcome.DONE, steps, person=survivor.id, other=duplicate.id)


def _other_way(event: Event, survivor: PersonKnown, duplicate: PersonKnown) -> Held | None:
    """Hold a merge that describes the entry which it gives up: it may be the wrong way round.

    Unless the entry that stays was set right since: then it describes that as it was.
    """
    if is_before(event.told_at, survivor.told_at):
        return None
    differs = differing(event.patient, survivor)
    if not differs or differing(event.patient, duplicate):
        return None
    what = ", ".join(_(WORDS[one]) for one in differs)
    said = {"identifiers": named(event.patient.identifiers), "differs": what}
    return Held(Hold.PATIENT_CONFLICT, said)


def _identified(event: Event, known: Known) -> Plan | Held:
    persons = {one.id: one for one in (*known.persons, *known.prior)}
    if len(persons) > 1:
        numbers = [*event.patient.identifiers, *event.prior]
        return Held(Hold.AMBIGUOUS_PATIENT, {"identifiers": named(numbers)})
    (person,) = persons.values()
    conflict = check_same(event.patient, person, most=1)
    if conflict is not None:
        return conflict
    if not known.new:
        return Plan(Outcome.NOTHING, person=person.id)
    return Plan(Outcome.DONE, (Amend(person.id, identifiers=known.new),), person=person.id)
