"""The indicators of one agent for a day, from what is on record."""

from __future__ import annotations

import pytest

from labsys.accounts.roles import Role
from labsys.lib.clock import database_now, hospital_day
from patients.actions import links
from patients.queries.follow_up_indicators import known_from, of_days
from patients.rules.follow_up_indicators import Indicator
from tests.patients import following, people
from tests.patients.people import DAY

pytestmark = pytest.mark.django_db


def test_who_is_under_follow_up_today() -> None:
    agent, other, ward = following.agent(14), following.agent(14), people.ward()
    one, over = people.person(), people.person()
    following.exposed(one, agent)
    following.exposed(over, agent.code.upper(), ago=30 * DAY)
    following.exposed(people.person(), other)
    by, at = people.infection_control(), database_now()
    today = hospital_day(at)

    found = of_days(by, agent, [today], at=at)[today]

    counted = {name: (share.numerator, share.denominator) for name, share in found.items()}
    assert counted == {
        Indicator.UNDER_FOLLOW_UP: (1, 2),
        Indicator.TRACED: (0, 0),  # nobody was under follow-up when the day began
        Indicator.COMPLETED: (1, 2),
        Indicator.LOST: (0, 2),
        Indicator.CANCELLED: (0, 2),
    }
    nurse = people.doctor_of(ward, Role.NURSE)
    assert of_days(nurse, agent, [today], at=at)[today][Indicator.LOST].denominator == 0
    assert set(known_from(by, agent)) == {one.pk, over.pk}


def test_who_died_is_not_under_follow_up() -> None:
    agent, one, entry, survivor = following.agent(14), *(people.person() for _each in range(3))
    following.exposed(one, agent)
    following.exposed(survivor, agent)
    by, at = people.infection_control(), database_now()
    following.died(entry)
    links.link(by=by, at=at, duplicate=entry, survivor=survivor, reason="same face")
    at = database_now()
    today = hospital_day(at)

    share = of_days(by, agent, [today], at=at)[today][Indicator.UNDER_FOLLOW_UP]

    assert (share.numerator, share.denominator) == (1, 2)
