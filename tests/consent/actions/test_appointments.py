"""Appointments: booked once, moved with their history, kept by a check, missed and made up for."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import pytest

from consent.actions import appointments
from consent.models import Appointment, RoundSlot
from consent.queries.appointments import missed_by, shown_state
from consent.rules.appointments import AppointmentKind, AppointmentState
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import bounds_of_day, database_now, hospital_day
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from patients.actions import links, locations
from tests.consent.programme import PASSED, REFERRED, World, day_before
from tests.factories import principal

pytestmark = pytest.mark.django_db
BOTH, MEDICAL, PSYCHOLOGICAL = (
    AppointmentKind.BOTH,
    AppointmentKind.MEDICAL,
    AppointmentKind.PSYCHOLOGICAL,
)
LATER, HALF, INSTANT = timedelta(days=1), timedelta(minutes=30), timedelta(microseconds=1)


@pytest.fixture
def world() -> World:
    return World()


def slot_of(person) -> RoundSlot:
    return RoundSlot.objects.get(person=person, state="OPEN")


def enrolled(world: World):
    person = world.person()
    world.enrol(person)
    return person


def book(world: World, person, kind=MEDICAL, *, starts_at: datetime | None = None, **more):
    starts_at = starts_at or database_now() + LATER
    given = {"slot": slot_of(person), "by": world.officer, "at": database_now(), **more}
    return appointments.book(kind=kind, starts_at=starts_at, ends_at=starts_at + HALF, **given)


def begun(world: World, person, kind=MEDICAL, *, minutes: int = 45) -> Appointment:
    """Book a time of half an hour that began so long ago: booked an hour before it did."""
    starts_at = database_now() - timedelta(minutes=minutes)
    return book(world, person, kind, starts_at=starts_at, at=starts_at - timedelta(hours=1))


def place(world: World, kind: str):
    code = f"place-{uuid.uuid4().hex[:8]}"
    given = {"code": code, "name": "Room 4", "kind": kind}
    return locations.create(**given, by=principal(Role.ADMINISTRATOR), at=database_now())


def states(person) -> list[str]:
    rows = Appointment.objects.filter(person=person).order_by("id")
    return list(rows.values_list("state", flat=True))


def test_each_check_of_a_round_is_booked_once(world) -> None:
    person = enrolled(world)
    book(world, person, MEDICAL)
    book(world, person, PSYCHOLOGICAL, starts_at=database_now() + LATER + HALF)

    for kind in AppointmentKind:
        with pytest.raises(Conflict, match="for this already"):
            book(world, person, kind, starts_at=database_now() + 2 * LATER)

    assert states(person) == ["BOOKED", "BOOKED"]


def test_what_is_moved_keeps_its_uid_and_its_history(world) -> None:
    first = book(world, enrolled(world))
    moved_to = first.starts_at + LATER

    second = appointments.move(
        appointment=first,
        starts_at=moved_to,
        ends_at=moved_to + HALF,
        with_whom=world.examiner,
        by=world.officer,
        at=database_now(),
    )

    assert (second.uid, second.sequence, second.with_whom) == (first.uid, 1, world.examiner)
    assert Appointment.objects.get(pk=first.pk).state == "MOVED"
    with pytest.raises(Conflict, match="meanwhile"):
        appointments.cancel(appointment=first, by=world.officer, at=database_now())


def test_a_check_keeps_the_appointment_of_its_day(world) -> None:
    person = enrolled(world)
    today = begun(world, person, MEDICAL)
    psychological = begun(world, person, PSYCHOLOGICAL, minutes=15)

    world.medical(person)

    today.refresh_from_db()
    psychological.refresh_from_db()
    assert (today.state, psychological.state) == ("KEPT", "BOOKED")


def test_an_appointment_for_both_checks_is_kept_once_both_are_held(world) -> None:
    person = enrolled(world)
    today = begun(world, person, BOTH)

    world.medical(person)
    today.refresh_from_db()
    half = today.state
    world.psychological(person)
    today.refresh_from_db()

    assert (half, today.state) == ("BOOKED", "KEPT")


def test_what_one_of_two_checks_left_open_is_kept_where_it_is_moved_to(world) -> None:
    person = enrolled(world)
    yesterday = begun(world, person, BOTH, minutes=60 * 24)
    world.medical(person, performed_at=yesterday.starts_at)
    soon = database_now() + timedelta(seconds=5)
    moved = appointments.move(
        appointment=yesterday,
        starts_at=soon,
        ends_at=soon + HALF,
        by=world.officer,
        at=database_now(),
    )

    world.psychological(person)

    moved.refresh_from_db()
    assert moved.state == "KEPT"


@pytest.mark.parametrize("outcome", [PASSED, REFERRED])
def test_a_check_of_the_same_round_is_the_other_one_before_it_was_booked(world, outcome) -> None:
    person = enrolled(world)
    world.psychological(person, outcome, performed_at=day_before(database_now(), 2))
    today = begun(world, person, BOTH)

    world.medical(person)

    today.refresh_from_db()
    assert today.state == "KEPT"


def test_a_check_from_before_the_round_is_not_the_other_one(world) -> None:
    person = world.person()
    world.psychological(person, REFERRED, performed_at=day_before(database_now(), 2))
    world.enrol(person)
    today = begun(world, person, BOTH)

    world.medical(person)

    today.refresh_from_db()
    assert today.state == "BOOKED"


@pytest.mark.parametrize("is_linked", [False, True])
def test_whoever_came_and_needs_nothing_more_has_kept_an_appointment_for_both(
    world, is_linked
) -> None:
    person = world.person()
    world.psychological(person, performed_at=day_before(database_now(), 2))
    world.enrol(person)
    today = begun(world, person, BOTH, minutes=0)  # half an hour ago may be yesterday
    examined = world.person() if is_linked else person
    if is_linked:
        given = {"survivor": person, "reason": "One person.", "by": world.registrar}
        links.link(duplicate=examined, at=database_now(), **given)

    world.medical(examined)

    today.refresh_from_db()
    rounds = RoundSlot.objects.filter(person=person).order_by("id").values_list("state", flat=True)
    assert (today.state, list(rounds)) == ("KEPT", ["DONE", "OPEN"])


def test_an_appointment_of_a_day_on_which_nobody_came_ends_with_its_round(world) -> None:
    person = world.person()
    world.psychological(person, performed_at=day_before(database_now(), 2))
    world.enrol(person)
    tomorrow = book(world, person, BOTH, starts_at=database_now() + timedelta(days=1))

    world.medical(person)

    tomorrow.refresh_from_db()
    assert tomorrow.state == "CANCELLED"


def test_a_check_of_another_day_keeps_nothing(world) -> None:
    person = enrolled(world)
    begun(world, person)

    world.medical(person, performed_at=day_before(database_now(), 2))

    assert states(person) == ["BOOKED"]


def test_whoever_missed_and_came_after_all_has_kept_it(world) -> None:
    person = enrolled(world)
    missed = appointments.miss(
        appointment=begun(world, person), by=world.officer, at=database_now()
    )

    world.medical(person)

    missed.refresh_from_db()
    assert missed.state == "KEPT"


def test_what_was_missed_is_made_up_for_in_the_same_round(world) -> None:
    person, other = enrolled(world), enrolled(world)
    early = book(world, person)
    with pytest.raises(Conflict, match="before it begins"):
        appointments.miss(appointment=early, by=world.officer, at=database_now())
    appointments.cancel(appointment=early, by=world.officer, at=database_now())
    missed = appointments.miss(
        appointment=begun(world, person), by=world.officer, at=database_now()
    )

    made = book(world, person, make_up_of=missed)

    assert made.make_up_of == missed
    for wrong in (early, made):
        with pytest.raises(InvalidInput, match="missed"):
            book(world, person, PSYCHOLOGICAL, make_up_of=wrong)
    with pytest.raises(InvalidInput, match="missed"):
        book(world, other, make_up_of=missed)


def test_what_is_made_up_for_is_made_up_for_once_and_by_the_same_check(world) -> None:
    person = enrolled(world)
    by, at = world.officer, database_now()
    missed = appointments.miss(appointment=begun(world, person), by=by, at=at)
    with pytest.raises(InvalidInput, match="same check"):
        book(world, person, PSYCHOLOGICAL, make_up_of=missed)
    made = book(world, person, make_up_of=missed)
    assert list(missed_by(person.pk, at=at)) == []

    with pytest.raises(Conflict, match=f"{missed.pk} is made up for already"):
        book(world, person, make_up_of=missed)
    appointments.cancel(appointment=made, by=by, at=database_now())

    assert list(missed_by(person.pk, at=at)) == [missed]
    assert book(world, person, make_up_of=missed).make_up_of == missed


def test_a_check_keeps_the_make_up_of_its_day_and_not_what_was_missed(world) -> None:
    person = enrolled(world)
    at = database_now()
    missed = appointments.miss(appointment=begun(world, person), by=world.officer, at=at)
    book(world, person, starts_at=at - timedelta(minutes=5), at=at - HALF, make_up_of=missed)

    world.medical(person)

    assert states(person) == ["MISSED", "KEPT"]


def test_a_round_that_is_over_lets_its_appointments_go(world) -> None:
    done, withdrawn = enrolled(world), enrolled(world)
    for person in (done, withdrawn):
        book(world, person, BOTH)
    slot = slot_of(done)

    world.medical(done)
    world.psychological(done)
    world.withdraw(withdrawn)

    assert states(done) == states(withdrawn) == ["CANCELLED"]
    with pytest.raises(Conflict, match="over"):
        book(world, done, slot=slot)


def test_what_a_past_day_left_booked_was_missed_whether_or_not_anything_ran(world) -> None:
    person = enrolled(world)
    now = database_now()
    start, _end = bounds_of_day(hospital_day(now))
    yesterday = start - timedelta(hours=2)
    old = book(world, person, starts_at=yesterday, at=yesterday)
    next_one = book(world, person, PSYCHOLOGICAL, at=yesterday)
    assert shown_state(old, at=now) is AppointmentState.MISSED

    by = Principal.objects.system("sweep")
    first, again = (appointments.give_up(by=by, at=now) for _each in range(2))

    assert (first, again) == (1, 0)
    assert states(person) == ["MISSED", "BOOKED"]
    assert shown_state(next_one, at=now) is AppointmentState.BOOKED


def test_a_make_up_needs_nobody_to_have_written_down_what_was_missed(world) -> None:
    person = enrolled(world)
    start, _end = bounds_of_day(hospital_day(database_now()))
    yesterday = start - timedelta(hours=2)
    old = book(world, person, starts_at=yesterday, at=yesterday)

    made = book(world, person, make_up_of=old)

    assert made.make_up_of == old
    assert states(person) == ["MISSED", "BOOKED"]


@pytest.mark.parametrize(
    ("starts", "ends", "field"),
    [
        (-timedelta(hours=1), HALF, "starts_at"),
        (LATER, LATER, "ends_at"),
        (LATER, LATER + timedelta(hours=9), "ends_at"),
        (timedelta(days=93), timedelta(days=93) + HALF, "starts_at"),
    ],
)
def test_a_time_that_cannot_be_meant_is_refused(world, starts, ends, field) -> None:
    slot, at = slot_of(enrolled(world)), database_now()

    with pytest.raises(InvalidInput) as refused:
        appointments.book(
            slot=slot, kind=BOTH, starts_at=at + starts, ends_at=at + ends, by=world.officer, at=at
        )

    assert refused.value.field == field


def test_only_who_conducts_such_a_check_is_booked_for_it(world) -> None:
    person = enrolled(world)
    for wrong, kind in ((world.officer, BOTH), (world.psychologist, MEDICAL)):
        with pytest.raises(InvalidInput, match="conducts no such check"):
            book(world, person, kind, with_whom=wrong)

    assert book(world, person, BOTH, with_whom=world.psychologist).with_whom == world.psychologist


def test_only_screening_staff_plan(world) -> None:
    person = enrolled(world)

    with pytest.raises(NotAllowed):
        book(world, person, by=world.examiner)
