"""What an act records is known once it holds the person's lock, not since its door read the clock."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from consent.actions import capacities, checks, enrolments, passes, programmes, waivers
from consent.actions import medical as conclusions
from consent.queries.clearances import clearance_of
from consent.queries.medical import sitting_of
from consent.rules.capacities import Capacity
from consent.rules.facts import CheckOutcome
from consent.rules.medical import Examined, Sign
from labsys.lib.clock import database_now, hospital_day
from patients.actions import encounters, links, persons, quarantine
from patients.models import EncounterEnd
from tests.consent.programme import BODY, CALM, REFERRED, World
from tests.patients import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def refer(world, person, at):
    world.medical(person, REFERRED, performed_at=at, at=at)


def conclude(world, person, at):
    seen_signs = dict.fromkeys(Sign, False) | {Sign.FEVER: True}
    examined = Examined(vitals=CALM, signs=seen_signs)
    given = {"person": person, "programme": world.programme, "performed_at": at, "at": at}
    sitting = sitting_of(person, world.programme, performed_at=at, at=at)
    seen = sitting.seen(sitting.proposal(examined))
    outcome = CheckOutcome.REFERRED
    given |= {"examined": examined, "outcome": outcome, "seen": seen, "by": world.examiner}
    conclusions.conclude(**given)


def fail_interview(world, person, at):
    world.psychological(person, REFERRED, performed_at=at, at=at)


def lack(world, person, at):
    given = {"outcome": Capacity.LACKS, "assessed_at": at, "by": world.psychologist}
    capacities.assess(person=person, at=at, **given)


def annul_check(world, person, at):
    given = {"by": world.examiner, "at": at, "reason": "Wrong person."}
    checks.annul(check=person.checks.filter(kind="MEDICAL").get(), **given)


def annul_signature(world, person, at):
    given = {"by": world.officer, "at": at, "reason": "Wrong person."}
    waivers.annul_signature(signature=person.waiver_signatures.get(), **given)


def withdraw(world, person, at):
    world.withdraw(person, at=at)


def leave(world, person, at):
    row = person.enrolments.get()
    enrolments.end(enrolment=row, ended_at=at, by=world.officer, at=at)


def ask_more(world, person, at):
    asks = {"nanite_analyte": "NANITE-LOAD", "nanite_maximum": Decimal(1)}
    given = {"programme": world.programme, "effective_from": at, "by": world.manager, "at": at}
    version = programmes.draft_version(**given, **asks)
    programmes.approve_version(version=version, by=world.examiner, at=at)


def replace_text(world, person, at):
    given = {"title": "Waiver", "body": BODY, "effective_from": at, "predecessor_until": at}
    text = waivers.draft_text(programme=world.programme, by=world.manager, at=at, **given)
    waivers.approve_text(text=text, by=world.examiner, at=at)


def close(world, person, at):
    given = {"by": world.examiner, "reason": "Over."}
    programmes.close(programme=world.programme, at=at, **given)


def keep_apart(world, person, at):
    given = {"kind": "HOSPITAL", "reason": "Contact.", "starts_at": at}
    quarantine.order(person=person, by=world.registrar, at=at, **given)


def doubt(world, person, at):
    given = {"basis": "Two faces.", "happened_at": at}
    persons.doubt_identity(person=person, by=world.registrar, at=at, **given)


def make_a_child(world, person, at):
    born = {"birth_date": hospital_day(at) - timedelta(days=3650), "birth_precision": "DAY"}
    expected = {name: getattr(person, name) for name in born}
    given = {"changes": born, "expected": expected, "reason": "Certificate seen."}
    persons.amend(person=person, by=world.registrar, at=at, **given)


def die(world, person, at):
    world.dies(person, at=at)


def die_in_a_ward(world, person, at):
    given = {"ended_at": at, "disposition": EncounterEnd.Disposition.DECEASED}
    stay = people.admitted(person)
    encounters.discharge(encounter=stay, by=world.registrar, at=at, **given)


def link_a_double(world, person, at):
    double = people.person(by=world.registrar)
    doubt(world, double, at)
    given = {"duplicate": double, "survivor": person, "reason": "Same person."}
    links.link(by=world.registrar, at=at, **given)


ACTS = [
    *(refer, conclude, fail_interview, lack, annul_check, annul_signature),
    *(withdraw, leave, ask_more, replace_text, close),
    *(keep_apart, doubt, make_a_child, die, die_in_a_ward, link_a_double),
]


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_who_left_meanwhile_left_without_it(world, act) -> None:
    person = world.cleared()
    at = database_now()  # the door's, before the act waits for the lock

    posting = world.post(person)
    act(world, person, at)

    moment = posting.answered_at
    assert at < moment
    assert clearance_of(person, world.programme, at=moment, known_at=moment).is_cleared
    assert not clearance_of(person, world.programme, at=database_now()).is_cleared


def test_a_pass_given_meanwhile_is_not_contradicted(world) -> None:
    person, at = world.cleared(), database_now()

    given = passes.issue(person=person, programme=world.programme, by=world.officer, at=at)
    refer(world, person, at)

    moment = given.recorded_at
    assert clearance_of(person, world.programme, at=moment, known_at=moment).is_cleared


def test_what_clears_is_known_from_the_lock_too(world) -> None:
    person = world.person()
    world.enrol(person)
    world.medical(person)
    world.psychological(person)
    at = database_now()

    signature = world.sign(person, signed_at=at, at=at)

    assert signature.recorded_at > at
    assert not clearance_of(person, world.programme, at=at).is_cleared
    assert clearance_of(person, world.programme, at=database_now()).is_cleared
