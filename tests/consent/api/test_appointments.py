"""Appointments over HTTP."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from consent.models import Appointment
from labsys.lib.clock import database_now
from tests.clients import client_of
from tests.consent.actions.test_appointments import book, enrolled, slot_of
from tests.consent.programme import World

pytestmark = pytest.mark.django_db
PATH = "/api/v1/appointments"


@pytest.fixture
def world() -> World:
    return World()


def send(who, body, path=PATH):
    return client_of(who).post(path, json.dumps(body), content_type="application/json")


def asked(person, **more):
    starts_at = database_now() + timedelta(days=1)
    times = {
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + timedelta(hours=1)).isoformat(),
    }
    return {"round": slot_of(person).pk, "kind": "MEDICAL", **times, **more}


def test_an_appointment_is_booked_moved_and_cancelled(world) -> None:
    person = enrolled(world)

    made = send(world.officer, asked(person, with_whom=world.examiner.name))
    times = {name: asked(person)[name] for name in ("starts_at", "ends_at")}
    moved = send(world.officer, times, f"{PATH}/{made.json()['id']}/move")
    gone = send(world.officer, {"reason": "Ill."}, f"{PATH}/{moved.json()['id']}/cancel")
    listed = client_of(world.officer).get(PATH, {"person": str(person.uid)}).json()["appointments"]

    assert (made.status_code, moved.status_code, gone.status_code) == (201, 200, 200), made.content
    assert made.json()["with_whom"] == world.examiner.name
    assert (moved.json()["uid"], moved.json()["sequence"]) == (made.json()["uid"], 1)
    assert [(one["id"], one["state"], one["reason"]) for one in listed] == [
        (gone.json()["id"], "CANCELLED", "Ill.")
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "DENTAL"},
        {"kind": 1},
        {"starts_at": "2026-01-01T08:00:00"},
        {"starts_at": None},
        {"ends_at": "never"},
        {"with_whom": "nobody"},
        {"with_whom": 1},
        {"place": "nowhere"},
        {"make_up_of": 10**9},
        {"make_up_of": "x"},
        {"round": "1"},
        {"round": True},
        {"round": 2**63},
        {"more": 1},
    ],
)
def test_a_body_that_says_nothing_sensible_is_refused(world, wrong) -> None:
    answer = send(world.officer, asked(enrolled(world), **wrong))

    assert answer.status_code == 422, answer.content
    assert answer["content-type"] == "application/problem+json"
    assert next(iter(wrong)) in answer.content.decode()
    assert not Appointment.objects.exists()


def test_what_is_not_there_is_not_found(world) -> None:
    person = enrolled(world)
    made = book(world, person)

    assert send(world.officer, asked(person, round=10**9)).status_code == 404
    assert send(world.officer, {}, f"{PATH}/{10**9}/cancel").status_code == 404
    assert send(world.officer, {}, f"{PATH}/{made.pk}/praise").status_code == 404
    assert send(world.examiner, {}, f"{PATH}/{made.pk}/cancel").status_code == 403


def test_a_participant_lists_their_own_alone(world) -> None:
    mine, other = enrolled(world), enrolled(world)
    book(world, other)
    own = book(world, mine)
    client = client_of(world.participant(mine))

    listed = client.get(PATH, {"programme": world.programme.code}).json()["appointments"]

    assert [one["id"] for one in listed] == [own.pk]
    assert client.get(PATH, {"person": str(other.uid)}).status_code == 404
