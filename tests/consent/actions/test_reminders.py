"""Reminders: of each step of a round and of each appointment once, and of nothing to who is away."""

from __future__ import annotations

from datetime import timedelta

import pytest

from consent.actions import appointments, reminders
from consent.models import Reminder, RoundSlot
from consent.queries.reminders import newest
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now
from tests.consent.actions.test_appointments import (
    INSTANT,
    LATER,
    book,
    enrolled,
    slot_of,
)
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
