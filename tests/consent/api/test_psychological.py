"""Psychological checks over HTTP: scored, concluded once, sealed, and read by nobody through it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consent.actions import programmes
from consent.models import Check, ClinicalAlert, PsychologicalRecord
from consent.queries import psychological
from consent.queries.clearances import clearance_of
from consent.rules.facts import CheckOutcome
from labsys.accounts.roles import EXCLUSIVE, MACHINES, Role
from labsys.lib.clock import database_now
from tests.consent.api.psychological import (
    ANSWERS,
    CALM,
    check_of,
    concluding,
    passed,
    send,
    shown_to,
)
from tests.consent.programme import World
from tests.factories import principal

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def test_a_check_is_scored_and_nothing_is_recorded(world) -> None:
    answers = {**ANSWERS, "K10": [2] * 10}

    found = send(world.psychologist, check_of(world, world.member(), answers=answers))

    assert found.status_code == 200, found.content
    assert "no-store" in found.headers["Cache-Control"]
    assert found.json()["proposed"] == "REFERRED"
    assert found.json()["reasons"] == ["SCORE"]
    assert [one["band"] for one in found.json()["scores"]] == [
        "minimal",
        "minimal",
        "moderate (ABS)",
    ]
    assert not Check.objects.exists()


def test_a_concluded_check_counts_and_what_was_said_is_sealed(world) -> None:
    person = world.member()
    world.sign(person)
    world.medical(person)

    made = send(world.psychologist, passed(world, person, notes="canary"))

    assert made.status_code == 201, made.content
    check = Check.objects.get(kind="PSYCHOLOGICAL")
    assert (made.json()["check"], made.json()["outcome"]) == (str(check.uid), "PASSED")
    assert set(made.json()) & {"answers", "notes", "interview", "scores"} == set()
    assert clearance_of(person, world.programme, at=database_now()).is_cleared
    content = psychological.opened(check, by=world.psychologist)
    assert (content["notes"], content["answers"], content["interview"]) == ("canary", ANSWERS, CALM)
    assert content["texts"]["PHQ-9"]["language"] == "en"
    assert b"canary" not in bytes(PsychologicalRecord.objects.get().content)


def test_the_same_message_is_recorded_once_and_another_under_its_key_is_refused(world) -> None:
    person = world.member()
    body = passed(world, person, notes="canary")

    first = send(world.psychologist, body)
    again = send(world.psychologist, body)
    other = send(world.psychologist, {**body, "notes": "changed"})

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409)
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert "canary" not in other.content.decode()
    assert Check.objects.count() == 1
    own = {**body, "seen": shown_to(world.psychologist, check_of(world, person, notes="canary"))}
    assert send(principal(Role.PSYCHOLOGIST), own).status_code == 201, "a key is its sender's own"


def test_without_a_key_nothing_is_taken(world) -> None:
    answer = send(world.psychologist, passed(world, world.member()), key="")

    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.json()["detail"]


def test_a_risk_answer_calls_a_clinician_whatever_else_is_wrong_and_once(world) -> None:
    person = world.member()
    risk = {"PHQ-9": [0, "x", 0, 0, 0, 0, 0, 0, 2], "GAD-7": [7]}
    body = check_of(world, person, answers=risk, outcome="LOST")

    answers = [send(world.psychologist, body) for _each in range(2)]

    assert {one.status_code for one in answers} == {422}
    assert sorted(one["pointer"] for one in answers[0].json()["errors"]) == [
        "answers/GAD-7",
        "answers/PHQ-9",
    ]
    assert ClinicalAlert.objects.filter(person=person).count() == 1
    assert not Check.objects.exists()


def test_a_safety_item_without_an_answer_is_told_of_when_the_check_is_concluded(world) -> None:
    person = world.member()
    body = check_of(world, person, answers={"GAD-7": [0] * 7})

    proposed = send(world.psychologist, body).json()
    assert not ClinicalAlert.objects.exists()
    conclusion = {"outcome": "REFERRED", "seen": proposed["seen"]}
    made = send(world.psychologist, {**body, **conclusion})

    assert (proposed["proposed"], proposed["is_urgent"]) == ("REFERRED", True)
    assert (made.status_code, made.json()["codes"]) == (201, ["REVIEW_NEEDED", "NOT_COMPLETE"])
    assert ClinicalAlert.objects.filter(person=person).count() == 1


def test_what_was_proposed_has_to_have_been_seen_and_laxer_is_for_two_in_person(world) -> None:
    raised = {**ANSWERS, "PHQ-9": [2] * 5 + [0] * 4}
    body = check_of(world, world.member(), answers=raised)

    unseen = send(world.psychologist, {**body, "outcome": "REFERRED"})
    laxer = send(world.psychologist, concluding(world, body, "PASSED"))
    stricter = send(world.psychologist, concluding(world, body, "FAILED"))

    assert (unseen.status_code, laxer.status_code, stricter.status_code) == (409, 422, 201)
    assert "second clinician" in laxer.json()["detail"]
    assert [one.outcome for one in Check.objects.all()] == ["FAILED"]


def test_a_pass_lifts_what_it_names(world) -> None:
    person = world.member()
    refused = send(
        world.psychologist,
        concluding(world, check_of(world, person), "FAILED"),
        key="first",
    ).json()["check"]

    unknown = send(world.psychologist, passed(world, person, lifts=["no such"]))
    made = send(world.psychologist, passed(world, person, lifts=[refused]))

    assert (unknown.status_code, made.status_code) == (422, 201)
    assert made.json()["lifts"] == [refused]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"person": "x"}, "person"),
        ({"programme": "no-such"}, "programme"),
        ({"answers": []}, "answers"),
        ({"answers": {"WHO-6": [1]}}, "answers/WHO-6"),
        ({"answers": {"PHQ-9": [0] * 8}}, "answers/PHQ-9"),
        ({"answers": {"PHQ-9": [0] * 8 + [True]}}, "answers/PHQ-9"),
        ({"answers": {"PHQ-9": [0] * 8 + [1.5]}}, "answers/PHQ-9"),
        ({"answers": {"PHQ-9": [0] * 8 + [[0, 1]]}}, "answers/PHQ-9"),
        ({"answers": {"PHQ-9": "000000000"}}, "answers/PHQ-9"),
        ({"answers": {"PHQ-9": None}}, "answers/PHQ-9"),
        ({"answers": {"UBACC": [[1, 2]] + [2] * 9}}, "answers/UBACC"),
        ({"answers": {"UBACC": [[0, 0, 0, 2]] + [2] * 9}}, "answers/UBACC"),
        ({"answers": {"UBACC": [[]] + [2] * 9}}, "answers/UBACC"),
        ({"interview": []}, "interview"),
        ({"interview": {"mood": 0}}, "interview"),
        ({"interview": {**CALM, "offers": 3}}, "interview/offers"),
        ({"interview": {**CALM, "offers": True}}, "interview/offers"),
        ({"interview": {**CALM, "reflection": 2}}, "interview/reflection"),
        ({"notes": 7}, "notes"),
        ({"notes": "\ud800"}, "notes"),
        ({"notes": "x" * 20_001}, "notes"),
        ({"language": "\x00"}, "language"),
        ({"outcome": "LOST"}, "outcome"),
        ({"seen": 7}, "seen"),
        ({"performed_at": "soon"}, "performed_at"),
        ({"performed_at": "2199-01-01T00:00:00Z"}, "performed_at"),
        ({"lifts": "all"}, "lifts"),
        ({"lifts": [7]}, "lifts"),
        ({"mood": "calm"}, "mood"),
    ],
)
def test_what_cannot_be_meant_is_a_problem_of_its_field(world, change, pointer) -> None:
    answer = send(world.psychologist, {**passed(world, world.member()), **change})

    assert answer.status_code == 422, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert not Check.objects.exists()


def test_only_a_psychologist_holds_one_and_nobody_their_own(world) -> None:
    person = world.member()
    for role in set(Role) - EXCLUSIVE - MACHINES - {Role.PSYCHOLOGIST}:
        assert send(
            principal(role), {**check_of(world, person), "outcome": "PASSED"}
        ).status_code == (403), role
    for body in (b"{", b"[]", b"7"):
        assert send(world.psychologist, body).status_code in (400, 422)
    stranger = {**passed(world, person), "person": "00000000-0000-4000-8000-000000000000"}
    assert send(world.psychologist, stranger).status_code == 404
    assert not Check.objects.exists()


def test_an_item_asked_again_is_kept_with_every_answer_and_the_last_counts(world) -> None:
    person = world.member()
    ubacc = [2, [0, 0, 2], 2, 2, 2, 2, 2, 2, [0, 1], 0]
    body = check_of(world, person, answers={**ANSWERS, "UBACC": ubacc})

    score = send(world.psychologist, body).json()["scores"][-1]
    send(world.psychologist, concluding(world, body, "PASSED"))

    assert (score["total"], score["ask_again"]) == (17, [10])
    assert score["trials"] == {"2": 3, "9": 2}
    content = psychological.opened(Check.objects.get(), by=world.psychologist)
    assert content["answers"]["UBACC"] == ubacc


def test_it_asks_as_many_questions_whatever_is_answered(world) -> None:
    asked = []
    more = {"K10": [1] * 10, "UBACC": [2] * 10, "WHO-5": [5] * 5, "PCL-5": [0] * 20}
    send(world.psychologist, check_of(world, world.member()))
    for answers in (ANSWERS, {**ANSWERS, **more}):
        person = world.member()
        body = passed(world, person, answers=answers)
        with CaptureQueriesContext(connection) as queries:
            made = send(world.psychologist, body, key=f"{person}")
        assert made.status_code == 201, made.content
        asked.append(len(queries))

    assert asked[0] == asked[1]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"answers": {**ANSWERS, "GAD-7": [None] + [0] * 6}}, 201),
        ({"interview": {"offers": 0}}, 201),
        ({"answers": {**ANSWERS, "GAD-7": [None] + [3] * 6}}, 422),
        ({"answers": {**ANSWERS, "PHQ-9": [0] * 8 + [1]}}, 422),
        ({"answers": {**ANSWERS, "PHQ-9": [0] * 8 + [None]}}, 422),
        ({"interview": {"offers": 2}}, 422),
    ],
)
def test_incomplete_is_no_way_round_a_referral(world, change, status) -> None:
    body = concluding(world, check_of(world, world.member(), **change), "INCOMPLETE")

    assert send(world.psychologist, body).status_code == status


def meanwhile(world: World, person, what: str) -> None:
    """Let something happen between what was shown and what is recorded."""
    at = database_now()
    if what == "another check":
        world.psychological(person, CheckOutcome.FAILED)
    elif what == "an annulment":
        lifted = Check.objects.filter(person=person).earliest("id")
        world.annul(lifted.lifted_by.get().by_check)
    elif what == "a signature":
        world.sign(person, informed_at=at)
    else:
        draft = programmes.draft_version(
            programme=world.programme,
            effective_from=at,
            questionnaires=["PHQ-9", "GAD-7", "UBACC"],
            by=world.manager,
            at=at,
        )
        programmes.approve_version(version=draft, by=world.examiner, at=database_now())


@pytest.mark.parametrize("what", ["another check", "an annulment", "a signature", "a version"])
def test_what_changed_since_it_was_shown_is_shown_first(world, what) -> None:
    person = world.member()
    if what == "an annulment":
        failed = world.psychological(person, CheckOutcome.FAILED)
        world.psychological(person, lifts=[failed])
    body, earlier = passed(world, person), Check.objects.count()

    meanwhile(world, person, what)
    recorded = Check.objects.count()
    answer = send(world.psychologist, body)

    assert answer.status_code == 409, answer.content
    assert "look at it again" in answer.json()["detail"]
    assert Check.objects.count() == recorded >= earlier


def test_an_answer_changed_in_the_second_message_is_not_concluded_unseen(world) -> None:
    raised = check_of(world, world.member(), answers={**ANSWERS, "GAD-7": [3] * 7})
    more = {**ANSWERS, "GAD-7": [3] * 7, "PHQ-9": [3] * 8 + [0]}
    body = concluding(world, raised, "REFERRED")

    assert send(world.psychologist, {**body, "answers": more}).status_code == 409
    assert send(world.psychologist, body).status_code == 201
