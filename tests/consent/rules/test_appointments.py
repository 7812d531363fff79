"""Which times can be booked, and which checks an appointment is good for."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from consent.rules.appointments import (
    LONGEST,
    AppointmentKind,
    TimeProblem,
    covers,
    overlaps,
    time_problem,
)
from consent.rules.facts import CheckKind
from consent.rules.rounds import ReminderStep, reminder_step
from tests.consent.rules.people import DAY, HOUR, INSTANT, START

BOTH, MEDICAL, PSYCHOLOGICAL = (
    AppointmentKind.BOTH,
    AppointmentKind.MEDICAL,
    AppointmentKind.PSYCHOLOGICAL,
)


@pytest.mark.parametrize(
    ("starts", "ends", "problem"),
    [
        (timedelta(0), HOUR, None),
        (-INSTANT, HOUR, TimeProblem.PAST),
        (HOUR, HOUR, TimeProblem.ENDS_BEFORE_IT_BEGINS),
        (HOUR, timedelta(0), TimeProblem.ENDS_BEFORE_IT_BEGINS),
        (HOUR, HOUR + LONGEST, None),
        (HOUR, HOUR + LONGEST + INSTANT, TimeProblem.TOO_LONG),
        (92 * DAY, 92 * DAY + HOUR, None),
        (92 * DAY + INSTANT, 92 * DAY + HOUR, TimeProblem.TOO_FAR),
    ],
)
def test_which_times_can_be_booked(starts, ends, problem) -> None:
    assert time_problem(START + starts, START + ends, at=START) is problem


def test_an_appointment_covers_the_checks_it_is_for() -> None:
    assert {kind: [one for one in CheckKind if covers(kind, one)] for kind in AppointmentKind} == {
        MEDICAL: [CheckKind.MEDICAL],
        PSYCHOLOGICAL: [CheckKind.PSYCHOLOGICAL],
        BOTH: [CheckKind.MEDICAL, CheckKind.PSYCHOLOGICAL],
    }


@pytest.mark.parametrize(("one", "other"), list(product(AppointmentKind, repeat=2)))
def test_two_appointments_are_for_the_same_check_unless_each_is_for_its_own(one, other) -> None:
    assert overlaps(one, other) == ({one, other} != {MEDICAL, PSYCHOLOGICAL})


@pytest.mark.parametrize(
    ("at", "step"),
    [
        (-INSTANT, None),
        (timedelta(0), ReminderStep.OPENS),
        (DAY - INSTANT, ReminderStep.OPENS),
        (DAY, ReminderStep.DUE),
        (2 * DAY - INSTANT, ReminderStep.DUE),
        (2 * DAY, ReminderStep.LAPSED),
        (99 * DAY, ReminderStep.LAPSED),
    ],
)
def test_which_step_a_round_has_reached(at, step) -> None:
    found = reminder_step(
        opens_at=START, due_at=START + DAY, lapses_at=START + 2 * DAY, at=START + at
    )

    assert found is step
