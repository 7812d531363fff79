"""Rounds over HTTP: the board of a day, and bringing everybody's up to date."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from labsys.accounts.roles import Role
from labsys.lib.clock import database_now, hospital_day
from tests.clients import client_of
from tests.consent.actions.test_rounds import imported
from tests.consent.programme import World
from tests.factories import principal

pytestmark = pytest.mark.django_db
PATH = "/api/v1/rounds"


@pytest.fixture
def world() -> World:
    return World()


def generate(who, body):
    content = body if isinstance(body, bytes) else json.dumps(body)
    return client_of(who).post(PATH, content, content_type="application/json")


def test_rounds_are_listed_by_person_and_by_day(world) -> None:
    person, client = world.cleared(), client_of(world.officer)
    lapses = hospital_day(database_now() + timedelta(days=7))

    mine = client.get(PATH, {"person": str(person.uid)}).json()["rounds"]
    day = client.get(PATH, {"programme": world.programme.code, "day": str(lapses)}).json()

    assert [one["state"] for one in mine] == ["OPEN", "DONE"]
    assert mine[0]["person"] == str(person.uid)
    assert [(one["id"], one["day_state"]) for one in day["rounds"]] == [(mine[0]["id"], "DUE")]


def test_rounds_are_brought_up_to_date_once(world) -> None:
    imported(world, world.person())

    first = generate(world.officer, {"programme": world.programme.code})
    again = generate(world.officer, {"programme": world.programme.code, "after": 0})

    assert first.json() == {"opened": 1, "moved": 0, "closed": 0, "after": None}
    assert again.json()["opened"] == 0


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"[]", None),
        ({"programme": "no-such"}, "programme"),
        ({"programme": None}, "programme"),
        ({"more": 1}, "more"),
        ({"after": True}, "after"),
        ({"after": "1"}, "after"),
        ({"after": -1}, "after"),
        ({"after": 2**63}, "after"),
        ({"after": 1e3}, "after"),
    ],
)
def test_a_body_that_says_nothing_sensible_is_refused(world, body, field) -> None:
    if isinstance(body, dict) and "programme" not in body:
        body = {"programme": world.programme.code, **body}

    answer = generate(world.officer, body)

    assert answer.status_code == 422
    assert answer["content-type"] == "application/problem+json"
    assert field is None or field in answer.content.decode()


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"day": "2026-01-31"},
        {"programme": "no-such"},
        {"state": "LOST"},
        {"person": "nobody"},
        {"other": "1"},
        {"day": "never", "programme": "given"},
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(world, asked) -> None:
    if asked.get("programme") == "given":
        asked = {**asked, "programme": world.programme.code}

    assert client_of(world.officer).get(PATH, asked).status_code == 422


def test_only_screening_staff_generate_and_only_the_round_sees(world) -> None:
    given = {"programme": world.programme.code}

    assert generate(world.examiner, given).status_code == 403
    assert client_of(principal(Role.GATE_OFFICER)).get(PATH, given).status_code == 403


def test_a_list_asks_as_many_questions_of_twenty_as_of_two(world) -> None:
    asked, client = [], client_of(world.officer)
    for more in (2, 18):
        for _each in range(more):
            world.enrol(world.person())
        with CaptureQueriesContext(connection) as queries:
            client.get(PATH, {"programme": world.programme.code})
        asked.append(len(queries))

    assert asked[0] == asked[1]
