"""Clearance and withdrawal over HTTP: precise answers, and precise refusals."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

import pytest

from consent.models import WaiverWithdrawal
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


def ask(who, person, **asked):
    uid = getattr(person, "uid", person)
    return client_of(who).get(f"/api/v1/clearances/{uid}", asked)


def withdraw(who, body):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client_of(who).post("/api/v1/withdrawals", content, content_type="application/json")


def test_the_answer_holds_every_reason_with_its_facts(world) -> None:
    person = world.cleared()
    failed = world.medical(person, FAILED)

    answer = ask(world.officer, person, programme=world.programme.code)

    assert answer.status_code == 200
    body = answer.json()
    assert body["status"] == "NOT_CLEARED"
    assert body["reasons"] == [
        {"reason": "MEDICAL_FAILED", "facts": [{"kind": "check", "id": str(failed.pk)}]}
    ]
    assert body["valid_until"] is None


def test_the_end_is_given_under_its_name_and_under_the_first_one_of_version_1(world) -> None:
    person = world.cleared()
    gate = principal(Role.GATE_OFFICER)

    for who in (world.officer, gate):
        body = ask(who, person, programme=world.programme.code).json()
        assert body["valid_until"] is not None
        assert body["valid_until"] == body["cleared_until"]


def test_a_past_moment_is_answered_as_it_was_and_with_hindsight(world) -> None:
    person = world.cleared()
    then = database_now()
    world.withdraw(person)
    asked = {"programme": world.programme.code, "at": then.isoformat()}

    assert ask(world.officer, person, **asked).json()["status"] == "CLEARED"
    now = ask(world.officer, person, programme=world.programme.code).json()
    assert [one["reason"] for one in now["reasons"]] == ["WITHDRAWN"]


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"programme": "no-such"}, "programme"),
        ({"programme": ""}, "programme"),
        ({"programme": "\x00"}, "programme"),
        ({"at": "yesterday"}, "at"),
        ({"at": "2026-01-31T08:00:00"}, "at"),
        ({"at": "2026-02-30T08:00:00Z"}, "at"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "at"),
        ({"at": "9999-12-31T23:59:59-14:00"}, "at"),
        ({"at": ["2026-01-31T08:00:00Z", "2026-01-31T09:00:00Z"]}, "at"),
        ({"known_at": ""}, "known_at"),
        ({"known_at": "NaN"}, "known_at"),
        ({"when": "now"}, "when"),
    ],
)
def test_a_question_that_cannot_be_read_is_a_problem_document(world, asked, pointer) -> None:
    answer = ask(world.officer, world.person(), **{"programme": world.programme.code, **asked})

    assert answer.status_code == 422, answer.content
    assert answer.headers["Content-Type"] == PROBLEM
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


def test_who_is_not_there_and_who_is_not_in_reach_look_alike(world) -> None:
    mine, other = world.cleared(), world.cleared()
    who = world.participant(mine)
    asked = {"programme": world.programme.code}

    answers = [ask(who, other, **asked), ask(who, uuid.uuid4(), **asked)]

    assert [one.status_code for one in answers] == [404, 404]
    assert answers[0].json()["detail"] == answers[1].json()["detail"]
    assert ask(who, mine, **asked).json()["status"] == "CLEARED"


def test_the_gate_is_not_told_the_future(world) -> None:
    ahead = (database_now() + timedelta(days=1)).isoformat()
    gate = principal(Role.GATE_OFFICER)

    answer = ask(gate, world.cleared(), programme=world.programme.code, at=ahead)

    assert answer.status_code == 422


@pytest.mark.parametrize("role", [Role.PHLEBOTOMIST, Role.AUDITOR, Role.OUTSIDE_SCIENTIST])
def test_others_are_refused(world, role) -> None:
    who, person = principal(role), world.cleared()

    assert ask(who, person, programme=world.programme.code).status_code == 403
    assert withdraw(who, {"person": str(person.uid), "programme": None}).status_code == 403
    assert not WaiverWithdrawal.objects.exists()


def test_a_participant_withdraws_and_is_told_so_also_twice(world) -> None:
    mine = world.cleared()
    who = world.participant(mine)

    answers = [withdraw(who, {"programme": one}) for one in (world.programme.code, None)]

    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json()["person"] == str(mine.uid)
    assert answers[1].json()["programme"] is None
    assert WaiverWithdrawal.objects.filter(person=mine, door="API").count() == 2


def test_a_participant_withdraws_nobody_else(world) -> None:
    who, other = world.participant(world.cleared()), world.cleared()

    answer = withdraw(who, {"person": str(other.uid), "programme": None})

    assert answer.status_code == 404
    assert not WaiverWithdrawal.objects.exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ([], 422),
        ({"programme": None}, 422),
        ({"person": "x", "programme": None}, 422),
        ({"person": 7, "programme": None}, 422),
        ({"person": "PERSON", "programme": "no-such"}, 422),
        ({"person": "PERSON", "programme": 7}, 422),
        ({"person": "PERSON", "programme": "\x00"}, 422),
        ({"person": "PERSON"}, 422),
        ({"person": "PERSON", "programme": None, "reason": "x"}, 422),
        (b"{", 400),
        (b'{"programme": NaN}', 400),
    ],
)
def test_a_withdrawal_that_cannot_be_read_is_a_problem_document(world, body, status) -> None:
    person = world.cleared()
    if isinstance(body, dict) and body.get("person") == "PERSON":
        body = {**body, "person": str(person.uid)}

    answer = withdraw(world.officer, body)

    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == PROBLEM
    assert not WaiverWithdrawal.objects.exists()
