"""The medical check over HTTP: scored, alerted, concluded, listed with findings, refused precisely."""

from __future__ import annotations

import json
import uuid

import pytest
from axes.models import AccessAttempt
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assays.models import Order
from consent.api.medical import EXAMPLE
from consent.models import Check, ClinicalAlert, IndividualDecision
from labsys.accounts.roles import Role
from tests import laboratory
from tests.clients import client_of
from tests.consent import panels
from tests.consent.actions.test_appointments import enrolled
from tests.consent.actions.test_medical import pregnant
from tests.consent.programme import FAILED, World
from tests.factories import PASSWORD, principal

pytestmark = pytest.mark.django_db
CHECKS, ORDERS = "/api/v1/checks/medical", "/api/v1/check-orders"


@pytest.fixture
def world() -> World:
    return World()


def send(who, path, body, key=None):
    return client_of(who).post(
        path,
        json.dumps(body),
        content_type="application/json",
        headers={"Idempotency-Key": key or str(uuid.uuid4())},
    )


def about(world: World, who, /, **more):
    named = {"person": str(who.uid), "programme": world.programme.code}
    return {**EXAMPLE, **named, **more}


def proposal(world: World, who, /, key=None, **more):
    return send(world.examiner, CHECKS, about(world, who, **more), key)


def vitals(**more):
    return {**EXAMPLE["vitals"], **more}


def test_a_check_is_scored_concluded_and_listed(world) -> None:
    person = world.member(sex="M")

    scored = proposal(world, person).json()
    body = about(world, person, outcome="PASSED", seen=scored["seen"], comment="Well.")
    made = send(world.examiner, CHECKS, body)
    listed = client_of(world.examiner).get(CHECKS, {"person": str(person.uid)}).json()

    assert (scored["proposed"], scored["news2"]["total"], scored["alert"]) == ("PASSED", 0, None)
    assert made.status_code == 201, made.content
    assert listed["medical"] == [json.loads(made.content)]
    assert (made.json()["examined"]["SKIN"], made.json()["comment"]) == ("normal", "Well.")
    assert made.json()["nanite_control"] == "CONTROLLED"


def test_scoring_records_nothing_and_calls_once_for_a_sitting(world) -> None:
    person, sick = world.member(sex="M"), {"vitals": vitals(respiration_per_min=30)}

    first, again = (proposal(world, person, key="one", **sick).json() for _each in range(2))

    assert first["is_urgent"]
    assert first["alert"] == again["alert"] == str(ClinicalAlert.objects.get().uid)
    assert first["reasons"] == ["NEWS2_SINGLE_THREE", "NEWS2_RAISED"]
    assert not Check.objects.exists()


def test_what_came_meanwhile_is_a_conflict() -> None:
    laboratory.load_catalogue()
    world = World(asks={"panels": ["COAG"]})
    person = enrolled(world)
    ordered = send(
        world.examiner, ORDERS, {"person": str(person.uid), "programme": world.programme.code}
    )
    twice = send(
        world.examiner, ORDERS, {"person": str(person.uid), "programme": world.programme.code}
    )
    before = proposal(world, person).json()
    for one in panels.recorded(_order(ordered), **panels.COAG).values():
        panels.release(one)
    stale = send(
        world.examiner, CHECKS, about(world, person, outcome="REFERRED", seen=before["seen"])
    )
    after = proposal(world, person).json()

    assert (ordered.status_code, twice.status_code, stale.status_code) == (201, 409, 409)
    assert set(ordered.json()["assays"]) == set(panels.COAG)
    assert before["results"]["outstanding"] == len(panels.COAG)
    assert {one["value"] for one in before["results"]["lines"]} == {None}
    assert after["results"]["outstanding"] == 0
    values = {one["assay"]: one["value"] for one in after["results"]["lines"]}
    assert values["INR"] == "1.0"
    assert not Check.objects.exists()


def _order(answer):
    return Order.objects.get(pk=answer.json()["order"])


def test_two_decide_over_the_interface_and_no_password_is_kept(world) -> None:
    person, second = pregnant(world), world.physician()
    name = second.user.username
    scored = proposal(world, person).json()
    body = about(
        world,
        person,
        outcome="PASSED",
        seen=scored["seen"],
        grounds="Well.",
        criteria="Maternity score 0.",
    )
    forged = {"username": name, "password": "canary-guess"}
    signed = {"username": name, "password": PASSWORD}

    alone = send(world.examiner, CHECKS, body)
    guessed = send(world.examiner, CHECKS, {**body, "second_clinician": forged})
    done = send(world.examiner, CHECKS, {**body, "second_clinician": signed})

    assert (alone.status_code, guessed.status_code, done.status_code) == (422, 422, 201)
    assert scored["obstacles"] == ["PREGNANT"]
    assert scored["news2"] is None
    assert done.json()["individual_decision"]["criteria"] == "Maternity score 0."
    assert IndividualDecision.objects.get().second_clinician == second
    attempt = AccessAttempt.objects.get(username=name)
    assert "canary" not in f"{attempt.get_data} {attempt.post_data} {attempt.path_info}"


def test_a_refusal_is_lifted_by_its_public_id(world) -> None:
    person = world.member(sex="M")
    failed = world.medical(person, FAILED)
    scored = proposal(world, person).json()
    body = about(world, person, outcome="PASSED", seen=scored["seen"])

    foreign = send(world.examiner, CHECKS, {**body, "lifts": [str(uuid.uuid4())]})
    done = send(world.examiner, CHECKS, {**body, "lifts": [str(failed.uid)]})

    assert scored["refusals"] == [str(failed.uid)]
    assert (foreign.status_code, done.status_code) == (422, 201)
    assert done.json()["lifts"] == [str(failed.uid)]


def test_a_check_sent_twice_is_recorded_once_and_another_under_its_key_is_refused(world) -> None:
    person = world.member(sex="M")
    scored = proposal(world, person).json()
    body = about(world, person, outcome="PASSED", seen=scored["seen"])

    first, again = (send(world.examiner, CHECKS, body, "one") for _each in range(2))
    other = send(world.examiner, CHECKS, {**body, "outcome": "FAILED"}, "one")
    without = client_of(world.examiner).post(
        CHECKS, json.dumps(body), content_type="application/json"
    )

    codes = [one.status_code for one in (first, again, other, without)]
    assert codes == [201, 201, 409, 400]
    assert again["Idempotency-Replayed"] == "true"
    assert first.json() == again.json()
    assert Check.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"vitals": []}, "vitals"),
        ({"vitals": vitals(mood=1)}, "vitals"),
        ({"vitals": vitals(pulse_per_min="68")}, "pulse_per_min"),
        ({"vitals": vitals(pulse_per_min=True)}, "pulse_per_min"),
        ({"vitals": vitals(pulse_per_min=900)}, "pulse_per_min"),
        ({"vitals": vitals(temperature_celsius=36.7)}, "temperature_celsius"),
        ({"vitals": vitals(temperature_celsius="NaN")}, "temperature_celsius"),
        ({"vitals": vitals(temperature_celsius="1e99999")}, "temperature_celsius"),
        ({"vitals": vitals(on_oxygen="no")}, "on_oxygen"),
        ({"vitals": vitals(consciousness="X")}, "consciousness"),
        ({"vitals": vitals(consciousness=["A"])}, "consciousness"),
        ({"vitals": vitals(spo2_scale=3)}, "spo2_scale"),
        ({"vitals": vitals(spo2_scale=True)}, "spo2_scale"),
        ({"signs": {"PALLOR": True}}, "signs"),
        ({"signs": {"FEVER": 1}}, "FEVER"),
        ({"examined": {"SKIN": "fine"}}, "examined"),
        ({"examined": {"SKIN": ["normal"]}}, "examined"),
        ({"nanite_control": "PERHAPS"}, "nanite_control"),
        ({"nanite_control": None}, "nanite_control"),
        ({"spinal_cord_injury": "no"}, "spinal_cord_injury"),
        ({"performed_at": "yesterday"}, "performed_at"),
        ({"programme": "none"}, "programme"),
        ({"person": "x"}, "person"),
        ({"password": "x"}, "password"),
    ],
)
def test_what_cannot_be_meant_is_a_problem_of_its_field(world, change, field) -> None:
    answer = proposal(world, world.member(sex="M"), **change)

    assert answer.status_code == 422
    assert answer["content-type"] == "application/problem+json"
    assert f'"{field}"' in answer.content.decode()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"outcome": "FINE"}, "outcome"),
        ({"outcome": None}, "outcome"),
        ({"lifts": [7]}, "lifts"),
        ({"lifts": "x"}, "lifts"),
        ({"lifts": ["x"]}, "lifts"),
        ({"second_clinician": "somebody"}, "second_clinician"),
        ({"second_clinician": {"username": "a"}}, "second_clinician"),
        ({"second_clinician": {"username": "a", "password": "\x00"}}, "second_clinician"),
        ({"second_clinician": {"username": "a", "password": "b", "c": 1}}, "second_clinician"),
        ({"comment": 7}, "comment"),
        ({"performed_at": "2199-01-01T08:00:00Z"}, "performed_at"),
    ],
)
def test_a_conclusion_that_cannot_be_meant_records_nothing(world, change, field) -> None:
    person = world.member(sex="M")
    scored = proposal(world, person).json()

    answer = send(
        world.examiner,
        CHECKS,
        {**about(world, person, outcome="PASSED", seen=scored["seen"]), **change},
    )

    assert answer.status_code == 422
    assert f'"{field}"' in answer.content.decode()
    assert not Check.objects.exists()


def test_others_neither_score_nor_read_findings(world) -> None:
    person = world.member(sex="M")
    world.medical(person, comment="canary-comment")
    for role in (Role.PSYCHOLOGIST, Role.SCREENING_OFFICER, Role.GATE_OFFICER, Role.NURSE):
        who = principal(role)
        assert send(who, CHECKS, about(world, person)).status_code == 403
        assert send(who, CHECKS, about(world, person, outcome="PASSED")).status_code == 403
        listed = client_of(who).get(CHECKS, {"person": str(person.uid)})
        assert listed.status_code == 403
        assert "canary" not in listed.content.decode()
    assert proposal(world, person, person=str(uuid.uuid4())).status_code == 404
    assert send(world.examiner, CHECKS, []).status_code == 422


def test_the_list_asks_as_many_questions_however_long_it_is(world) -> None:
    person, client = pregnant(world), client_of(world.examiner)
    client.get(CHECKS, {"person": str(person.uid)})
    asked = []
    for more in (1, 4):
        for _each in range(more):
            world.medical(person)
        with CaptureQueriesContext(connection) as queries:
            client.get(CHECKS, {"person": str(person.uid)})
        asked.append(len(queries))

    assert asked[0] == asked[1]


def test_incomplete_is_no_way_round_a_referral(world) -> None:
    person, sick = world.member(sex="M"), vitals(respiration_per_min=30)
    for measured, status in (
        (sick, 422),
        ({**sick, "pulse_per_min": None}, 422),
        (vitals(pulse_per_min=None), 201),
    ):
        scored = proposal(world, person, vitals=measured).json()
        body = about(
            world,
            person,
            vitals=measured,
            outcome="INCOMPLETE",
            seen=scored["seen"],
            comment="Left.",
        )
        answer = send(world.examiner, CHECKS, body)
        assert (scored["proposed"], answer.status_code) == ("REFERRED", status), answer.content
    assert "second clinician" not in answer.content.decode()


def test_a_key_belongs_to_one_body_in_every_field(world) -> None:
    person, other, second = world.member(sex="M"), World(), world.physician()
    failed = world.medical(person, FAILED)
    scored = proposal(world, person).json()
    body = about(world, person, outcome="PASSED", seen=scored["seen"], lifts=[])
    changes = [
        {"lifts": [str(failed.uid)]},
        {"programme": other.programme.code},
        {"performed_at": "2026-01-31T08:00:00Z"},
        {"grounds": "Well."},
        {"criteria": "Maternity score 0."},
        {"comment": "Well."},
        {"seen": "other"},
        {"vitals": vitals(pulse_per_min=70)},
        {"second_clinician": {"username": second.user.username, "password": PASSWORD}},
    ]

    first = send(world.examiner, CHECKS, body, "one")
    others = [send(world.examiner, CHECKS, {**body, **change}, "one") for change in changes]
    turned = send(world.examiner, CHECKS, dict(reversed(body.items())), "one")

    assert first.status_code == 201, first.content
    assert [one.status_code for one in others] == [409] * len(changes)
    assert (turned.status_code, turned["Idempotency-Replayed"]) == (201, "true")
    assert Check.objects.filter(person=person).count() == 2
    assert not failed.lifted_by.exists()


def test_of_a_password_that_was_sent_not_even_a_digest_is_kept(world) -> None:
    person, second = pregnant(world), world.physician()
    signed = {"username": second.user.username, "password": PASSWORD}
    body = about(
        world,
        person,
        outcome="PASSED",
        seen=proposal(world, person).json()["seen"],
        grounds="Well.",
        criteria="Maternity score 0.",
        second_clinician=signed,
    )

    first = send(world.examiner, CHECKS, body, "one")
    again = send(
        world.examiner, CHECKS, {**body, "second_clinician": {**signed, "password": "?"}}, "one"
    )

    assert (first.status_code, again.status_code) == (201, 201)
    assert again["Idempotency-Replayed"] == "true"


def test_an_examiner_calls_a_clinician_by_their_own_judgement_once_for_a_key(world) -> None:
    person = pregnant(world)

    quiet = proposal(world, person, vitals=vitals(respiration_per_min=30)).json()
    called, again = (proposal(world, person, key="one", call=True).json() for _each in range(2))
    odd = proposal(world, person, call="yes")

    assert (quiet["alert"], quiet["obstacles"]) == (None, ["PREGNANT"])
    alert = ClinicalAlert.objects.get(person=person)
    assert called["alert"] == again["alert"] == str(alert.uid)
    assert (alert.kind, alert.recorded_by) == ("VITAL_SIGNS", world.examiner)
    assert (odd.status_code, '"call"' in odd.content.decode()) == (422, True)
