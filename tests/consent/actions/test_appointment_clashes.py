"""Nobody is booked in two places at once, and no room twice."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError

from consent.actions import appointments
from consent.models import Appointment
from labsys.audit.context import acting
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict
from labsys.lib.moments import stamp
from patients.actions import links
from tests.consent.actions.test_appointments import (
    HALF,
    INSTANT,
    LATER,
    PSYCHOLOGICAL,
    book,
    enrolled,
    place,
    slot_of,
)
from tests.consent.programme import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize("kind", ["ROOM", "BED"])
def test_a_room_is_booked_once_at_a_time(world, kind) -> None:
    room, begins = place(world, kind), database_now() + LATER
    first = book(world, enrolled(world), starts_at=begins, place=room)

    with pytest.raises(Conflict, match=rf"is taken then already: appointment {first.pk}"):
        book(world, enrolled(world), starts_at=begins + HALF / 2, place=room)
    after = book(world, enrolled(world), starts_at=begins + HALF, place=room)
    with pytest.raises(Conflict, match="is taken then already"):
        appointments.move(
            appointment=after,
            starts_at=begins + HALF / 2,
            ends_at=begins + HALF,
            place=room,
            by=world.officer,
            at=database_now(),
        )


def test_a_ward_has_room_for_several(world) -> None:
    ward, begins = place(world, "WARD"), database_now() + LATER

    for _each in range(2):
        book(world, enrolled(world), starts_at=begins, place=ward)

    assert Appointment.objects.filter(place=ward).count() == 2


def test_nobody_is_booked_in_two_places_at_once(world) -> None:
    first, second = enrolled(world), enrolled(world)
    held = book(world, first, with_whom=world.examiner)

    with pytest.raises(Conflict) as clinician:
        book(world, second, starts_at=held.ends_at - INSTANT, with_whom=world.examiner)
    with pytest.raises(Conflict) as person:
        book(world, first, PSYCHOLOGICAL, starts_at=held.starts_at - HALF + INSTANT)

    for refused in (clinician, person):
        assert f"appointment {held.pk} ({stamp(held.starts_at)} – " in str(refused.value)
        assert first.display_name not in str(refused.value)
    assert world.examiner.display_name in str(clinician.value)


def test_one_appointment_may_follow_another_at_once(world) -> None:
    first, second = enrolled(world), enrolled(world)
    held = book(world, first, with_whom=world.examiner)

    after = book(world, second, starts_at=held.ends_at, with_whom=world.examiner)
    before = book(world, first, PSYCHOLOGICAL, starts_at=held.starts_at - HALF)

    assert [after.state, before.state] == ["BOOKED", "BOOKED"]


def test_a_time_is_free_again_once_its_appointment_is_moved_or_cancelled(world) -> None:
    first, second = enrolled(world), enrolled(world)
    held = book(world, first, with_whom=world.examiner)
    given = {"by": world.officer, "at": database_now(), "with_whom": world.examiner}
    later = {"starts_at": held.starts_at + timedelta(minutes=5), "ends_at": held.ends_at + HALF}

    moved = appointments.move(appointment=held, **later, **given)
    with pytest.raises(Conflict, match="booked then already"):
        book(world, second, starts_at=moved.ends_at - HALF, with_whom=world.examiner)
    appointments.cancel(appointment=moved, by=world.officer, at=database_now())

    again = book(world, second, starts_at=moved.starts_at, with_whom=world.examiner)
    assert again.state == "BOOKED"


def test_whoever_has_two_entries_is_still_one_person(world) -> None:
    first, second = enrolled(world), enrolled(world)
    held = book(world, first)
    links.link(
        duplicate=second, survivor=first, by=world.registrar, at=database_now(), reason="Same."
    )

    with pytest.raises(Conflict, match=f"appointment {held.pk}"):
        book(world, second, starts_at=held.starts_at)


@pytest.mark.parametrize("name", ["clinician_once", "person_once"])
def test_the_database_itself_books_nobody_twice(world, name) -> None:
    held = book(world, enrolled(world), with_whom=world.examiner)
    other = enrolled(world) if name == "clinician_once" else held.person
    row = Appointment(
        uid=uuid.uuid4(),
        slot=slot_of(other),
        person=other,
        kind=PSYCHOLOGICAL,
        starts_at=held.starts_at + timedelta(minutes=29),
        ends_at=held.ends_at + HALF,
        with_whom=world.examiner if name == "clinician_once" else world.psychologist,
        recorded_at=database_now(),
        recorded_by=world.officer,
    )

    with (
        pytest.raises(IntegrityError, match=f"consent_appointment_{name}"),
        acting(by=world.officer, at=database_now(), action="test"),
    ):
        row.save(force_insert=True)
