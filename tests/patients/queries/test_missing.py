"""Everybody exposed is at one kind of place, so the numbers add up; the statement says what the rule says."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from labsys.accounts.roles import Role
from labsys.lib.clock import database_now, hospital_day
from patients.actions import links, persons, quarantine
from patients.models import Person
from patients.queries import missing, whereabouts
from patients.queries.missing import Asked
from patients.rules.whereabouts import Where
from tests.patients import following, people
from tests.patients.people import DAY, HOUR

pytestmark = pytest.mark.django_db


def asked(**more: str) -> Asked:
    since, until = following.period(database_now())
    return Asked(since, until, **more)


def found(**more: str) -> dict[str, int]:
    counted = missing.counts(people.infection_control(), asked(**more), at=database_now())
    return {where.value: n for where, n in counted.by_place.items() if n}


def names(show: Where | None, **more: str) -> list[Person]:
    by, at = people.infection_control(), database_now()
    return [row.person for row in missing.listed(by, asked(**more), show=show, at=at).rows]


def test_each_person_is_counted_once_where_they_are() -> None:
    agent = following.agent()
    inside, seen, lost, dead = (people.person() for _each in range(4))
    unnamed = people.unnamed()
    for one in (inside, seen, lost, dead, unnamed):
        following.exposed(one, agent)
    following.exposed(inside, agent, ago=2 * DAY)
    people.admitted(inside)
    following.looked(seen)
    following.looked(lost, ago=5 * HOUR)
    following.looked(lost, "SEARCHED_NOT_FOUND", ago=HOUR)
    by, at = people.infection_control(), database_now()
    persons.amend(
        by=by,
        at=at,
        person=dead,
        changes={"deceased_on": at.date()},
        expected={"deceased_on": None},
        reason="found dead",
    )

    assert found(agent=agent.name) == {
        "DECEASED": 1,
        "ADMITTED": 1,
        "LOCATED": 1,
        "NOT_LOCATED": 2,
    }
    assert names(Where.NOT_LOCATED, agent=agent.code) == [unnamed, lost]


def test_entries_of_one_person_are_one_person() -> None:
    agent, by, at = following.agent(), people.infection_control(), database_now()
    one, other = people.person(), people.person()
    following.exposed(one, agent)
    following.exposed(other, agent)
    people.admitted(one)
    link = links.link(by=by, at=at, duplicate=one, survivor=other, reason="same face")

    assert found(agent=agent.name) == {"ADMITTED": 1}
    assert names(Where.ADMITTED, agent=agent.name) == [other]

    links.unlink(by=by, at=database_now(), link=link, reason="two faces")
    assert found(agent=agent.name) == {"ADMITTED": 1, "NOT_LOCATED": 1}


def test_a_death_recorded_under_a_linked_entry_is_a_death() -> None:
    agent, by = following.agent(), people.infection_control()
    one, other = people.person(), people.person()
    following.exposed(other, agent)
    following.died(one)
    links.link(by=by, at=database_now(), duplicate=one, survivor=other, reason="same face")
    at = database_now()

    assert found(agent=agent.name) == {"DECEASED": 1}
    assert names(Where.DECEASED, agent=agent.name) == [other]
    assert whereabouts.of([other.pk], at=at)[other.pk].where is Where.DECEASED
    assert following.counted(by, agent, at=at).active == 0


def test_agent_event_and_period_narrow() -> None:
    agent, one, two = following.agent(), people.person(), people.person()
    following.exposed(one, agent, event="dock 4")
    following.exposed(two, "something else", event="dock 4")
    following.exposed(two, agent, ago=60 * DAY)
    gone = following.exposed(people.person(), agent, certainty="EXCLUDED")

    assert gone.pk
    assert found(agent=agent.name) == {"NOT_LOCATED": 1}
    assert found(event="dock 4") == {"NOT_LOCATED": 2}
    assert found(event="dock 5") == {}
    assert found(agent="something ELSE ") == {"NOT_LOCATED": 1}


def test_it_goes_back_as_far_as_the_longest_rule_in_force() -> None:
    by, today = people.infection_control(), hospital_day(database_now())
    following.agent(14)
    assert missing.usual_days(database_now()) == 90

    agent = following.agent(200)
    following.exposed(people.person(), agent, ago=199 * DAY)
    at = database_now()
    given = missing.usual(at, agent=agent.code)
    assert hospital_day(given.since) == today - 200 * DAY
    assert missing.counts(by, given, at=at).exposed == 1

    following.rule(agent, 100)
    assert missing.usual_days(database_now()) == 100


def test_who_reaches_few_counts_few() -> None:
    agent, ward = following.agent(), people.ward()
    mine, other = people.person(), people.person()
    following.exposed(mine, agent)
    following.exposed(other, agent, source_person=mine)
    people.admitted(mine, ward)
    nurse, at = people.doctor_of(ward, Role.NURSE), database_now()

    counted = missing.counts(nurse, asked(agent=agent.name), at=at)
    row = missing.listed(nurse, asked(agent=agent.name), show=None, at=at).rows[0]

    assert (counted.exposed, row.person, row.contacts, row.hidden_contacts) == (1, mine, (), 0)


def test_who_may_not_see_exposures_is_not_told_contacts() -> None:
    agent, ward = following.agent(), people.ward()
    mine, beside, other = people.person(), people.person(), people.person()
    following.exposed(mine, agent, source_person=beside)
    following.exposed(other, agent, source_person=mine)
    for one in (mine, beside):
        people.admitted(one, ward)
    nurse, doctor = people.doctor_of(ward, Role.NURSE), people.doctor_of(ward)
    everybody, at = people.infection_control(), database_now()
    given = asked(agent=agent.name)

    found = {by: missing.listed(by, given, show=None, at=at).rows for by in (nurse, doctor)}
    (told,) = [
        one for one in missing.listed(everybody, given, show=None, at=at).rows if one.person == mine
    ]

    assert [(row.contacts, row.hidden_contacts) for row in found[nurse]] == [((), 0)]
    # Whom they exposed is said by an exposure of somebody out of reach.
    assert [(row.contacts, row.hidden_contacts) for row in found[doctor]] == [((beside,), 0)]
    assert set(told.contacts) == {beside, other}


def test_contacts_who_may_know_are_named_in_both_directions() -> None:
    agent, source, one, two = following.agent(), *(people.person() for _each in range(3))
    following.exposed(one, agent, source_person=source)
    following.exposed(two, agent, source_person=one)
    by, at = people.infection_control(), database_now()

    rows = missing.listed(by, asked(agent=agent.name), show=None, at=at).rows

    assert {row.person: set(row.contacts) for row in rows} == {one: {source, two}, two: {one}}


def test_of_many_contacts_the_latest_are_named_and_the_others_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(missing, "CONTACTS", 2)
    monkeypatch.setattr(missing, "CONTACTS_READ", 4)
    agent, source, by = following.agent(), people.person(), people.infection_control()
    contacts = [people.person() for _each in range(6)]
    told = []
    following.exposed(source, agent, ago=9 * DAY)
    for days, one in zip(range(8, 2, -1), contacts, strict=True):
        following.exposed(one, agent, source_person=source, ago=days * DAY)
        rows = missing.listed(by, asked(agent=agent.name), show=None, at=database_now()).rows
        (row,) = [row for row in rows if row.person == source]
        told.append((row.more_contacts, row.is_cut))

    assert told == [(0, False), (0, False), (1, False), (2, False), (2, True), (2, True)]
    assert row.contacts == (contacts[5], contacts[4])


@pytest.mark.parametrize("seed", range(6))
def test_the_numbers_add_up_and_are_the_rules(seed: int) -> None:
    chance, agent, ward = random.Random(seed), following.agent(), people.ward()
    by = people.infection_control()
    crowd = [people.person() if chance.random() < 0.8 else people.unnamed() for _each in range(12)]
    for one in crowd:
        following.exposed(one, agent, ago=chance.randint(1, 20) * DAY)
        for _each in range(chance.randint(0, 3)):
            ago = timedelta(hours=chance.randint(0, 60))
            outcome = chance.choice(["SEEN", "SEARCHED_NOT_FOUND", "SEARCHING"])
            following.looked(one, outcome, ago=ago)
        if chance.random() < 0.4:
            following.visited(one, agent, ago=timedelta(hours=chance.randint(0, 60)))
        if chance.random() < 0.3:
            people.admitted(one, ward)
        if chance.random() < 0.4:
            at = database_now()
            starts = at - timedelta(hours=chance.randint(1, 60))
            quarantine.order(
                by=by, at=at, person=one, kind="HOME", place="home", reason="x", starts_at=starts
            )
    for _each in range(2):
        duplicate, survivor = chance.sample(crowd, 2)
        crowd.remove(duplicate)
        if not survivor.links_here.exists() and not duplicate.links_here.exists():
            links.link(
                by=by, at=database_now(), duplicate=duplicate, survivor=survivor, reason="same"
            )
    at = database_now()
    given = asked(agent=agent.name)

    counted = missing.counts(by, given, at=at)
    listed = {
        where: {row.person.pk for row in missing.listed(by, given, show=where, at=at).rows}
        for where in Where
    }
    everybody = [row.person.pk for row in missing.listed(by, given, show=None, at=at).rows]
    ruled = whereabouts.of(everybody, at=at)

    assert {where: len(rows) for where, rows in listed.items()} == dict(counted.by_place)
    assert sum(counted.by_place.values()) == len(everybody) == len(set(everybody))
    assert {one: where for where, rows in listed.items() for one in rows} == {
        one: answer.where for one, answer in ruled.items()
    }


def test_pages_follow_one_another_and_cost_the_same() -> None:
    agent, by = following.agent(), people.infection_control()
    for days in range(1, 6):
        following.exposed(people.person(), agent, ago=days * DAY)
    at, given = database_now(), asked(agent=agent.name)
    every = [row.person for row in missing.listed(by, given, show=None, at=at).rows]

    paged, after = [], None
    for _each in range(3):
        page = missing.listed(by, given, show=None, at=at, after=after, limit=2)
        paged += [row.person for row in page.rows]
        after = page.next

    assert (paged, after) == (every, None)
    with CaptureQueriesContext(connection) as few:
        missing.listed(by, given, show=None, at=at, limit=1)
    with CaptureQueriesContext(connection) as many:
        missing.listed(by, given, show=None, at=at, limit=5)
    assert len(few) == len(many)
