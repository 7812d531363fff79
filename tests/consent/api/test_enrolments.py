"""Enrolments over HTTP: once, from a moment on, ended without a reason."""

from __future__ import annotations

import uuid

import pytest

from consent.models import Enrolment, EnrolmentEnd
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests.calls import counted, get, is_problem, post
from tests.consent.programme import World, hours
from tests.factories import principal

pytestmark = pytest.mark.django_db
PATH = "/api/v1/enrolments"


@pytest.fixture
def world() -> World:
    return World()


def of(world: World, person, **more):
    return {"person": str(person.uid), "programme": world.programme.code, **more}


def test_somebody_is_enrolled_once_and_ends_it(world) -> None:
    person = world.person()
    made = post(world.officer, PATH, of(world, person))
    assert made.status_code == 201, made.content
    end = f"{PATH}/{made.json()['id']}/end"

    again = post(world.officer, PATH, of(world, person))
    ended = post(world.officer, end)
    twice = post(world.officer, end, {"reason": "No longer wanted."})

    assert is_problem(again, 409)
    assert (ended.status_code, ended.json()["id"]) == (201, made.json()["id"])
    assert ended.json()["ended_at"] is not None
    assert is_problem(twice, 409)
    listed = get(world.examiner, PATH, person=str(person.uid)).json()["enrolments"]
    assert listed == [ended.json()]
    current = {"programme": world.programme.code, "current": "1"}
    assert get(world.examiner, PATH, **current).json()["enrolments"] == []


@pytest.mark.parametrize(
    ("change", "status", "pointer"),
    [
        ({"person": "x"}, 422, "person"),
        ({"person": None}, 422, "person"),
        ({"person": str(uuid.UUID(int=7))}, 404, None),
        ({"programme": "no-such"}, 422, "programme"),
        ({"programme": ["x"]}, 422, "programme"),
        ({"started_at": "soon"}, 422, "started_at"),
        ({"started_at": "2199-01-01T00:00:00Z"}, 422, "started_at"),
        ({"started_at": "2026-01-01T00:00:00"}, 422, "started_at"),
        ({"ended_at": None}, 422, "ended_at"),
    ],
)
def test_what_cannot_be_meant_is_refused(world, change, status, pointer) -> None:
    answer = post(world.officer, PATH, {**of(world, world.person()), **change})

    assert is_problem(answer, status, pointer)
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"ended_at": 7}, "ended_at"),
        ({"ended_at": "2020-01-01T00:00:00Z"}, "ended_at"),
        ({"reason": ["x"]}, "reason"),
        ({"why": "x"}, "why"),
        ([], None),
    ],
)
def test_an_end_that_cannot_be_meant_is_refused(world, body, pointer) -> None:
    made = world.enrol(world.person(), started_at=database_now() - hours(1))

    assert is_problem(post(world.officer, f"{PATH}/{made.pk}/end", body), 422, pointer)
    assert not EnrolmentEnd.objects.exists()


def test_others_are_refused(world) -> None:
    person = world.person()
    made = world.enrol(person)
    for role in (Role.EXAMINING_PHYSICIAN, Role.GATE_OFFICER, Role.NURSE, Role.PARTICIPANT):
        who = principal(role)
        assert post(who, PATH, of(world, person)).status_code == 403
        assert post(who, f"{PATH}/{made.pk}/end").status_code == 403
    for role in (Role.GATE_OFFICER, Role.NURSE, Role.PARTICIPANT):
        assert get(principal(role), PATH, person=str(person.uid)).status_code == 403
    assert is_problem(post(world.officer, f"{PATH}/{2**40}/end"), 404)
    assert is_problem(get(world.officer, PATH), 422, "person")
    assert is_problem(get(world.officer, PATH, programme="no-such"), 422, "programme")
    mine = {"person": str(person.uid), "current": "yes"}
    assert is_problem(get(world.officer, PATH, **mine), 422, "current")


def test_the_list_asks_as_many_questions_however_long_it_is(world) -> None:
    found = []
    for more in (2, 5):
        for _each in range(more):
            made = world.enrol(world.person())
            post(world.officer, f"{PATH}/{made.pk}/end")
        found.append(counted(world.officer, PATH, programme=world.programme.code))

    assert [rows for rows, _asked in found] == [2, 7]
    assert found[0][1] == found[1][1]
