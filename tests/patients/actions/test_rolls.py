"""A roll says what the facts say, in their order; it is read while it is fresh, and by who reaches all."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from patients.actions import links, rolls
from patients.models import Agent, Person, Roll
from patients.queries import missing, visits_due
from patients.queries import rolls as queries
from patients.queries.missing import usual
from patients.rules.follow_ups import Duty
from patients.rules.whereabouts import Where
from tests.clients import client_of
from tests.patients import following, people
from tests.patients.people import DAY, HOUR

pytestmark = pytest.mark.django_db
SHOWN = (Where.NOT_LOCATED, Where.ADMITTED, Where.LOCATED, None)


@pytest.fixture(autouse=True)
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """A registry is large with its first exposure."""
    monkeypatch.setattr(queries, "LARGE", 1)


@pytest.fixture
def by() -> Principal:
    return people.infection_control()


@pytest.fixture
def agent() -> Agent:
    """An agent to which nine were exposed: two admitted, two seen, one of them visited."""
    made, ward = following.agent(), people.ward()
    crowd = [people.person() for _each in range(9)]
    for days, one in enumerate(crowd):
        following.exposed(one, made, ago=(days + 1) * DAY)
    for one in crowd[:2]:
        people.admitted(one, ward)
    following.looked(crowd[2])
    following.visited(crowd[3], made, place="barge")
    links.link(
        by=people.infection_control(),
        at=database_now(),
        duplicate=crowd[8],
        survivor=crowd[7],
        reason="same",
    )
    return made


def refresh(*, at: datetime) -> int:
    return rolls.refresh(by=Principal.objects.system("sweep"), at=at)


def told(by: Principal, agent: Agent) -> object:
    """Everything that pages say of those missing and of visits, page by page."""
    at = database_now()
    said = []
    for asked in (usual(at), usual(at, agent=agent.name)):
        said.append(dict(missing.counts(by, asked, at=at).by_place))
        for show in SHOWN:
            after = None
            while True:
                page = missing.listed(by, asked, show=show, at=at, after=after, limit=2)
                said.append([(row.person, row.first_at, row.is_seen) for row in page.rows])
                if (after := page.next) is None:
                    break
    counts = following.counted(by, agent, at=at)
    said += [counts.active, dict(counts.by_duty)]
    for duty in visits_due.SHOWN:
        said.append(list(counts.by_place(duty).items()))
        for place in (None, *counts.by_place(duty), "nowhere"):
            after = None
            while True:
                page = following.listed(
                    by, agent, duty=duty, at=at, place=place, after=after, limit=2
                )
                said.append([row.person for row in page.rows])
                if (after := page.next) is None:
                    break
    return said


def test_a_roll_says_what_the_facts_say(by: Principal, agent: Agent) -> None:
    asked = told(by, agent)

    assert refresh(at=database_now()) > 0

    assert missing.counts(by, usual(database_now()), at=database_now()).as_of is not None
    assert told(by, agent) == asked


def test_who_is_elsewhere_since_is_left_out(by: Principal, agent: Agent) -> None:
    refresh(at=database_now())
    at = database_now()
    rows = missing.listed(by, usual(at), show=Where.NOT_LOCATED, at=at).rows
    following.looked(rows[0].person)
    following.visited(rows[1].person, agent)
    at = database_now()

    left = missing.listed(by, usual(at), show=Where.NOT_LOCATED, at=at).rows
    due = following.listed(by, agent, duty=Duty.DUE, at=at).rows

    assert [row.person for row in left] == [row.person for row in rows[2:]]
    assert rows[1].person not in [row.person for row in due]


def test_who_became_another_s_entry_is_left_out(by: Principal, agent: Agent) -> None:
    refresh(at=database_now())
    at = database_now()
    one, other, *_rest = (
        row.person
        for row in missing.listed(by, usual(at), show=None, at=at).rows
        if not row.person.links_here.exists()
    )
    links.link(by=by, at=at, duplicate=one, survivor=other, reason="same face")
    at = database_now()

    rows = missing.listed(by, usual(at), show=None, at=at).rows

    assert one not in [row.person for row in rows]
    assert following.listed(by, agent, duty=Duty.DUE, at=at).rows


def test_a_page_after_somebody_who_left_begins_anew(by: Principal, agent: Agent) -> None:
    gone = Person.objects.order_by("pk").first()
    assert gone is not None
    assert gone.encounters.exists()

    for _with_roll in range(2):
        at = database_now()
        first = missing.listed(by, usual(at), show=Where.NOT_LOCATED, at=at)
        again = missing.listed(by, usual(at), show=Where.NOT_LOCATED, at=at, after=gone.pk)
        assert [row.person for row in again.rows] == [row.person for row in first.rows] != []
        refresh(at=at)


@pytest.mark.parametrize("ago", [queries.FRESH + timedelta(seconds=1), DAY])
def test_an_old_roll_is_not_read(by: Principal, agent: Agent, ago: timedelta) -> None:
    refresh(at=database_now() - ago)

    assert missing.counts(by, usual(database_now()), at=database_now()).as_of is None
    assert following.counted(by, agent, at=database_now()).as_of is None


def test_a_roll_of_another_period_is_not_read(by: Principal, agent: Agent) -> None:
    refresh(at=database_now())
    following.agent(300)
    at = database_now()

    assert missing.counts(by, usual(at), at=at).as_of is None


def test_a_small_registry_has_none(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    refresh(at=database_now())
    assert Roll.objects.exists()
    monkeypatch.setattr(queries, "LARGE", 1000)

    refresh(at=database_now())

    assert not Roll.objects.exists()


def test_who_reaches_few_is_told_of_few(agent: Agent) -> None:
    ward, mine = people.ward(), people.person()
    following.exposed(mine, agent)
    people.admitted(mine, ward)
    refresh(at=database_now())
    nurse, at = people.doctor_of(ward, Role.NURSE), database_now()

    assert missing.counts(nurse, usual(at), at=at).exposed == 1
    assert following.counted(nurse, agent, at=at).active == 1


def test_pages_say_when_it_was_counted(agent: Agent) -> None:
    following.exposed(people.person(), agent, ago=HOUR)
    refresh(at=database_now())
    client = client_of(Role.INFECTION_CONTROL)

    for address in ("missing-people", "follow-ups"):
        assert "anew every minute" in client.get(reverse(address)).content.decode()
