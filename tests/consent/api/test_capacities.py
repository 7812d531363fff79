"""Capacity over HTTP: recorded by clinicians, listed for them, refused precisely."""

from __future__ import annotations

import json
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consent.models import CapacityAssessment
from labsys.accounts.roles import Role
from tests.clients import client_of
from tests.consent.programme import World
from tests.factories import principal

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/capacities"


@pytest.fixture
def world() -> World:
    return World()


def send(who, body):
    return client_of(who).post(ADDRESS, json.dumps(body), content_type="application/json")


def test_an_assessment_is_recorded_and_listed(world) -> None:
    person = world.person()
    check = world.psychological(person, notes="canary")

    made = send(
        world.psychologist,
        {"person": str(person.uid), "outcome": "DOUBTED", "check": str(check.uid)},
    )
    listed = client_of(world.examiner).get(ADDRESS, {"person": str(person.uid)})

    assert made.status_code == 201, made.content
    assert listed.json()["capacities"] == [made.json()]
    assert (made.json()["outcome"], made.json()["check"]) == ("DOUBTED", str(check.uid))
    assert "canary" not in listed.content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("outcome", "MAYBE"),
        ("outcome", None),
        ("outcome", ["HAS"]),
        ("person", "x"),
        ("person", 7),
        ("assessed_at", "yesterday"),
        ("assessed_at", "2026-01-01T08:00:00"),
        ("assessed_at", "2199-01-01T08:00:00Z"),
        ("assessed_at", 5),
        ("check", "00000000-0000-4000-8000-000000000000"),
        ("check", {}),
        ("notes", "anything"),
    ],
)
def test_what_cannot_be_meant_is_a_problem_of_its_field(world, field, value) -> None:
    answer = send(
        world.examiner, {"person": str(world.person().uid), "outcome": "HAS", field: value}
    )

    assert answer.status_code == 422
    assert answer["content-type"] == "application/problem+json"
    assert f'"{field}"' in answer.content.decode()
    assert not CapacityAssessment.objects.exists()


def test_others_neither_record_nor_list(world) -> None:
    person = world.person()
    for role in (Role.SCREENING_OFFICER, Role.GATE_OFFICER, Role.PARTICIPANT, Role.NURSE):
        who = principal(role)
        assert send(who, {"person": str(person.uid), "outcome": "HAS"}).status_code == 403
        assert client_of(who).get(ADDRESS, {"person": str(person.uid)}).status_code == 403
    assert send(world.examiner, {"person": str(uuid.uuid4()), "outcome": "HAS"}).status_code == 404
    assert send(world.examiner, []).status_code == 422


def test_the_list_asks_as_many_questions_however_long_it_is(world) -> None:
    person, client = world.person(), client_of(world.examiner)
    client.get(ADDRESS, {"person": str(person.uid)})
    asked = []
    for more in (1, 5):
        for _each in range(more):
            check = str(world.psychological(person).uid)
            send(world.psychologist, {"person": str(person.uid), "outcome": "HAS", "check": check})
        with CaptureQueriesContext(connection) as queries:
            client.get(ADDRESS, {"person": str(person.uid)})
        asked.append(len(queries))

    assert asked[0] == asked[1]
