"""Booking at the desk, what a participant sees of it, and calendars without anybody's name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import get_default_timezone

from consent.actions import appointments, reminders
from consent.models import Appointment
from consent.queries import appointments as queries
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import bounds_of_day, database_now, hospital_day
from tests.clients import client_of
from tests.consent.actions.test_appointments import begun, book, enrolled, slot_of
from tests.consent.programme import World
from tests.consent.rules.test_calendars import read
from tests.factories import principal

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def local(moment, form: str = "%Y-%m-%dT%H:%M") -> str:
    return moment.astimezone(get_default_timezone()).strftime(form)


def tomorrow() -> str:
    return local(database_now() + timedelta(days=1))


def test_a_time_is_booked_seen_moved_and_cancelled(world) -> None:
    person, officer = enrolled(world), client_of(world.officer)
    given = {"kind": "BOTH", "starts_at": tomorrow(), "minutes": "45"}

    booked = officer.post(reverse("appointment-book", args=[slot_of(person).pk]), given)
    made = Appointment.objects.get(person=person)
    day = officer.get(booked.url)
    moved = officer.post(
        reverse("appointment-move", args=[made.pk]),
        {"starts_at": tomorrow(), "minutes": "30", "with_whom": world.examiner.pk},
    )
    last = Appointment.objects.get(person=person, state="BOOKED")
    gone = officer.post(reverse("appointment-cancel", args=[last.pk]), {"reason": "Ill."})

    assert (booked.status_code, moved.status_code, gone.status_code) == (302, 302, 302)
    assert made.ends_at - made.starts_at == timedelta(minutes=45)
    assert person.mrn in day.content.decode()
    assert (last.sequence, last.with_whom) == (1, world.examiner)
    last.refresh_from_db()
    assert (last.state, last.reason) == ("CANCELLED", "Ill.")


def test_whoever_did_not_come_is_offered_a_make_up(world) -> None:
    person, officer = enrolled(world), client_of(world.officer)
    missed = begun(world, person)

    officer.post(reverse("appointment-miss", args=[missed.pk]))
    offered = f"{reverse('appointment-book', args=[missed.slot_id])}?makes_up_for={missed.pk}"
    form = officer.get(offered)
    day = hospital_day(missed.starts_at)
    listed = officer.get(f"{reverse('appointments', args=[world.programme.code])}?day={day}")
    board = officer.get(
        f"{reverse('board', args=[world.programme.code])}?day={hospital_day(missed.slot.due_at)}"
    )
    given = {name: form.context["form"][name].value() for name in ("kind", "make_up_of")}
    officer.post(offered, {**given, "starts_at": tomorrow(), "minutes": "30"})
    again = officer.get(f"{reverse('appointments', args=[world.programme.code])}?day={day}")

    assert "Makes up for" in form.content.decode()
    assert given == {"kind": "MEDICAL", "make_up_of": missed.pk}
    assert offered in listed.content.decode()
    assert offered in board.content.decode()
    assert offered not in again.content.decode()
    assert Appointment.objects.get(person=person, state="BOOKED").make_up_of == missed


def test_a_clinician_who_is_booked_is_not_booked_again(world) -> None:
    held = book(world, enrolled(world), with_whom=world.examiner)
    other = enrolled(world)
    given = {"kind": "MEDICAL", "starts_at": local(held.starts_at), "minutes": "30"}

    answer = client_of(world.officer).post(
        reverse("appointment-book", args=[slot_of(other).pk]),
        {**given, "with_whom": world.examiner.pk},
    )

    assert answer.status_code == 409
    assert f"appointment {held.pk} (" in answer.content.decode()
    assert held.person.mrn not in answer.content.decode()


def test_a_long_day_has_further_pages(world, monkeypatch) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    starts_at, _end = bounds_of_day(hospital_day(database_now()) + timedelta(days=2))
    made = [
        book(world, enrolled(world), starts_at=starts_at + n // 2 * timedelta(minutes=30))
        for n in range(5)
    ]
    client = client_of(world.officer)
    address = f"{reverse('appointments', args=[world.programme.code])}?day=" + str(
        hospital_day(starts_at)
    )
    seen = []
    for _page in range(3):
        answer = client.get(address)
        seen += [row.pk for row, _state in answer.context["rows"]]
        address = answer.context["next"]

    assert seen == [one.pk for one in made]
    assert address == ""
    assert (hospital_day(starts_at), 5) in [day[:2] for day in answer.context["week"]]


@pytest.mark.parametrize(
    "wrong",
    [
        {"starts_at": "never"},
        {"starts_at": "2020-01-01T08:00"},
        {"minutes": "0"},
        {"minutes": "1e9"},
        {"kind": "DENTAL"},
        {"with_whom": "999999999999999999999"},
        {"place": "x"},
    ],
)
def test_what_cannot_be_booked_is_said_beside_its_field(world, wrong) -> None:
    person = enrolled(world)
    given = {"kind": "BOTH", "starts_at": tomorrow(), "minutes": "30", **wrong}

    answer = client_of(world.officer).post(
        reverse("appointment-book", args=[slot_of(person).pk]), given
    )

    assert answer.status_code == 422
    assert set(wrong) & set(answer.context["form"].errors)
    assert not Appointment.objects.exists()


def test_a_participant_sees_their_own_appointments_and_reminders(world) -> None:
    mine, other = enrolled(world), enrolled(world)
    at = database_now()
    own = book(world, mine, starts_at=at + timedelta(hours=20))
    other_s = book(world, other, starts_at=at + timedelta(hours=20, minutes=7))
    for moment in (at, slot_of(mine).lapses_at):
        reminders.remind(by=Principal.objects.system("sweep"), at=moment)
    client = client_of(world.participant(mine))

    page = client.get(reverse("own-clearance")).content.decode()
    events = read(client.get(reverse("calendar")).content.decode())

    assert page.count("<li>" + local(own.starts_at, "%A %d %b %Y %H:%M")) == 1
    assert page.count("You have an appointment:") == 1
    assert local(other_s.starts_at, "%H:%M") not in page
    assert page.count("is due today") == 1
    assert "has lapsed" not in page  # what was told of a later moment is not so yet
    assert [one["SUMMARY"] for one in events] == ["Medical check"]


def test_a_clinicians_calendar_names_nobody_and_follows_what_is_moved(world) -> None:
    person, second = enrolled(world), world.physician()
    first = book(world, person, with_whom=world.examiner)
    mine = client_of(world.examiner)
    address = reverse("calendar")
    [booked] = read(mine.get(address).content.decode())

    moved = first.starts_at + timedelta(hours=3)
    given = {"starts_at": moved, "ends_at": moved + timedelta(hours=1), "by": world.officer}
    last = appointments.move(appointment=first, with_whom=second, at=database_now(), **given)
    [given_away] = read(mine.get(address).content.decode())
    [taken] = read(client_of(second).get(address).content.decode())
    appointments.cancel(appointment=last, by=world.officer, at=database_now())
    [cancelled] = read(client_of(second).get(address).content.decode())

    assert (booked["STATUS"], given_away["STATUS"]) == ("CONFIRMED", "CANCELLED")
    assert (taken["STATUS"], cancelled["STATUS"]) == ("CONFIRMED", "CANCELLED")
    assert booked["UID"] == given_away["UID"] == taken["UID"] == cancelled["UID"]
    sequences = [int(one["SEQUENCE"]) for one in (booked, given_away, taken, cancelled)]
    assert sequences == [0, 1, 1, 2]
    for event in (booked, taken):
        assert person.mrn not in str(event)
        assert person.display_name not in str(event)


def test_planning_is_for_screening_staff_and_looking_for_who_examines(world) -> None:
    person = enrolled(world)
    booking = reverse("appointment-book", args=[slot_of(person).pk])
    day = reverse("appointments", args=[world.programme.code])

    assert client_of(world.examiner).get(day).status_code == 200
    assert client_of(world.examiner).get(booking).status_code == 403
    assert client_of(principal(Role.GATE_OFFICER)).get(day).status_code == 403
    assert (
        client_of(world.officer).get(reverse("appointment-book", args=[10**9])).status_code == 404
    )


def test_a_day_asks_as_many_questions_of_twenty_as_of_two(world) -> None:
    client = client_of(world.officer)
    starts_at, _end = bounds_of_day(hospital_day(database_now()) + timedelta(days=2))
    address = reverse("appointments", args=[world.programme.code])
    address = f"{address}?day={hospital_day(starts_at)}"
    client.get(address)
    asked = []
    for more in (2, 18):
        for _each in range(more):
            book(world, enrolled(world), starts_at=starts_at, with_whom=world.examiner)
            starts_at += timedelta(minutes=30)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        asked.append((len(answer.context["rows"]), len(queries)))

    assert [rows for rows, _queries in asked] == [2, 20]
    assert asked[0][1] == asked[1][1]
