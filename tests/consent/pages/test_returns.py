"""Who came back, on pages and over HTTP."""

from __future__ import annotations

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consent.models import PostingReturn, ReturnEvaluation
from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from patients.models import QuarantineOrder
from tests.clients import client_of
from tests.consent.programme import FAILED, World
from tests.factories import principal

pytestmark = pytest.mark.django_db
API = "/api/v1/returns"


@pytest.fixture
def world() -> World:
    return World()


def back(world: World, **names: str) -> PostingReturn:
    made: PostingReturn = world.come_back(world.post(world.cleared(**names)))
    return made


def send(who, body):
    return client_of(who).post(API, json.dumps(body), content_type="application/json")


def test_a_physician_sees_what_is_wanting_and_says_free_to_go(world) -> None:
    row, examiner = back(world), client_of(world.examiner)
    address = reverse("return", args=[row.pk])

    early = examiner.post(address, {"move": "free"})
    home = examiner.get("/").content.decode()
    world.medical(row.posting.person)
    world.psychological(row.posting.person)
    listed = examiner.get(reverse("returns")).content.decode()
    done = examiner.post(address, {"move": "free", "free-comment": "Slept well."})

    assert early.status_code == 409
    assert "No interview was held" in early.content.decode()
    assert "Returned, not yet free to go" in home
    assert row.posting.person.mrn in listed
    assert done.status_code == 302
    assert ReturnEvaluation.objects.get().comment == "Slept well."
    after = examiner.get(reverse("returns")).content.decode()
    assert "Nobody who came back waits" in after
    assert f"{row.posting.person.display_name} is free to go." in after
    assert "Order quarantine" not in examiner.get(address).content.decode()
    looks = ReadEvent.objects.filter(actor=world.examiner.pk, person_id=row.posting.person_id)
    assert {"return", "returns"} <= set(looks.values_list("purpose", flat=True))


def test_whoever_records_a_return_is_led_to_what_comes_first(world) -> None:
    posting = world.post(world.cleared())
    address = reverse("posting-return", args=[posting.uid])

    page = client_of(world.officer).post(address, {"returned_at": ""}, follow=True).content.decode()

    (notice,) = re.findall(r'<li class="notice notice-success">.*?</li>', page, re.S)
    there = reverse("return", args=[PostingReturn.objects.get().pk])
    assert f'<a href="{there}">' in notice


def test_the_gate_records_a_return_and_is_led_nowhere(world) -> None:
    posting, gate = world.post(world.cleared()), client_of(principal(Role.GATE_OFFICER))
    address = reverse("posting-return", args=[posting.uid])

    page = gate.post(address, {"returned_at": ""}, follow=True).content.decode()

    (notice,) = re.findall(r'<li class="notice notice-success">.*?</li>', page, re.S)
    assert "Return recorded." in notice
    assert "href" not in notice


def test_a_physician_orders_quarantine_there(world) -> None:
    row = back(world)
    address = reverse("return", args=[row.pk])
    given = {"move": "apart", "apart-kind": "HOSPITAL"}

    empty = client_of(world.examiner).post(address, given)
    done = client_of(world.examiner).post(address, {**given, "apart-reason": "Fever."})

    assert empty.status_code == 422
    assert "reason" in empty.context["apart"].errors
    assert not empty.context["free"].is_bound
    assert done.status_code == 302
    assert QuarantineOrder.objects.get().person == row.posting.person


def test_others_look_without_outcomes_or_not_at_all(world) -> None:
    row = back(world)
    world.medical(row.posting.person, FAILED, comment="canary")
    address = reverse("return", args=[row.pk])

    for role in (Role.INFECTION_CONTROL, Role.SCREENING_OFFICER, Role.PSYCHOLOGIST):
        client = client_of(principal(role))
        said = (
            client.get(address).content.decode() + client.get(reverse("returns")).content.decode()
        )
        assert "canary" not in said
        assert ("failed" in said) == (role is not Role.INFECTION_CONTROL)
        assert client.post(address, {"move": "free"}).status_code == 403
    for role in (Role.GATE_OFFICER, Role.PARTICIPANT, Role.NURSE):
        assert client_of(principal(role)).get(address).status_code == 403
        assert client_of(principal(role)).get(API, {"waiting": "1"}).status_code == 403
    assert client_of(world.examiner).get(reverse("return", args=[10**9])).status_code == 404


def test_lists_ask_as_many_questions_however_many_wait(world) -> None:
    client, asked = client_of(world.examiner), []
    client.get(reverse("returns"))
    for more in (2, 6):
        for _each in range(more):
            back(world)
        counts = []
        for address, query in (
            (reverse("returns"), {}),
            (API, {"waiting": "1"}),
        ):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address, query).status_code == 200
            counts.append(len(queries))
        asked.append(counts)

    assert asked[0] == asked[1]


def test_the_admin_lists_evaluations_by_few_questions(world) -> None:
    client, asked = client_of(world.examiner), []
    for more in (1, 4):
        for _each in range(more):
            row = back(world)
            address = reverse("return", args=[row.pk])
            client.post(address, {"move": "apart", "apart-kind": "HOME", "apart-reason": "Fever."})
        client.get(reverse("admin:consent_returnevaluation_changelist"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("admin:consent_returnevaluation_changelist"))
        asked.append(len(queries))

    assert ReturnEvaluation.objects.count() == 5
    assert asked[0] == asked[1]


def test_over_http_somebody_is_kept_apart_and_then_free_to_go(world) -> None:
    row = back(world)
    person = row.posting.person
    kept = {"return": row.pk, "outcome": "QUARANTINE", "kind": "HOME", "reason": "Fever."}

    apart = send(world.examiner, kept)
    early = send(world.examiner, {"return": row.pk, "outcome": "FREE"})
    world.medical(person)
    world.psychological(person)
    done = send(world.examiner, {"return": row.pk, "outcome": "FREE", "comment": "Well."})
    listed = client_of(world.examiner).get(API, {"person": str(person.uid)}).json()["returns"]

    assert [one.status_code for one in (apart, early, done)] == [201, 409, 201]
    assert [one["outcome"] for one in listed[0]["evaluations"]] == ["FREE", "QUARANTINE"]
    assert listed[0]["freed_at"] is not None
    assert client_of(world.examiner).get(API, {"waiting": "1"}).json()["returns"] == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ([], 422),
        ({"return": "ROW"}, 422),
        ({"return": "ROW", "outcome": "FREED"}, 422),
        ({"return": "ROW", "outcome": ["FREE"]}, 422),
        ({"return": 10**30, "outcome": "FREE"}, 422),
        ({"return": -1, "outcome": "FREE"}, 422),
        ({"return": 10**9, "outcome": "FREE"}, 404),
        ({"return": "ROW", "outcome": "QUARANTINE"}, 422),
        ({"return": "ROW", "outcome": "QUARANTINE", "kind": "HOME"}, 422),
        ({"return": "ROW", "outcome": "QUARANTINE", "kind": "X", "reason": "x"}, 422),
        ({"return": "ROW", "outcome": "QUARANTINE", "kind": "HOME", "reason": "\x00"}, 422),
        (
            {
                "return": "ROW",
                "outcome": "QUARANTINE",
                "kind": "HOME",
                "reason": "x",
                "ends_at": "2020-01-01T00:00:00Z",
            },
            422,
        ),
        ({"return": "ROW", "outcome": "FREE", "more": 1}, 422),
    ],
)
def test_an_evaluation_that_cannot_be_meant_is_refused(world, body, status) -> None:
    row = back(world)
    if isinstance(body, dict) and body.get("return") == "ROW":
        body = {**body, "return": row.pk}

    answer = send(world.examiner, body)

    assert (answer.status_code, answer.headers["Content-Type"]) == (
        status,
        "application/problem+json",
    ), answer.content
    assert not ReturnEvaluation.objects.exists()
