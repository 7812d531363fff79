"""Reminders: of each step of a round and of each appointment once, and of nothing to who is away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consent.actions import appointments, reminders
from consent.models import Delivery, NotificationTarget, Reminder, RoundSlot
from consent.queries.reminders import newest
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now
from patients.actions import links
from tests.clients import client_of
from tests.consent.actions.test_appointments import (
    INSTANT,
    LATER,
    book,
    enrolled,
    slot_of,
)
from tests.consent.actions.test_transitions import work
from tests.consent.programme import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def test_a_window_that_a_check_moved_is_told_of_anew_and_the_old_step_no_longer(world) -> None:
    person = enrolled(world)
    by, slot = Principal.objects.system("sweep"), slot_of(person)
    late = slot.lapses_at + LATER
    reminders.remind(by=by, at=late)
    assert [one.step for one in newest([person.pk], at=late)] == ["LAPSED"]
    moved = RoundSlot.objects.filter(pk=slot.pk)
    moved.update(due_at=late + LATER, lapses_at=late + 2 * LATER, overdue_at=late + 2 * LATER)

    assert newest([person.pk], at=late) == []
    for at in (late, late + LATER, late + LATER):
        reminders.remind(by=by, at=at)

    assert [one.step for one in newest([person.pk], at=late + LATER)] == ["DUE"]
    told = Reminder.objects.filter(slot=slot).order_by("id").values_list("step", flat=True)
    assert list(told) == ["LAPSED", "OPENS", "DUE"]


def test_whoever_is_due_is_reminded_once_of_each_step(world) -> None:
    person = enrolled(world)
    by, slot = Principal.objects.system("sweep"), slot_of(person)
    moments = (slot.opens_at, slot.due_at, slot.lapses_at)

    told = [reminders.remind(by=by, at=at) for at in (*moments, *moments)]

    steps = Reminder.objects.filter(slot=slot).order_by("id").values_list("step", flat=True)
    assert list(steps)[-1] == "LAPSED"
    assert len(steps) == len(set(steps)) == sum(told)
    assert told[3:] == [0, 0, 0]


def test_an_appointment_is_told_of_once_within_a_day_before_it(world) -> None:
    person = enrolled(world)
    by, starts_at = Principal.objects.system("sweep"), database_now() + 3 * LATER
    held = book(world, person, starts_at=starts_at)
    moments = (LATER + INSTANT, LATER, timedelta(hours=1), timedelta(0))

    for before in moments:
        reminders.remind(by=by, at=starts_at - before)
        told = Reminder.objects.filter(appointment=held)
        assert told.exists() == (before <= LATER)

    [reminder] = told
    assert (reminder.step, reminder.recorded_at) == ("APPOINTMENT", starts_at - LATER)
    assert reminder in newest([person.pk], at=starts_at)
    assert reminder not in newest([person.pk], at=held.ends_at)
    appointments.cancel(appointment=held, by=world.officer, at=database_now())
    assert reminder not in newest([person.pk], at=starts_at)


def test_whoever_is_away_is_reminded_of_nothing(world) -> None:
    person = world.cleared()
    at = slot_of(person).lapses_at
    book(world, person, starts_at=database_now() + LATER)
    world.post(person)

    for moment in (database_now(), at):
        reminders.remind(by=Principal.objects.system("sweep"), at=moment)

    assert not Reminder.objects.filter(slot__person=person).exists()


def test_steps_that_were_slept_through_are_not_told_afterwards(world) -> None:
    person = enrolled(world)
    slot = slot_of(person)

    reminders.remind(by=Principal.objects.system("sweep"), at=slot.lapses_at + LATER)

    assert [one.step for one in Reminder.objects.filter(slot=slot)] == ["LAPSED"]


def test_whoever_withdrew_is_reminded_of_nothing(world) -> None:
    person = enrolled(world)
    at = slot_of(person).lapses_at
    world.withdraw(person)

    reminders.remind(by=Principal.objects.system("sweep"), at=at)

    assert not Reminder.objects.exists()


def mailed(world: World, person, address: str = "vera@home.example") -> Principal:
    """Give somebody a login with an e-mail address."""
    account = world.participant(person)
    type(account.user).objects.filter(pk=account.user.pk).update(email=address)
    return account


def beat(at=None) -> None:
    reminders.remind(by=Principal.objects.system("sweep"), at=at or database_now())


def test_a_reminder_is_sent_once_to_the_address_of_the_persons_login(world) -> None:
    person = enrolled(world)
    mailed(world, person)
    slot = slot_of(person)

    for at in (slot.due_at, slot.due_at, slot.lapses_at, slot.lapses_at):
        beat(at)
    waiting = list(Delivery.objects.order_by("id").values_list("what", "channel", "address"))
    reminded = Reminder.objects.filter(slot=slot)
    assert waiting == [("REMINDER", "EMAIL", "vera@home.example")] * reminded.count()
    assert {one.reminder_id for one in Delivery.objects.all()} == {one.pk for one in reminded}
    assert mail.outbox == []
    work()

    assert [one.to for one in mail.outbox] == [["vera@home.example"]] * reminded.count()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"SENT"}


def test_a_mail_says_that_something_is_due_and_where_to_look_and_nothing_else(world) -> None:
    person = enrolled(world)
    mailed(world, person)
    book(world, person, starts_at=database_now() + timedelta(hours=3))

    beat(slot_of(person).due_at)
    beat()
    work()

    texts = [one.subject + one.body for one in mail.outbox]
    assert any("You have an appointment soon." in one for one in texts)
    assert any("A check of yours is due." in one for one in texts)
    for said in texts:
        assert "My clearance" in said
        told = (person.mrn, person.display_name, world.programme.name, world.programme.code)
        for word in (*told, "medical", "psycholog", "clinician", "refus", "cleared", "lapse"):
            assert word not in said.replace("My clearance", "").lower()


def test_who_has_no_login_or_no_address_is_reminded_and_sent_nothing(world) -> None:
    without, no_address, left = enrolled(world), enrolled(world), enrolled(world)
    world.participant(no_address)
    gone = mailed(world, left)
    Principal.objects.filter(pk=gone.pk).update(is_active=False)

    for person in (without, no_address, left):
        beat(slot_of(person).due_at)

    assert Reminder.objects.exists()
    assert not Delivery.objects.exists()


def test_a_login_of_a_linked_entry_is_told_too(world) -> None:
    person, twin = enrolled(world), world.person()
    mailed(world, twin, "twin@home.example")
    given = {"reason": "The same passport.", "by": world.registrar, "at": database_now()}
    links.link(survivor=twin, duplicate=person, **given)

    beat()

    assert {one.address for one in Delivery.objects.all()} == {"twin@home.example"}


def test_many_are_told_in_as_many_statements_as_one(world) -> None:
    asked = []
    for more in (1, 4):
        for number in range(more):
            mailed(world, enrolled(world), f"{more}-{number}@home.example")
        with CaptureQueriesContext(connection) as queries:
            beat(database_now() + timedelta(days=1))
        asked.append(len(queries))

    assert Delivery.objects.count() >= 5
    assert asked[0] == asked[1]


def test_no_address_can_be_put_down_for_reminders(world) -> None:
    told = {"channel": "EMAIL", "address": "a@b.example", "what": "REMINDER"}

    answer = client_of(world.officer).post("/api/v1/notification-targets", told, "application/json")

    assert (answer.status_code, NotificationTarget.objects.count()) == (422, 0)
