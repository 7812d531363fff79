"""Postings over HTTP: out, back, and who is away."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consent.models import Posting, PostingReturn
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests.clients import client_of
from tests.consent.programme import FAILED, World
from tests.factories import principal

pytestmark = pytest.mark.django_db
PROBLEM = "application/problem+json"


@pytest.fixture
def world() -> World:
    return World()


def send(who, body, path="/api/v1/postings"):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client_of(who).post(path, content, content_type="application/json")


def asked(world: World, person, **more):
    return {"person": str(person.uid), "programme": world.programme.code, **more}


def test_somebody_is_posted_listed_as_away_and_back(world) -> None:
    person, gate = world.cleared(), principal(Role.GATE_OFFICER)

    made = send(gate, asked(world, person, destination="Station 4"))
    away = client_of(gate).get("/api/v1/postings", {"away": "1", "person": str(person.uid)})
    back = send(gate, {}, f"/api/v1/postings/{made.json()['uid']}/return")
    none = client_of(gate).get("/api/v1/postings", {"away": "1", "person": str(person.uid)})
    every = client_of(gate).get("/api/v1/postings", {"programme": world.programme.code})

    assert (made.status_code, back.status_code) == (201, 201), made.content
    assert made.json()["state"] == "AWAY"
    assert [one["uid"] for one in away.json()["postings"]] == [made.json()["uid"]]
    assert none.json()["postings"] == []
    assert [one["state"] for one in every.json()["postings"]] == ["RETURNED"]
    assert "relied_on" not in made.json()


def test_who_is_not_cleared_is_refused_with_the_gates_word(world) -> None:
    person = world.cleared()
    world.medical(person, FAILED, comment="canary")

    answer = send(principal(Role.GATE_OFFICER), asked(world, person))

    assert (answer.status_code, answer.headers["Content-Type"]) == (409, PROBLEM)
    assert answer.json()["detail"] == "The clearance for this programme is revoked."
    assert "MEDICAL" not in answer.content.decode()
    assert not Posting.objects.exists()


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"person": "x"}, "person"),
        ({"person": None}, "person"),
        ({"programme": "no-such"}, "programme"),
        ({"programme": 7}, "programme"),
        ({"programme": "\x00"}, "programme"),
        ({"destination": 7}, "destination"),
        ({"destination": "x" * 121}, "destination"),
        ({"destination": "a\x00b"}, "destination"),
        ({"left_at": "yesterday"}, "left_at"),
        ({"left_at": 7}, "left_at"),
        ({"left_at": "2026-01-31T08:00:00"}, "left_at"),
        ({"left_at": "2026-02-30T08:00:00Z"}, "left_at"),
        ({"left_at": "2199-01-01T00:00:00Z"}, "left_at"),
        ({"reason": "x"}, "reason"),
    ],
)
def test_a_posting_that_cannot_be_read_is_a_problem_document(world, more, pointer) -> None:
    answer = send(world.officer, {**asked(world, world.cleared()), **more})

    assert (answer.status_code, answer.headers["Content-Type"]) == (422, PROBLEM), answer.content
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert not Posting.objects.exists()


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b'{"person": NaN}'])
def test_a_body_that_is_no_object_is_refused(world, body) -> None:
    assert send(world.officer, body).status_code in (400, 422)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"returned_at": "2020-01-01T00:00:00Z"}, 422),
        ({"returned_at": "soon"}, 422),
        ({"note": "x" * 501}, 422),
        ({"why": ""}, 422),
        ([], 422),
    ],
)
def test_a_return_that_cannot_be_meant_is_refused(world, body, status) -> None:
    made = world.post(world.cleared())

    assert send(world.officer, body, f"/api/v1/postings/{made.uid}/return").status_code == status
    assert not PostingReturn.objects.exists()


def test_a_posting_that_is_not_there_does_not_come_back(world) -> None:
    made = world.post(world.cleared())
    path = f"/api/v1/postings/{made.uid}/return"

    assert send(world.officer, {}, f"/api/v1/postings/{uuid.uuid4()}/return").status_code == 404
    assert send(world.officer, {"note": "North gate."}, path).status_code == 201
    assert send(world.officer, {}, path).status_code == 409


def test_late_is_for_the_screening_office(world) -> None:
    person = world.cleared()
    then = (database_now() - timedelta(seconds=1)).isoformat()
    late = asked(world, person, left_at=database_now().isoformat())

    assert send(principal(Role.GATE_OFFICER), late).status_code == 403
    assert send(world.officer, asked(world, person, left_at=then)).status_code == 409
    assert send(world.officer, late).status_code == 201


@pytest.mark.parametrize("role", [Role.NURSE, Role.AUDITOR, Role.PARTICIPANT, Role.ADMINISTRATOR])
def test_others_are_refused(world, role) -> None:
    who, person = principal(role), world.cleared()

    assert send(who, asked(world, person)).status_code == 403
    assert client_of(who).get("/api/v1/postings", {"away": "1"}).status_code == 403


@pytest.mark.parametrize(
    "query", [{}, {"away": "yes"}, {"person": "x"}, {"programme": "no"}, {"who": "1"}]
)
def test_a_list_that_is_not_narrowed_is_refused(world, query) -> None:
    answer = client_of(world.officer).get("/api/v1/postings", query)

    assert (answer.status_code, answer.headers["Content-Type"]) == (422, PROBLEM)


def test_the_list_asks_as_many_questions_however_many_are_away(world) -> None:
    client = client_of(world.officer)
    count = []
    for more in (2, 6):
        for _each in range(more):
            world.post(world.cleared())
        with CaptureQueriesContext(connection) as queries:
            answer = client.get("/api/v1/postings", {"away": "1"})
        count.append((len(answer.json()["postings"]), len(queries)))

    assert [listed for listed, _queries in count] == [2, 8]
    assert count[0][1] == count[1][1]
