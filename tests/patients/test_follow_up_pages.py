"""The pages of follow-up: the numbers with their lists, visits in a line, decisions that are refused."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from labsys.lib.clock import database_now
from patients.actions import visits
from patients.models import FollowUpDecision, FollowUpVisit, Sighting
from patients.queries import waiting
from tests import factories
from tests.clients import client_of
from tests.patients import following, people
from tests.patients.people import DAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return client_of(people.infection_control())


def page(client: Client, name: str, *args: Any, **asked: Any) -> str:
    answer = client.get(reverse(name, args=args), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_numbers_lead_to_their_lists(client: Client) -> None:
    agent, ward = following.agent(), people.ward()
    inside, lost = people.person(), people.unnamed("pilot, found at dock 7")
    following.exposed(inside, agent, event="dock 7")
    following.exposed(lost, agent, event="dock 7", source_person=inside)
    people.admitted(inside, ward)

    first = page(client, "missing-people", agent=agent.name, event="dock 7")
    admitted = page(client, "missing-people", agent=agent.name, show="ADMITTED")
    everybody = page(client, "missing-people", show="ALL")

    assert "pilot, found at dock 7" in first
    assert f'<th scope="row"><a href="/persons/{inside.uid}' not in first
    assert inside.display_name in first  # who may know
    assert "not seen since the exposure" in first
    assert ward.name in admitted
    assert f"person-{lost.uid}" not in admitted
    assert f"person-{lost.uid}" in everybody
    assert f"person-{inside.uid}" in everybody


def test_the_page_says_which_period_is_counted(client: Client) -> None:
    following.agent(250)

    said = page(client, "missing-people")
    chosen = page(client, "missing-people", since="2026-01-02", until="2026-01-05")

    assert "goes back 250 days" in said
    for day in ("2026-01-02", "2026-01-05"):
        assert f'<time datetime="{day}">' in chosen


def test_the_page_says_how_many_more_may_know(client: Client) -> None:
    agent, one = following.agent(), people.person()
    following.exposed(one, agent)
    for _each in range(8):
        following.exposed(people.person(), agent, source_person=one, ago=200 * DAY)

    shown = page(client, "missing-people", agent=agent.name)

    assert f'<a href="{reverse("person-contacts", args=[one.uid])}">2 more</a>' in shown


def test_who_was_shown_is_recorded() -> None:
    by, agent, one = people.infection_control(), following.agent(), people.person()
    source = people.person()
    following.exposed(one, agent, source_person=source)

    page(client_of(by), "missing-people", agent=agent.name)

    looks = ReadEvent.objects.filter(actor=by.pk, purpose="missing people")
    assert {look.person_id for look in looks} == {one.pk, source.pk}


def test_addresses_that_nobody_types_are_answered(client: Client) -> None:
    agent = following.agent()
    following.exposed(people.person(), agent)

    for name in ("missing-people", "clusters"):
        for asked in ("since", "until"):
            for day in ("9999-12-31", "0001-01-01"):
                answer = client.get(reverse(name), {"agent": agent.name, asked: day})
                assert answer.status_code in (200, 422)
                assert "The year lies between 1900 and 2200." in answer.content.decode()
    page(client, "follow-ups", agent=agent.code, place="\x00")


def test_a_search_is_written_down_from_the_list_and_leads_back(client: Client) -> None:
    agent, one = following.agent(), people.person()
    following.exposed(one, agent)
    given = {"outcome": "SEARCHED_NOT_FOUND", "place": "dock 4", "back": "show=NOT_LOCATED"}

    answer = client.post(reverse("sighting-new", args=[one.uid]), given)

    assert answer.headers["Location"] == reverse("missing-people") + "?show=NOT_LOCATED"
    made = Sighting.objects.get()
    assert (made.outcome, made.place) == ("SEARCHED_NOT_FOUND", "dock 4")
    assert made.reported_by == made.recorded_by.display_name


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"outcome": "SEEN"}, "Say where they were seen"),
        ({"outcome": "MAYBE", "place": "x"}, "Select a valid choice"),
        ({"outcome": "SEEN", "place": "x" * 201}, "at most 200"),
        ({"outcome": "SEEN", "place": "x", "seen_at": "2199-01-01T00:00"}, "in the future"),
        ({"outcome": "SEEN", "place": "x\x07"}, "control character"),
    ],
)
def test_a_sighting_that_makes_no_sense_is_refused(
    client: Client, given: dict[str, str], said: str
) -> None:
    one = people.person()

    answer = client.post(reverse("sighting-new", args=[one.uid]), given)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Sighting.objects.exists()


@pytest.mark.parametrize("odd", ["x", "-1", "99999999999999999999", "1"])
def test_odd_addresses_are_no_failures(client: Client, odd: str) -> None:
    following.exposed(people.person(), following.agent())

    for name in ("missing-people", "follow-ups"):
        page(client, name, after=odd, show=odd, since=odd, agent=odd, place=odd, duty=odd)


def test_a_visit_is_recorded_in_its_line(client: Client) -> None:
    agent, one = following.agent(), people.person()
    following.exposed(one, agent)
    assert one.mrn in page(client, "follow-ups", agent=agent.code, duty="DUE")

    address = reverse("visit-new", args=[one.uid, agent.pk])
    given = {"outcome": "SEEN", "temperature": "37.2", "symptoms": "", "back": "duty=DUE"}
    answer = client.post(address, given)

    assert answer.headers["Location"] == reverse("follow-ups") + "?duty=DUE"
    assert str(FollowUpVisit.objects.get().temperature) == "37.2"
    page(client, "home")  # the message is shown once
    assert one.mrn not in page(client, "follow-ups", agent=agent.code, duty="DUE")
    assert one.mrn in page(client, "follow-ups", agent=agent.code, duty="DONE")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"outcome": "SEEN", "temperature": "372"}, "less than or equal to 45"),
        ({"outcome": "SEEN", "temperature": "NaN"}, "Enter a number"),
        ({"outcome": "UNAVAILABLE", "temperature": "37"}, "who was not seen"),
        ({"outcome": ""}, "required"),
    ],
)
def test_a_visit_that_makes_no_sense_is_refused(
    client: Client, given: dict[str, str], said: str
) -> None:
    agent, one = following.agent(), people.person()
    following.exposed(one, agent)

    answer = client.post(reverse("visit-new", args=[one.uid, agent.pk]), given)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not FollowUpVisit.objects.exists()


def test_nobody_is_visited_who_was_not_exposed(client: Client) -> None:
    agent, one = following.agent(), people.person()
    following.exposed(one, following.agent())

    answer = client.post(reverse("visit-new", args=[one.uid, agent.pk]), {"outcome": "SEEN"})

    assert answer.status_code == 409
    assert "not followed up for this agent" in answer.content.decode()


def test_an_exposure_without_a_rule_says_so(client: Client) -> None:
    one = people.person()
    following.exposed(one, "Grey dust")

    for text in (
        page(client, "person-follow-ups", one.uid),
        page(client, "follow-ups"),
        page(client, "missing-people"),
    ):
        assert "until one is approved" in text


def test_a_person_has_their_visits_and_decisions_together(client: Client) -> None:
    agent, one = following.agent(), people.person()
    following.exposed(one, agent)
    following.visited(one, agent, symptoms="grey skin")
    address = reverse("follow-up-decision", args=[one.uid, agent.pk])

    given = {"kind": "LOST", "reason": "moved away", "expected": "ACTIVE"}
    assert client.post(address, given).status_code == 302
    text = page(client, "person-follow-ups", one.uid)

    assert "grey skin" in text
    assert "moved away" in text
    assert "lost to follow-up" in text
    assert client.post(address, given).status_code == 409
    assert client.post(address, {**given, "kind": "EXTENDED"}).status_code == 422
    assert FollowUpDecision.objects.count() == 1


def test_a_corrected_visit_is_shown_as_holding_no_longer(client: Client) -> None:
    agent, one = following.agent(), people.person()
    following.exposed(one, agent)
    wrong = following.visited(one, agent, symptoms="grey skin")
    at = database_now()
    visits.correct(
        by=people.infection_control(),
        at=at,
        visit=wrong,
        reason="read from the wrong sheet",
        person=one,
        agent=agent,
        outcome="SEEN",
        visited_at=wrong.visited_at,
        symptoms="cough",
    )

    rows = page(client, "person-follow-ups", one.uid).split("<tr")

    assert [("no longer holds" in row) for row in rows if "grey skin" in row] == [True]
    assert [("no longer holds" in row) for row in rows if "cough" in row] == [False]


def test_who_reaches_few_sees_few() -> None:
    agent, ward = following.agent(), people.ward()
    mine, other = people.person(), people.person()
    following.exposed(mine, agent)
    following.exposed(other, agent)
    people.admitted(mine, ward)
    nurse = client_of(people.doctor_of(ward, Role.NURSE))

    text = page(nurse, "follow-ups", agent=agent.code, duty="DUE")

    assert mine.mrn in text
    assert other.mrn not in text
    assert waiting.visits_due(people.doctor_of(ward, Role.NURSE)) == 1
    assert nurse.get(reverse("person-follow-ups", args=[other.uid])).status_code == 404
    assert nurse.post(reverse("visit-new", args=[other.uid, agent.pk]), {}).status_code == 404
    assert nurse.get(reverse("follow-up-decision", args=[mine.uid, agent.pk])).status_code == 403
    outsider = client_of(factories.principal(Role.SCREENING_OFFICER))
    assert outsider.get(reverse("missing-people")).status_code == 403


def test_what_waits_is_counted() -> None:
    by, agent = people.infection_control(), following.agent()
    following.exposed(people.person(), agent)
    following.exposed(people.person(), agent, ago=100 * DAY)

    assert waiting.not_located(by) == 1
    assert waiting.visits_due(by) == 1


@pytest.mark.parametrize("name", ["missing-people", "follow-ups"])
def test_a_list_costs_the_same_however_long(client: Client, name: str) -> None:
    agent, source = following.agent(), people.person()
    asked = {"agent": agent.code, "duty": "DUE"}

    def cost() -> int:
        client.get(reverse(name), asked)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(name), asked)
        return len(queries)

    following.exposed(people.person(), agent, source_person=source)
    one = cost()
    for _again in range(4):
        following.exposed(people.person(), agent, source_person=source)

    assert cost() == one
