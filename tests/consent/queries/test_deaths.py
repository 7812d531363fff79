"""Whoever is recorded as dead is cleared for nothing, until that is taken back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from consent.actions import passes
from consent.actions.postings import NotCleared
from consent.models import ClearanceTouch
from consent.queries.clearances import clearance_of, clearances_of
from consent.rules.answers import Reason
from labsys.lib.clock import bounds_of_day, database_now, hospital_day
from patients.actions import encounters, links
from patients.models import EncounterEnd
from tests.consent.programme import World
from tests.patients import people

pytestmark = pytest.mark.django_db
INSTANT = timedelta(microseconds=1)
DEAD = (Reason.NOT_ENROLLED,)


@pytest.fixture
def world() -> World:
    return World()


def reasons(world, person, at=None, **more) -> tuple[Reason, ...]:
    return clearance_of(person, world.programme, at=at or database_now(), **more).reasons


def test_a_recorded_death_refuses_from_its_recording_and_in_hindsight_from_its_day(world) -> None:
    person = world.cleared()
    before = database_now()

    world.dies(person)

    record = person.death_records.get()
    at = record.recorded_at
    answer = clearance_of(person, world.programme, at=at)
    assert answer.reasons == DEAD
    assert [(one.kind, one.id) for one in answer.grounds[0].facts] == [("death", str(record.pk))]
    assert clearances_of([person.pk], world.programme, at=at)[person.pk] == answer
    assert reasons(world, person, at - INSTANT) == reasons(world, person, before) == ()
    assert reasons(world, person, before, known_at=at) == DEAD
    midnight, _end = bounds_of_day(hospital_day(at))
    earlier = clearance_of(person, world.programme, at=midnight - INSTANT, known_at=at)
    assert all(fact.kind != "death" for ground in earlier.grounds for fact in ground.facts)
    assert ClearanceTouch.objects.filter(person=person, recorded_at=at).exists()


def test_the_dead_get_no_pass_and_are_not_posted(world) -> None:
    person = world.cleared()
    world.dies(person, deceased_on=None, deceased_precision="UNKNOWN")

    with pytest.raises(NotCleared):
        world.post(person)
    with pytest.raises(NotCleared):
        passes.issue(person=person, programme=world.programme, by=world.officer, at=database_now())


def test_a_death_in_a_ward_refuses_under_every_linked_entry(world) -> None:
    person, other = world.cleared(), world.person()
    by, at = world.registrar, database_now()
    links.link(by=by, at=at, duplicate=other, survivor=person, reason="same")
    stay = people.admitted(other)
    assert reasons(world, person) == ()

    at = database_now()
    died = EncounterEnd.Disposition.DECEASED
    encounters.discharge(by=by, at=at, encounter=stay, ended_at=at, disposition=died)

    assert reasons(world, person) == DEAD
    known = other.death_records.get().recorded_at
    assert ClearanceTouch.objects.filter(person=other, recorded_at=known).exists()


def test_a_death_known_better_goes_on_to_refuse(world) -> None:
    person = world.cleared()
    today = hospital_day(database_now())
    world.dies(person, deceased_on=today.replace(month=1, day=1), deceased_precision="YEAR")

    world.dies(person, deceased_on=today, deceased_precision="DAY")

    assert reasons(world, person) == DEAD
    assert person.death_records.count() == 2


def test_a_death_taken_back_clears_from_then_on_and_never_before(world) -> None:
    person = world.cleared()
    before = database_now()
    world.dies(person)
    while_dead = database_now()
    world.dies(person, deceased_on=None)
    at = person.death_records.get(deceased_on=None).recorded_at

    assert reasons(world, person, at) == ()
    assert reasons(world, person, at - INSTANT, known_at=at) == DEAD
    assert reasons(world, person, while_dead, known_at=at) == DEAD
    assert reasons(world, person, before, known_at=at) == DEAD
    assert reasons(world, person, before) == ()


def test_what_else_is_set_right_says_nothing_of_a_death(world) -> None:
    person = world.cleared()

    world.dies(person, deceased_on=None, birth_date=date(1991, 5, 17))
    world.dies(person, deceased_on=None)

    assert reasons(world, person) == ()
