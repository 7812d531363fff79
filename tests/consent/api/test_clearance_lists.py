"""The clearances of a list over HTTP: everybody in order, or a precise refusal."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from labsys.lib.clock import database_now
from tests.clients import client_of
from tests.consent.programme import FAILED, World
from tests.factories import principal

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def ask(who, body):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client_of(who).post("/api/v1/clearances", content, content_type="application/json")


def listed(world: World, *people, **more):
    return {"programme": world.programme.code, "people": [str(one.uid) for one in people], **more}


def test_everybody_is_answered_in_the_order_named_as_they_are_alone(world) -> None:
    cleared, failed, stranger = world.cleared(), world.cleared(), world.person()
    world.medical(failed, FAILED)
    at = database_now().isoformat()

    answer = ask(world.officer, listed(world, stranger, cleared, failed, at=at))

    body = answer.json()
    assert (answer.status_code, body["cleared"]) == (200, 1)
    people = [stranger, cleared, failed]
    assert [one["person"] for one in body["clearances"]] == [str(one.uid) for one in people]
    for person, told in zip(people, body["clearances"], strict=True):
        alone = client_of(world.officer).get(
            f"/api/v1/clearances/{person.uid}", {"programme": world.programme.code, "at": at}
        )
        assert told == alone.json()


def test_a_list_of_a_past_moment_is_answered_as_it_was_and_with_hindsight(world) -> None:
    person = world.cleared()
    then = database_now()
    world.medical(person, FAILED, performed_at=then - timedelta(hours=1))
    asked = listed(world, person, at=then.isoformat())

    before = ask(world.officer, asked).json()
    since = ask(world.officer, {**asked, "known_at": database_now().isoformat()}).json()

    assert (before["cleared"], since["cleared"]) == (1, 0)


def test_the_gate_is_told_a_word_and_an_end_of_each(world) -> None:
    person = world.cleared()
    world.medical(person, FAILED)
    gate = principal(Role.GATE_OFFICER)

    answer = ask(gate, listed(world, person))

    (told,) = answer.json()["clearances"]
    assert set(told) == {"person", "programme", "status", "at", "valid_until", "cleared_until"}
    assert told["status"] == "REVOKED"
    ahead = (database_now() + timedelta(days=1)).isoformat()
    assert ask(gate, listed(world, person, at=ahead)).status_code == 422


def test_whoever_is_on_a_list_is_on_record_as_looked_at(world) -> None:
    people = [world.cleared() for _each in range(2)]

    ask(world.officer, listed(world, *people))

    seen = ReadEvent.objects.filter(purpose="clearance").values_list("person_id", flat=True)
    assert sorted(seen) == sorted(one.pk for one in people)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"people": []}, "people"),
        ({"people": "all"}, "people"),
        ({"people": {}}, "people"),
        ({"people": ["x"]}, "people/0"),
        ({"people": [None]}, "people/0"),
        ({"people": [7]}, "people/0"),
        ({"people": [str(uuid.UUID(int=7))]}, "people/0"),
        ({"people": [str(uuid.UUID(int=7))] * 2}, "people/1"),
        ({"people": [str(uuid.UUID(int=n)) for n in range(1001)]}, "people"),
        ({"programme": "no-such"}, "programme"),
        ({"programme": None}, "programme"),
        ({"programme": ["outer"]}, "programme"),
        ({"programme": "\x00"}, "programme"),
        ({"at": "yesterday"}, "at"),
        ({"at": 7}, "at"),
        ({"at": "2026-01-31T08:00:00"}, "at"),
        ({"known_at": {}}, "known_at"),
        ({"when": "now"}, "when"),
    ],
)
def test_a_list_that_cannot_be_read_is_a_problem_document(world, change, pointer) -> None:
    answer = ask(world.officer, {**listed(world, world.person()), **change})

    assert answer.status_code == 422, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize("body", [b"[]", b"{", b'{"people": NaN}', b"7"])
def test_what_is_no_list_at_all_is_refused(world, body) -> None:
    assert ask(world.officer, body).status_code in (400, 422)


def test_one_out_of_reach_refuses_the_list_as_if_not_there(world) -> None:
    mine, other = world.cleared(), world.cleared()
    who = world.participant(mine)

    answers = [
        ask(who, listed(world, mine, other)),
        ask(who, {**listed(world, mine), "people": [str(mine.uid), str(uuid.uuid4())]}),
    ]

    assert [one.status_code for one in answers] == [422, 422]
    assert answers[0].json()["errors"] == answers[1].json()["errors"]
    assert ask(who, listed(world, mine)).json()["cleared"] == 1


def test_others_are_refused(world) -> None:
    for role in (Role.NURSE, Role.AUDITOR, Role.OUTSIDE_SCIENTIST):
        assert ask(principal(role), listed(world, world.person())).status_code == 403


def test_a_list_asks_as_many_questions_however_long_it_is(world) -> None:
    people = [world.cleared() for _each in range(2)]
    client = client_of(world.officer)
    asked = []
    for more in (0, 10):
        people += [world.cleared() for _each in range(more)]
        body = json.dumps(listed(world, *people)).encode()
        client.post("/api/v1/clearances", body, content_type="application/json")
        with CaptureQueriesContext(connection) as queries:
            answer = client.post("/api/v1/clearances", body, content_type="application/json")
        asked.append((answer.json()["cleared"], len(queries)))

    assert [people for people, _queries in asked] == [2, 12]
    assert asked[0][1] == asked[1][1]
