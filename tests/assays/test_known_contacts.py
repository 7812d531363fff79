"""New cases that were known contacts: told by the first positive result and the first exposure."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assays.queries import known_contacts
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
        people.infection_control(), following.agent(), since=at - DAY, until=at
    )

    assert found.fraction is None
