"""Clearance through the database: always what the rules say, and no earlier answer ever changes."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from assays.actions import recordings, results
from assays.actions.recordings import Typed
from assays.models import Assay
from consent.actions import findings
from consent.models import Check
from consent.queries import clearances
from consent.queries.facts import lock
from consent.rules.answers import Reason
from consent.rules.clearance import decide
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, Refusal
from labsys.lib.quantities import Quantity
from patients.actions import links, persons, quarantine
from patients.models import Person
from tests import laboratory
from tests.consent.programme import FAILED, PASSED, REFERRED, World
from tests.factories import principal

LOAD = {"nanite_analyte": "NANITE-LOAD", "nanite_maximum": Decimal(5000)}


def reasons(world: World, person: Person, at: datetime | None = None, **more) -> tuple[Reason, ...]:
    return clearances.clearance_of(person, world.programme, at=at or database_now(), **more).reasons


def link(world: World, duplicate: Person, survivor: Person):
    return links.link(
        by=world.registrar, at=database_now(), duplicate=duplicate, survivor=survivor, reason="same"
    )


def load(person: Person, value: int) -> object:
    """Order, collect, receive and type one nanite load."""
    lab = principal(Role.TECHNOLOGIST, Role.PATHOLOGIST)
    (specimen,) = laboratory.received(laboratory.order("NANITE-LOAD", by=lab, of=person), by=lab)
    at = database_now()
    assay = Assay.objects.get(analyte__code="NANITE-LOAD")
    typed = Typed(assay_id=assay.pk, value=Quantity(Decimal(value), "{nanites}/uL"), field="value")
    (result,) = recordings.record_typed(
        specimen=specimen, values=[typed], observed_at=at, by=lab, at=at
    )
    return result


@pytest.mark.django_db
def test_a_member_is_cleared_by_what_was_recorded_and_no_sooner() -> None:
    world = World()
    person = world.person()
    before = database_now()
    world.enrol(person)
    world.sign(person)
    world.medical(person)
    half = database_now()
    world.psychological(person)

    assert reasons(world, person, before)[0] is Reason.NOT_ENROLLED
    assert reasons(world, person, half) == (Reason.PSYCH_MISSING,)
    answer = clearances.clearance_of(person, world.programme, at=database_now())
    assert answer.is_cleared
    first = Check.objects.filter(person=person).earliest("performed_at")
    assert answer.valid_until == first.performed_at + timedelta(days=7)
    assert not reasons(world, person, answer.valid_until - timedelta(microseconds=1))
    assert reasons(world, person, answer.valid_until) == (Reason.MEDICAL_LAPSED,)


@pytest.mark.django_db
def test_a_held_load_refuses_the_instant_it_is_recorded_and_held() -> None:
    world = World(asks=LOAD)
    person = world.cleared()
    assert reasons(world, person) == (Reason.NANITE_MISSING,)
    result = load(person, 10)
    before = database_now()

    held = results.hold(
        result=result, by=principal(Role.PATHOLOGIST), at=database_now(), reason="Clot."
    )

    assert reasons(world, person) == (Reason.NANITE_MISSING, Reason.OPEN_FINDING)
    assert Reason.OPEN_FINDING not in reasons(world, person, before)
    then = database_now()
    results.clear_hold(
        hold=held, by=principal(Role.PATHOLOGIST), at=database_now(), reason="No clot."
    )
    assert Reason.OPEN_FINDING not in reasons(world, person)
    assert Reason.OPEN_FINDING in reasons(world, person, then)


@pytest.mark.django_db
def test_only_a_critical_nanite_result_is_dealt_with() -> None:
    world = World(asks=LOAD)
    result = load(world.cleared(), 10)

    with pytest.raises(InvalidInput, match="nothing to clear"):
        findings.clear(result=result, by=world.examiner, at=database_now(), reason="Fine.")
    with pytest.raises(InvalidInput, match="what was done"):
        findings.clear(result=result, by=world.examiner, at=database_now(), reason=" ")
    with pytest.raises(Refusal):
        findings.clear(result=result, by=world.officer, at=database_now(), reason="Fine.")


@pytest.mark.django_db
def test_a_corrected_birth_changes_no_earlier_answer() -> None:
    world = World()
    person = world.cleared()
    then = database_now()
    assert reasons(world, person, then) == ()

    born = date(then.year - 10, 1, 1)
    persons.amend(
        person=person,
        by=world.registrar,
        at=database_now(),
        changes={"birth_date": born},
        expected={"birth_date": person.birth_date},
        reason="Passport seen.",
    )

    young = (Reason.UNDER_AGE, Reason.NO_WAIVER)  # what a minor signs is worth nothing
    assert reasons(world, person) == young
    assert reasons(world, person, then) == ()
    assert reasons(world, person, then, known_at=database_now()) == young


@pytest.mark.django_db
def test_linking_entries_and_parting_them_changes_no_earlier_answer() -> None:
    world = World()
    survivor, duplicate = world.cleared(), world.person()
    world.medical(duplicate, FAILED)
    apart = database_now()
    made = link(world, duplicate, survivor)
    linked = database_now()
    links.unlink(by=world.registrar, at=database_now(), link=made, reason="Not the same.")

    assert reasons(world, survivor, apart) == ()
    assert reasons(world, survivor, linked) == (Reason.MEDICAL_FAILED,)
    assert reasons(world, duplicate, linked) == (Reason.MEDICAL_FAILED,)
    assert reasons(world, survivor) == ()
    log = clearances.log_of(
        survivor, world.programme, since=apart - timedelta(seconds=0), until=database_now()
    )
    assert [one.clearance.reasons for one in log] == [(), (Reason.MEDICAL_FAILED,), ()]
    assert log[1].come == log[2].gone == (Reason.MEDICAL_FAILED,)


@pytest.mark.django_db
def test_linked_entries_asked_for_together_are_answered_alike() -> None:
    world = World()
    survivor, duplicate = world.cleared(), world.person()
    link(world, duplicate, survivor)

    both = clearances.clearances_of([survivor.pk, duplicate.pk], world.programme, at=database_now())

    assert both[survivor.pk].is_cleared
    assert both[duplicate.pk].is_cleared


@pytest.mark.django_db
def test_nobody_is_enrolled_twice_under_two_entries() -> None:
    world = World()
    survivor, duplicate = world.cleared(), world.person()
    link(world, duplicate, survivor)

    with pytest.raises(Conflict, match="already"):
        world.enrol(duplicate)


def _deeds(world: World, person: Person, dice: random.Random) -> list[Callable[[], object]]:
    """Return everything that can happen to a person in this world."""

    def past() -> datetime:
        return database_now() - timedelta(days=dice.choice([0, 1, 6, 8]))

    def lifting() -> object:
        standing = list(Check.objects.filter(person=person, kind="MEDICAL").exclude(outcome=PASSED))
        return world.medical(person, lifts=standing)

    def annul() -> object:
        check = Check.objects.filter(person=person, outcome=PASSED, annulment=None).last()
        if check is None:
            return None
        return world.annul(check)

    def isolate() -> object:
        at = database_now()
        return quarantine.order(
            by=world.registrar,
            at=at,
            person=person,
            kind="HOSPITAL",
            starts_at=at,
            reason="Contact",
        )

    def doubt() -> object:
        at = database_now()
        return persons.doubt_identity(
            person=person, by=world.registrar, at=at, basis="Two faces.", happened_at=at
        )

    return [
        lambda: world.enrol(person),
        lambda: world.sign(person),
        lambda: world.withdraw(person, programme=dice.choice([None, world.programme])),
        lambda: world.medical(person, dice.choice([PASSED, REFERRED, FAILED]), performed_at=past()),
        lambda: world.psychological(person, dice.choice([PASSED, REFERRED]), performed_at=past()),
        lifting,
        annul,
        isolate,
        doubt,
        lambda: world.new_text(),
        lambda: link(world, world.person(), person),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(6))
def test_any_sequence_of_acts_is_answered_by_the_rules_and_changes_no_earlier_answer(seed) -> None:
    world, dice = World(), random.Random(seed)  # noqa: S311
    person = world.cleared() if seed % 2 else world.person()
    answered: list[tuple[datetime, tuple[Reason, ...]]] = []

    for _step in range(12):
        try:
            with transaction.atomic():
                dice.choice(_deeds(world, person, dice))()
        except Refusal:
            pass
        at = database_now()
        rules, facts = clearances.gathered([person.pk], world.programme, known_at=at)
        decided = decide(facts[person.pk], programme=rules, at=at)
        assert clearances.clearance_of(person, world.programme, at=at) == decided
        answered.append((at, decided.reasons))

    for at, before in answered:
        assert reasons(world, person, at) == before


def test_a_withdrawal_waits_for_a_decision_under_lock_and_refuses_the_next(
    fresh_database: str,
) -> None:
    world = World()
    person = world.cleared()
    survivor = world.person()
    link(world, person, survivor)
    finished = Event()

    def withdraw() -> None:
        try:
            with connection.cursor() as cursor:
                # The limit of all other statements, sooner than this decision is taken.
                cursor.execute("SET lock_timeout = '100ms'")
            world.withdraw(person)
            finished.set()
        finally:
            connection.close()

    racing = Thread(target=withdraw)
    with transaction.atomic():
        lock([survivor.pk])
        racing.start()
        assert not finished.wait(timeout=0.5)
        assert reasons(world, survivor) == ()
    racing.join(timeout=20)

    assert finished.is_set()
    assert reasons(world, survivor) == (Reason.WITHDRAWN,)
