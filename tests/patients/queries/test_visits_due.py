"""Who is to be visited today: the statement for everybody says what the rule says of each."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict
from patients.actions import exposures, follow_ups, links
from patients.models import Agent, Person
from patients.queries import follow_ups as queries
from patients.queries import visits_due
from patients.queries.placing import fetched_near
from patients.rules.follow_ups import POSSIBLE, Deciding, Duty, State
from tests.patients import following, people
from tests.patients.people import DAY

pytestmark = pytest.mark.django_db
SHOWN = (Duty.OVERDUE, Duty.DUE, Duty.DONE)


def due(agent: Agent) -> dict[Duty, set[Person]]:
    by, at = people.infection_control(), database_now()
    return {
        duty: {row.person for row in following.listed(by, agent, duty=duty, at=at).rows}
        for duty in SHOWN
    }


def test_who_was_seen_today_is_done() -> None:
    agent, one, other = following.agent(), people.person(), people.person()
    following.exposed(one, agent)
    following.exposed(other, agent)
    following.visited(one, agent)
    following.visited(other, agent, outcome="UNAVAILABLE")

    assert due(agent) == {Duty.OVERDUE: set(), Duty.DUE: {other}, Duty.DONE: {one}}


def test_without_a_rule_nobody_is_due() -> None:
    agent = following.agent(days=None)
    following.exposed(people.person(), agent)

    assert due(agent) == {duty: set() for duty in SHOWN}


@pytest.mark.parametrize("seed", range(6))
def test_the_list_says_what_the_rule_says(seed: int) -> None:
    chance = random.Random(seed)
    agent, other = following.agent(14), following.agent(7)
    by = people.infection_control()
    crowd = [people.person() for _each in range(12)]
    for one in crowd:
        for _each in range(chance.randint(1, 3)):
            to, ago = chance.choice([agent, agent, other]), timedelta(hours=chance.randint(1, 480))
            made = following.exposed(one, to, ago=ago)
            if chance.random() < 0.1:
                exposures.retract(by=by, at=database_now(), exposure=made, reason="wrong form")
        for _each in range(chance.randint(0, 2)):
            _decide(one, agent, chance)
        if chance.random() < 0.5 and queries.of_agent(one, agent, at=database_now()):
            ago = timedelta(hours=chance.randint(0, 50))
            outcome = chance.choice(["SEEN", "SEEN", "REFUSED"])
            following.visited(one, agent, ago=ago, outcome=outcome)
    links.link(by=by, at=database_now(), duplicate=crowd.pop(), survivor=crowd[0], reason="same")
    at = database_now()

    ruled = {one: queries.of_agent(one, agent, at=at) for one in crowd}
    found = due(agent)
    counted = following.counted(by, agent, at=at)

    assert found == {
        duty: {one for one, answer in ruled.items() if answer and answer.duty is duty}
        for duty in SHOWN
    }
    assert counted.active == sum(
        answer is not None and answer.state is State.ACTIVE for answer in ruled.values()
    )
    assert counted.by_duty == {duty: len(rows) for duty, rows in found.items()}
    known = queries.known()
    every = visits_due.counts(by, known.agents.every, known, at=at)
    assert visits_due.waiting(by, at=at) == sum(one.waiting for one in every.values())
    values = visits_due.values_of_everybody(known.ruled(every, at=at), at=at)
    near = {**values, "near": list(Person.objects.values_list("pk", flat=True))}
    for statement in (visits_due.FOUND, visits_due.WAITING):
        assert fetched_near(statement, near) == fetched_near(statement, values)


def _decide(one: Person, agent: Agent, chance: random.Random) -> None:
    at, kind = database_now(), chance.choice(list(Deciding))
    found = queries.of_agent(one, agent, at=at)
    if found is None or found.state not in POSSIBLE[kind]:
        return
    until = None
    if kind is Deciding.EXTENDED:
        until = max(found.until or at, at - 20 * DAY) + chance.randint(1, 9) * DAY
    follow_ups.decide(
        by=people.infection_control(),
        at=at,
        person=one,
        agent=agent,
        kind=kind.value,
        reason="for a test",
        until=until,
        expected=found.state.value,
    )


def test_a_decision_expects_the_state_it_saw() -> None:
    agent, one, by = following.agent(), people.person(), people.infection_control()
    following.exposed(one, agent)
    said = {"person": one, "agent": agent, "kind": "CANCELLED", "reason": "left the system"}
    follow_ups.decide(by=by, at=database_now(), expected="ACTIVE", **said)

    with pytest.raises(Conflict, match="changed meanwhile"):
        follow_ups.decide(by=by, at=database_now(), expected="ACTIVE", **said)
    with pytest.raises(Conflict, match="in this state"):
        follow_ups.decide(by=by, at=database_now(), expected="CANCELLED", **said)
    found = queries.of_agent(one, agent, at=database_now())
    assert found is not None
    assert found.state is State.CANCELLED


def test_whom_a_reader_reaches_is_read_once_for_each_list() -> None:
    agent, ward = following.agent(), people.ward()
    mine = people.person()
    people.admitted(mine, ward)
    following.exposed(mine, agent, ago=DAY)
    doctor = people.doctor_of(ward)

    with CaptureQueriesContext(connection) as asked:
        found = following.counted(doctor, agent, at=database_now())

    assert found.active == 1
    reads = [one["sql"] for one in asked if one["sql"].startswith('SELECT "patients_person"."id"')]
    assert len(reads) == 1
