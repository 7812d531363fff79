"""New cases that were known contacts: told by the first positive result and the first exposure."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assays.models import BenefitMeasures
from assays.queries import benefits, known_contacts, nanite_agents
from assays.queries.analyses.epidemic import Case
from labsys.lib.clock import database_now
from patients.queries.follow_up_indicators import known_from
from tests.patients import following, people
from tests.patients.people import DAY

pytestmark = pytest.mark.django_db


def test_an_exposure_recorded_afterwards_makes_nobody_a_known_contact() -> None:
    agent, by, at = following.agent(), people.infection_control(), database_now()
    known, late, unknown, earlier = (people.person() for _each in range(4))
    for one in (known, late):
        following.exposed(one, agent, ago=3 * DAY)
    after = database_now()
    cases = {
        known.pk: Case(after, False, 1),
        late.pk: Case(at - DAY, False, 2),
        unknown.pk: Case(after, False, 3),
        earlier.pk: Case(at - 90 * DAY, False, 4),
    }

    found = known_contacts.among(
        cases, known_from(by, agent), since=at - 30 * DAY, until=after + timedelta(seconds=1)
    )

    assert (found.numerator, found.denominator) == (1, 3)


def test_without_results_there_is_no_share() -> None:
    at = database_now()
    found = known_contacts.among_new_cases(
        people.infection_control(), following.agent(code="nanites"), since=at - DAY, until=at
    )

    assert found is not None
    assert found.fraction is None


def test_of_an_agent_without_an_assay_nothing_is_established() -> None:
    at, by = database_now(), people.infection_control()

    dust = following.agent(code="dust", name="Dock dust")
    named = following.agent(code="x7", name="Nanites")

    asked = {"since": at - DAY, "until": at}
    assert known_contacts.among_new_cases(by, dust, **asked) is None
    assert known_contacts.among_new_cases(by, named, **asked) is not None


def test_measures_of_benefits_in_force_say_which_agent_results_tell_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    agent = following.agent(code="grey", name="Grey swarm")
    assert not nanite_agents.are_told_of("grey")

    monkeypatch.setattr(benefits, "in_force", lambda: BenefitMeasures(agent="Grey swarm"))

    assert nanite_agents.are_told_of("grey")
    assert nanite_agents.are_told_of(agent.name)
