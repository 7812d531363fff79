"""Alarms: acknowledged by name, closed with what was done, never closed by a later reading."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest

from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from patients.actions import controller_alarms as alarms
from patients.models import ControllerAlarm
from tests import factories
from tests.patients import controls

pytestmark = pytest.mark.django_db


def raised() -> ControllerAlarm:
    what, assignment = controls.quantity(), controls.assigned()
    controls.in_force(assignment.person, what)
    controls.read(assignment.controller, what, "3.1")
    return ControllerAlarm.objects.open().get()


def test_one_alarm_tells_of_all_that_left_the_band_meanwhile() -> None:
    alarm = raised()
    device, what = alarm.assignment.controller, alarm.quantity
    controls.read(device, what, "3.3")
    controls.read(device, what, "2.0")  # within again: stays open
    assert ControllerAlarm.objects.open().get() == alarm

    controls.read(device, what, "0.5")  # the other side is another alarm
    assert ControllerAlarm.objects.open().count() == 2


def test_it_is_acknowledged_once_and_closed_with_what_was_done() -> None:
    alarm, nurse, at = raised(), controls.physician(), database_now()
    with pytest.raises(Conflict, match="acknowledged"):
        alarms.close(alarm=alarm, what_was_done="reset", by=nurse, at=at)
    alarms.acknowledge(alarm=alarm, by=nurse, at=at)
    with pytest.raises(Conflict, match="already"):
        alarms.acknowledge(alarm=alarm, by=controls.physician(), at=at)
    with pytest.raises(InvalidInput, match="what was done"):
        alarms.close(alarm=alarm, what_was_done=" ", by=nurse, at=at)

    alarms.close(alarm=alarm, what_was_done="electrode replaced", by=nurse, at=at)

    assert (alarm.acknowledged_by, alarm.closed_by) == (nurse, nurse)
    with pytest.raises(Conflict):
        alarms.close(alarm=alarm, what_was_done="again", by=nurse, at=at)
    controls.read(alarm.assignment.controller, alarm.quantity, "3.2")
    assert ControllerAlarm.objects.open().get() != alarm


def test_a_late_reading_raises_one_too() -> None:
    alarm = raised()
    at = database_now()
    alarms.acknowledge(alarm=alarm, by=controls.physician(), at=at)
    alarms.close(alarm=alarm, what_was_done="reset", by=controls.physician(), at=at)
    just_before = alarm.reading.read_at - timedelta(microseconds=1)

    controls.read(alarm.assignment.controller, alarm.quantity, "9.0", just_before)

    assert ControllerAlarm.objects.open().count() == 1


def test_who_does_not_look_after_the_patient_answers_nothing() -> None:
    alarm = raised()

    with pytest.raises(NotAllowed):
        alarms.acknowledge(
            alarm=alarm, by=factories.principal(Role.TECHNOLOGIST), at=database_now()
        )
    with pytest.raises(Exception, match="reach"):
        alarms.acknowledge(alarm=alarm, by=factories.principal(Role.NURSE), at=database_now())


@pytest.mark.parametrize(
    ("value", "sides"),
    [("1.0", []), ("0.9", ["BELOW"]), ("3.0", []), ("3.1", ["ABOVE"])],
)
def test_a_limit_itself_raises_nothing(value: str, sides: list[str]) -> None:
    what, assignment = controls.quantity(), controls.assigned()
    controls.in_force(assignment.person, what)

    controls.read(assignment.controller, what, value)

    assert list(ControllerAlarm.objects.open().values_list("side", flat=True)) == sides


@pytest.mark.parametrize("order", list(permutations(("3.4", "2.0", "0.3"))))
def test_the_order_in_which_readings_arrive_changes_no_alarm(order: tuple[str, ...]) -> None:
    what, assignment = controls.quantity(), controls.assigned()
    controls.in_force(assignment.person, what)
    at = database_now()

    for value in order:
        moment = at - timedelta(microseconds=int(value[-1]))
        controls.read(assignment.controller, what, value, moment)

    sides = ControllerAlarm.objects.open().values_list("side", flat=True)
    assert sorted(sides) == ["ABOVE", "BELOW"]
