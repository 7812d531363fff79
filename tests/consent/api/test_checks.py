"""Checks and questionnaires over HTTP: outcomes and codes, definitions and words; no answers."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consent.models import Check
from consent.rules.proposals import Proposal
from consent.rules.psychological import PsychReason
from labsys.accounts.roles import Role
from labsys.audit.context import acting
from labsys.lib.clock import database_now
from tests.clients import client_of
from tests.consent.programme import FAILED, REFERRED, World
from tests.consent.wordings import entered
from tests.factories import principal

pytestmark = pytest.mark.django_db
DOUBT = Proposal(reasons=(PsychReason.SECOND_INTERVIEWER,), is_urgent=False, rule_version=2)


@pytest.fixture
def world() -> World:
    return World()


def checks(who, **asked):
    return client_of(who).get("/api/v1/checks", asked)


def test_a_check_is_told_by_outcome_and_codes_alone(world) -> None:
    person = world.person()
    medical = world.medical(person, FAILED, comment="canary")
    doubted = world.psychological(person, REFERRED, proposal=DOUBT, notes="canary")
    lifting = world.psychological(person, lifts=[doubted])

    answer = checks(world.officer, person=str(person.uid))

    assert answer.status_code == 200
    assert "canary" not in answer.content.decode()
    newest, second, first = answer.json()["checks"]
    assert (first["check"], first["codes"]) == (str(medical.uid), [])
    assert (second["check"], second["codes"]) == (str(doubted.uid), ["SECOND_INTERVIEW_NEEDED"])
    assert (newest["check"], newest["lifts"]) == (str(lifting.uid), [str(doubted.uid)])
    only = checks(world.officer, person=str(person.uid), kind="MEDICAL").json()["checks"]
    assert [one["kind"] for one in only] == ["MEDICAL"]


def laxer(world: World, colleague) -> Check:
    """Have two psychologists pass somebody whom the rule would refer."""
    urgent = Proposal(reasons=(PsychReason.SAFETY_REVIEW,), is_urgent=True, rule_version=2)
    given = {"proposal": urgent, "second_clinician": colleague, "grounds": "Both of us agree."}
    return world.psychological(world.person(), **given)


def as_before_it_was_sealed(world: World, colleague) -> Check:
    at = database_now()
    row = {"uid": uuid.uuid4(), "person": world.person(), "kind": "PSYCHOLOGICAL"}
    told = {"outcome": "PASSED", "proposed": "REFERRED", "second_examiner": colleague}
    stamp = {"examiner": world.psychologist, "recorded_by": world.psychologist}
    with acting(by=world.psychologist, at=at, action="tests.check"):
        return Check.objects.create(**row, **told, **stamp, performed_at=at, recorded_at=at)


def doors(who, check: Check, world: World) -> list[str]:
    """Return what somebody is shown of a check wherever one is shown."""
    addresses = (
        f"/api/v1/checks?person={check.person.uid}",
        reverse("clearance", args=[check.person.uid, world.programme.code]),
        reverse("admin:consent_check_change", args=[check.pk]),
    )
    return [client_of(who).get(address).content.decode() for address in addresses]


@pytest.mark.parametrize("made", [laxer, as_before_it_was_sealed])
def test_what_was_proposed_and_who_agreed_to_less_is_for_psychologists_alone(world, made) -> None:
    colleague = principal(Role.PSYCHOLOGIST)
    check = made(world, colleague)

    others = [said for who in (world.officer, world.examiner) for said in doors(who, check, world)]

    assert [said for said in others if "referred" in said.lower()] == []
    assert [said for said in others if colleague.display_name in said] == []
    assert [said for said in others if colleague.name in said] == []
    assert all(
        colleague.display_name in said or colleague.name in said
        for said in doors(world.psychologist, check, world)
    )


def test_what_was_proposed_of_a_psychological_check_is_sealed_with_it(world) -> None:
    check = laxer(world, principal(Role.PSYCHOLOGIST))

    read = client_of(world.psychologist).get(reverse("psychological-read", args=[check.uid]))

    assert check.proposed == ""
    assert "<dt>proposed</dt><dd>referred</dd>" in read.content.decode().lower()


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"person": "x"},
        {"kind": "MEDICAL"},
        {"person": str(uuid.uuid4()), "kind": "DENTAL"},
        {"person": str(uuid.uuid4()), "notes": "1"},
    ],
)
def test_a_question_that_cannot_be_meant_is_a_problem(world, asked) -> None:
    answer = checks(world.officer, **asked)

    assert answer.status_code == 422
    assert answer["content-type"] == "application/problem+json"


def test_nobody_without_the_permission_lists_checks(world) -> None:
    person = world.cleared()
    assert checks(world.officer, person=str(uuid.uuid4())).json()["checks"] == []
    for role in (Role.GATE_OFFICER, Role.PARTICIPANT, Role.NURSE, Role.ADMINISTRATOR):
        assert checks(principal(role), person=str(person.uid)).status_code == 403


def test_the_list_asks_as_many_questions_however_long_it_is(world) -> None:
    person, client = world.person(), client_of(world.officer)
    client.get("/api/v1/checks", {"person": str(person.uid)})
    asked = []
    for more in (1, 5):
        for _each in range(more):
            world.medical(person, lifts=[world.medical(person, FAILED)])
        with CaptureQueriesContext(connection) as queries:
            client.get("/api/v1/checks", {"person": str(person.uid)})
        asked.append(len(queries))

    assert asked[0] == asked[1]


def test_questionnaires_are_told_with_the_words_at_hand(world) -> None:
    client = client_of(world.psychologist)
    bare = {
        one["name"]: one for one in client.get("/api/v1/questionnaires").json()["questionnaires"]
    }
    entered("WHO-5", language="fr")
    asked = client.get("/api/v1/questionnaires", {"language": "fr"}).json()["questionnaires"]
    words = {one["name"]: one for one in asked}

    assert bare["PHQ-9"]["items"][8]["is_safety_item"] is True
    assert len(bare["PCL-5"]["items"]) == 20
    assert {one["text"] for one in bare["UBACC"]["items"]} == {None}
    assert words["WHO-5"]["items"][0]["text"] == "Invented item 1 of WHO-5, fr"
    assert words["WHO-5"]["copyright"].startswith("Permission of an invented publisher")
    assert client.get("/api/v1/questionnaires", {"lang": "fr"}).status_code == 422
    assert client_of(world.officer).get("/api/v1/questionnaires").status_code == 403
