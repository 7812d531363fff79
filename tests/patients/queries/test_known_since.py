"""Since when an exposure is known whose row was corrected later, once or several times."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from patients.actions import exposures, gateway
from patients.models import Exposure
from patients.queries.follow_up_indicators import known_from
from tests.patients import following, people
from tests.patients.people import DAY

pytestmark = pytest.mark.django_db


def corrected(row: Exposure, at: datetime, **more: Any) -> Exposure:
    stated = gateway.stated_in(row, exposures.Stated.__annotations__) | more
    by = people.infection_control()
    return exposures.correct(by=by, at=at, exposure=row, reason="set right", **stated)


def test_a_correction_does_not_make_it_known_later() -> None:
    agent, one = following.agent(14), people.person()
    first = following.exposed(one, agent.name)
    second = corrected(first, first.recorded_at + DAY, agent=agent.code)
    corrected(second, first.recorded_at + 2 * DAY, event="mess hall")

    assert known_from(people.infection_control(), agent) == {one.pk: first.recorded_at}


@pytest.mark.parametrize("told", ["agent", "person", "certainty"])
def test_what_a_correction_says_first_is_known_since_the_correction(told: str) -> None:
    agent, one = following.agent(14), people.person()
    whom = people.person() if told == "person" else one
    to = "something else" if told == "agent" else agent
    certainty = "EXCLUDED" if told == "certainty" else "POSSIBLE"
    first = following.exposed(whom, to, certainty=certainty)
    right = {"person": one, "agent": agent.code, "certainty": "CONFIRMED"}
    second = corrected(first, first.recorded_at + DAY, **right)
    corrected(second, first.recorded_at + 2 * DAY, event="mess hall")

    assert known_from(people.infection_control(), agent) == {one.pk: second.recorded_at}


def test_what_was_taken_back_is_not_known() -> None:
    agent, by = following.agent(14), people.infection_control()
    first = following.exposed(people.person(), agent)
    exposures.retract(by=by, at=first.recorded_at + DAY, exposure=first, reason="another person")

    assert known_from(by, agent) == {}
