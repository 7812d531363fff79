"""A visit follows an exposure that holds by the time the person is held, not when the door was opened."""

from __future__ import annotations

from decimal import Decimal

import pytest

from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput
from patients.actions import exposures, visits
from patients.models import FollowUpVisit
from patients.queries import follow_ups
from tests.patients import following, people
from tests.patients.people import DAY

pytestmark = pytest.mark.django_db


def test_a_visit_counts_on_an_exposure_recorded_in_the_same_moment() -> None:
    agent, person, by = following.agent(), people.person(), people.infection_control()
    at = database_now()
    exposure = exposures.record(
        by=by,
        at=at,
        person=person,
        agent=agent.name,
        kind="CONTACT",
        certainty="CONFIRMED",
        first_at=at - DAY,
        last_at=at - DAY,
    )

    made = visits.record(by=by, at=at, person=person, agent=agent, outcome="SEEN", visited_at=at)

    assert made.recorded_at > exposure.recorded_at > at


def test_a_visit_set_right_is_known_after_the_one_it_sets_right() -> None:
    agent, person, by = following.agent(), people.person(), people.infection_control()
    following.exposed(person, agent)
    at = database_now()
    stated = {"person": person, "agent": agent, "visited_at": at}
    made = visits.record(by=by, at=at, outcome="SEEN", **stated)

    right = visits.correct(
        by=by, at=at, visit=made, reason="another door", outcome="REFUSED", **stated
    )
    gone = visits.retract(by=by, at=at, visit=right, reason="another person")

    assert made.recorded_at < right.recorded_at < gone.recorded_at
    found = follow_ups.of_agent(person, agent, at=database_now())
    assert found is not None
    assert not found.visits


def test_nobody_is_visited_for_what_they_were_not_exposed_to() -> None:
    agent, person, by = following.agent(), people.person(), people.infection_control()
    exposure = following.exposed(person, agent)
    exposures.retract(by=by, at=database_now(), exposure=exposure, reason="another person")

    with pytest.raises(Conflict, match="no exposure to it holds"):
        following.visited(person, agent)
    assert not FollowUpVisit.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"temperature": "50"}, "temperature"),
        ({"temperature": "NaN"}, "temperature"),
        ({"outcome": "REFUSED", "temperature": "37"}, "temperature"),
    ],
)
def test_a_visit_that_cannot_be_is_refused(wrong, field) -> None:
    agent, person = following.agent(), people.person()
    following.exposed(person, agent)
    given = {**wrong, "temperature": Decimal(wrong["temperature"])}

    with pytest.raises(InvalidInput) as refused:
        following.visited(person, agent, **given)
    assert refused.value.field == field
