"""A message that is sent again under its key is applied once, and with another body not at all."""

from __future__ import annotations

import json

import pytest

from consent.models import (
    CapacityAssessment,
    ProgrammeVersion,
    WaiverSignature,
    WaiverText,
)
from labsys.lib.clock import database_now
from patients.models import AppliedMessage
from tests.calls import is_problem
from tests.clients import client_of
from tests.consent.programme import BODY, DRAWN, World, hours

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture
def world() -> World:
    return World()


def send(who, path, body, key="one"):
    headers = {} if key is None else {"HTTP_IDEMPOTENCY_KEY": key}
    return client_of(who).post(
        f"{API}/{path}", json.dumps(body), content_type="application/json", **headers
    )


def signature(world: World, person, **more):
    return {
        "person": str(person.uid),
        "text": world.text.pk,
        "text_sha256": world.text.sha256,
        "language": "en",
        "identity_checked": "passport",
        "drawing": DRAWN,
        **more,
    }


def later() -> str:
    return (database_now() + hours(1)).isoformat()


def messages(world: World):
    """Return of each address: who sends, what, another message, and the rows it makes."""
    person, code = world.member(), world.programme.code
    able = {"person": str(person.uid), "outcome": "HAS"}
    draft = {"programme": code, "effective_from": later()}
    text = {**draft, "title": "Waiver", "body": BODY}
    return {
        "waiver-signatures": (
            world.officer,
            signature(world, person),
            {"identity_checked": "badge"},
            WaiverSignature,
        ),
        "capacities": (world.psychologist, able, {"outcome": "DOUBTED"}, CapacityAssessment),
        "waiver-texts": (world.manager, text, {"title": "Other"}, WaiverText),
        "programme-versions": (
            world.manager,
            draft,
            {"check_validity_hours": 24},
            ProgrammeVersion,
        ),
    }


@pytest.mark.parametrize(
    "path", ["waiver-signatures", "capacities", "waiver-texts", "programme-versions"]
)
def test_it_is_applied_once(world, path) -> None:
    who, body, change, rows = messages(world)[path]
    before = rows.objects.count()

    made = send(who, path, body)
    again = send(who, path, body)
    other = send(who, path, {**body, **change})
    fresh = send(who, path, {**body, **change}, key="two")

    assert made.status_code == again.status_code == 201, made.content
    assert "Idempotency-Replayed" not in made.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json() == made.json()
    assert is_problem(other, 409)
    assert fresh.status_code == 201, fresh.content
    assert rows.objects.count() == before + 2


def test_a_key_is_its_senders_and_its_addresses(world) -> None:
    person, other = world.member(), world.physician()
    body = {"person": str(person.uid), "outcome": "HAS"}
    send(world.psychologist, "capacities", body)

    theirs = send(other, "capacities", body)
    elsewhere = send(world.psychologist, "on-call", {})

    assert theirs.status_code == 201
    assert "Idempotency-Replayed" not in theirs.headers
    assert is_problem(elsewhere, 409), "at another address it is another message"
    assert CapacityAssessment.objects.count() == 2


def test_what_was_refused_is_not_kept(world) -> None:
    person = world.member()
    wrong = {"person": str(person.uid), "outcome": "PERHAPS"}

    assert is_problem(send(world.psychologist, "capacities", wrong), 422, "outcome")
    right = send(world.psychologist, "capacities", {**wrong, "outcome": "HAS"})

    assert right.status_code == 201
    assert send(world.psychologist, "capacities", wrong, key="\x01").status_code == 400


def test_without_a_key_each_message_is_one_of_its_own(world) -> None:
    person = world.member()
    body = {"person": str(person.uid), "outcome": "HAS"}

    for _each in range(2):
        assert send(world.psychologist, "capacities", body, key=None).status_code == 201

    assert CapacityAssessment.objects.count() == 2
    assert not AppliedMessage.objects.exists()


def test_no_password_and_no_answer_is_kept_in_clear(world) -> None:
    person = world.member()
    wrong = {"username": "nobody", "password": "canary-word"}
    given = signature(world, person, account=wrong)
    del given["drawing"]

    assert is_problem(send(world.officer, "waiver-signatures", given), 422, "account")
    send(world.officer, "waiver-signatures", signature(world, person), key="two")

    kept = bytes(AppliedMessage.objects.get().answer)
    assert b"passport" not in kept
    assert str(person.uid).encode() not in kept
