"""The pages of the weekly round: what they record, what they say, whom they refuse."""

from __future__ import annotations

import json

import pytest
from axes.models import AccessAttempt
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consent.models import (
    Check,
    Enrolment,
    EnrolmentEnd,
    MedicalFindings,
    WaiverSignature,
    WaiverWithdrawal,
)
from consent.queries.clearances import clearance_of
from consent.rules.definitions import questionnaire
from consent.rules.medical import Sign
from consent.rules.voluntariness import domains
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests.clients import client_of
from tests.consent.programme import DRAWN, FAILED, REFERRED, World
from tests.factories import PASSWORD, principal

pytestmark = pytest.mark.django_db
VITALS = {
    "respiration_per_min": "14",
    "spo2_percent": "98",
    "spo2_scale": "1",
    "on_oxygen": "no",
    "systolic_mmhg": "124",
    "pulse_per_min": "68",
    "consciousness": "A",
    "temperature_celsius": "36.7",
    **{sign.value: "no" for sign in Sign},
}
CALM = {
    **{
        f"{name}:{number}": "0"
        for name in ("PHQ-9", "GAD-7")
        for number in range(1, len(questionnaire(name).items) + 1)
    },
    **{f"interview:{code}": "0" for code in domains()},
}


@pytest.fixture
def world() -> World:
    return World()


def page(name: str, person, world: World, *more: object) -> str:
    return reverse(name, args=[person.uid, world.programme.code, *more])


def seen(answer) -> str:
    return answer.context["shown"]


def test_an_officer_enrols_and_ends(world) -> None:
    person, officer = world.person(), client_of(world.officer)

    assert officer.post(page("enrol", person, world), {"started_at": ""}).status_code == 302
    assert Enrolment.objects.filter(person=person, end=None).count() == 1
    again = officer.post(page("enrol", person, world), {"started_at": ""})
    ended = officer.post(page("enrolment-end", person, world), {"ended_at": "", "reason": ""})

    assert again.status_code == 422
    assert "enrolled in" in again.content.decode()
    assert ended.status_code == 302
    assert EnrolmentEnd.objects.filter(enrolment__person=person).count() == 1


def test_the_waiver_is_shown_and_signed_in_the_language_chosen(world) -> None:
    person, officer = world.person(), client_of(world.officer)
    address = page("waiver-sign", person, world) + "?language=fr"

    shown = officer.get(address)
    signed = officer.post(
        address,
        {
            "identity_checked": "passport",
            "has_signed": "on",
            "text_sha256": world.text.sha256,
            "signed_at": "",
            "drawing": json.dumps(DRAWN),
        },
    )

    assert "Je participe de mon plein gré." in shown.content.decode()
    assert signed.status_code == 302
    row = WaiverSignature.objects.get(person=person)
    assert (row.language, row.witness, row.text_sha256) == ("fr", world.officer, world.text.sha256)


def test_a_text_that_changed_since_it_was_shown_is_not_signed(world) -> None:
    person, officer = world.person(), client_of(world.officer)
    given = {"identity_checked": "passport", "has_signed": "on", "text_sha256": world.text.sha256}
    given |= {"drawing": json.dumps(DRAWN)}
    world.new_text(body={"en": "Another text."})

    answer = officer.post(page("waiver-sign", person, world), given)

    assert answer.status_code == 422
    assert "show it again before signing" in answer.content.decode()
    assert not WaiverSignature.objects.exists()


def test_staff_record_a_withdrawal_in_one_step(world) -> None:
    person, officer = world.cleared(), client_of(world.officer)

    answer = officer.post(page("waiver-withdraw", person, world), {"scope": "one"})

    assert answer.status_code == 302
    assert WaiverWithdrawal.objects.get(person=person).door == WaiverWithdrawal.Door.STAFF
    assert not clearance_of(person, world.programme, at=database_now()).is_cleared


def test_a_medical_check_is_scored_and_proposed_before_it_is_concluded(world) -> None:
    person, examiner = world.member(sex="M"), client_of(world.examiner)
    address = page("check-medical", person, world)

    scored = examiner.post(address, {**VITALS, "step": "assess"})
    assert scored.status_code == 200
    assert "NEWS2" in scored.content.decode()
    assert not Check.objects.exists()
    given = {**VITALS, "step": "conclude", "outcome": "PASSED", "seen": seen(scored)}
    recorded = examiner.post(address, given)

    assert recorded.status_code == 302
    check = Check.objects.get(person=person)
    assert (check.outcome, check.proposed, check.examiner) == ("PASSED", "PASSED", world.examiner)
    assert MedicalFindings.objects.get(of_check=check).score["total"] == 0


def test_who_may_be_pregnant_is_referred_until_the_registry_says(world) -> None:
    person, examiner = world.member(sex="F"), client_of(world.examiner)

    answer = examiner.post(page("check-medical", person, world), {**VITALS, "step": "assess"})

    assert answer.context["proposal"].outcome == REFERRED
    assert "pregnancy not excluded" in answer.content.decode()


def test_a_proposal_that_changed_is_shown_again_before_it_is_concluded(world) -> None:
    person, examiner = world.member(sex="M"), client_of(world.examiner)
    address = page("check-medical", person, world)
    shown = seen(examiner.post(address, {**VITALS, "step": "assess"}))

    feverish = {**VITALS, "temperature_celsius": "39.5", "pulse_per_min": "120"}
    answer = examiner.post(
        address, {**feverish, "step": "conclude", "outcome": "PASSED", "seen": shown}
    )

    assert answer.status_code == 422
    assert "The proposal has changed" in answer.content.decode()
    assert not Check.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("respiration_per_min", "1e9"),
        ("respiration_per_min", "900"),
        ("temperature_celsius", "NaN"),
        ("temperature_celsius", "36.75"),
        ("temperature_celsius", "1e400"),
        ("spo2_percent", "***"),
        ("on_oxygen", "perhaps"),
        ("consciousness", "X"),
        ("spo2_scale", "3"),
    ],
)
def test_a_measurement_that_cannot_be_meant_is_an_error_of_its_field(world, field, value) -> None:
    person, examiner = world.member(sex="M"), client_of(world.examiner)

    answer = examiner.post(
        page("check-medical", person, world), {**VITALS, field: value, "step": "assess"}
    )

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert answer.context["proposal"] is None


def laxer(world: World, person, **second: str):
    examiner = client_of(world.examiner)
    address = page("check-medical", person, world)
    raised = {**VITALS, "pulse_per_min": "112", "respiration_per_min": "22"}
    shown = seen(examiner.post(address, {**raised, "step": "assess"}))
    given = {**raised, "step": "conclude", "outcome": "PASSED", "seen": shown}
    return examiner.post(address, {**given, "grounds": "Came up the stairs.", **second})


def test_a_laxer_outcome_is_signed_by_the_second_clinician_with_their_own_password(world) -> None:
    person, second = world.member(sex="M"), world.physician()
    username = second.user.username

    alone = laxer(world, person)
    forged = laxer(world, person, second_username=username, second_password="guessed")
    signed = laxer(world, person, second_username=username, second_password=PASSWORD)

    assert "second clinician" in alone.content.decode()
    assert "do not fit" in forged.content.decode()
    assert (alone.status_code, forged.status_code, signed.status_code) == (422, 422, 302)
    assert Check.objects.get(person=person).second_examiner == second


def test_the_lockout_keeps_nothing_of_the_form_that_a_wrong_password_came_in(world) -> None:
    second = world.physician().user.username

    forged = laxer(world, world.member(), second_username=second, second_password="Misspelt")

    attempt = AccessAttempt.objects.get(username=second)
    kept = f"{attempt.get_data} {attempt.post_data} {attempt.path_info}"
    assert forged.status_code == 422
    assert attempt.failures_since_start == 1
    assert [word for word in ("Misspelt", "112", "stairs", "second_password") if word in kept] == []


def test_a_later_pass_lifts_the_refusals_it_names(world) -> None:
    person, examiner = world.member(sex="M"), client_of(world.examiner)
    refused = world.medical(person, FAILED)
    address = page("check-medical", person, world)

    shown = examiner.post(address, {**VITALS, "step": "assess"})
    given = {**VITALS, "step": "conclude", "outcome": "PASSED", "seen": seen(shown)}
    answer = examiner.post(address, {**given, "lifts": [str(refused.pk)]})

    assert answer.status_code == 302
    later = Check.objects.get(person=person, outcome="PASSED")
    assert later.lifts.get().lifted == refused


def test_a_psychological_check_is_recorded_and_read_by_psychologists_alone(world) -> None:
    person, psychologist = world.cleared(), client_of(world.psychologist)
    address = page("check-psychological", person, world)
    given = {**CALM, "notes": "Talks about the sea."}

    shown = psychologist.post(address, {**given, "step": "assess"})
    conclusion = {"step": "conclude", "outcome": "PASSED", "seen": seen(shown)}
    recorded = psychologist.post(address, {**given, **conclusion})
    check = Check.objects.filter(person=person, kind="PSYCHOLOGICAL").latest("id")
    opened = reverse("psychological-read", args=[check.uid])

    assert recorded.status_code == 302, recorded.content.decode()
    assert "Talks about the sea." in psychologist.get(opened).content.decode()
    for role in (Role.EXAMINING_PHYSICIAN, Role.SCREENING_OFFICER, Role.AUDITOR, Role.GATE_OFFICER):
        answer = client_of(principal(role)).get(opened)
        assert answer.status_code == 403
        assert "Talks about" not in answer.content.decode()


def test_answers_that_refer_are_proposed_so(world) -> None:
    person, psychologist = world.member(), client_of(world.psychologist)
    given = {**CALM, "PHQ-9:9": "1"}

    answer = psychologist.post(
        page("check-psychological", person, world), {**given, "step": "assess"}
    )

    assert answer.context["proposal"].outcome == REFERRED
    assert answer.context["proposal"].is_urgent


def test_a_clearance_page_shows_log_and_timeline(world) -> None:
    person = world.cleared()

    answer = client_of(world.officer).get(page("clearance", person, world))

    said = answer.content.decode()
    assert answer.status_code == 200
    assert "timeline-cleared" in said
    assert "style=" not in said
    assert answer.context["changes"][0].clearance.is_cleared
    assert f"witness {world.officer.display_name}" in said


def test_who_may_see_no_waiver_is_not_told_that_none_is_signed(world) -> None:
    signed, unsigned = world.cleared(), world.person()

    for person in (signed, unsigned):
        said = client_of(world.psychologist).get(page("clearance", person, world)).content.decode()
        assert 'id="waiver"' not in said
    said = client_of(world.officer).get(page("clearance", unsigned, world)).content.decode()
    assert "Nothing is signed" in said


def test_nobody_leaves_who_is_away(world) -> None:
    person = world.cleared()
    leaves, address = (
        reverse("posting", args=[person.uid, world.programme.code]),
        page("clearance", person, world),
    )

    here = client_of(world.officer).get(address).content.decode()
    world.post(person)
    away = client_of(world.officer).get(address).content.decode()

    assert (leaves in here, leaves in away) == (True, False)


@pytest.mark.parametrize("at", ["never", "0001-01-01T00:00:00+14:00", "9999-12-31", "2026-13-01"])
def test_a_moment_that_is_none_is_refused_with_a_sentence(world, at) -> None:
    person = world.person()

    answer = client_of(world.officer).get(page("clearance", person, world), {"at": at})

    assert answer.status_code == 422
    assert "is not a moment" in answer.content.decode()


def test_a_participant_sees_their_own_page_and_nobody_elses(world) -> None:
    mine, other = world.cleared(), world.cleared()
    client = client_of(world.participant(mine))

    assert "You are cleared" in client.get(reverse("own-clearance")).content.decode()
    assert client.get(page("clearance", mine, world)).status_code == 200
    assert client.get(page("clearance", other, world)).status_code == 404
    assert client.get(page("waiver-withdraw", other, world)).status_code == 404
    assert client.post(page("waiver-withdraw", other, world)).status_code == 404
    assert not WaiverWithdrawal.objects.exists()


@pytest.mark.parametrize("scope", ["one", "every"])
def test_a_participant_withdraws_in_one_step_and_again(world, scope) -> None:
    mine = world.cleared()
    client = client_of(world.participant(mine))
    given = {"programme": world.programme.code if scope == "one" else "every"}

    for _each in range(2):
        assert client.post(reverse("own-clearance"), given).status_code == 302

    assert WaiverWithdrawal.objects.filter(person=mine, door="OWN_PAGE").count() == 2
    assert "You are not cleared" in client.get(reverse("own-clearance")).content.decode()


def test_a_slip_of_the_form_withdraws_from_nothing(world) -> None:
    client = client_of(world.participant(world.cleared()))

    answer = client.post(reverse("own-clearance"), {"programme": "no-such"})

    assert answer.status_code == 422
    assert not WaiverWithdrawal.objects.exists()


def test_the_gate_is_told_nothing_clinical_by_the_interface(world) -> None:
    person = world.cleared()
    world.medical(person, FAILED, comment="canary-comment", signs=["canary-sign"])
    world.psychological(person, REFERRED, notes="canary-notes")
    officer = client_of(principal(Role.GATE_OFFICER))

    machine = officer.get(
        reverse("api-clearance", args=[person.uid]), {"programme": world.programme.code}
    )

    assert set(machine.json()) == {
        *("person", "programme", "status", "at", "valid_until", "cleared_until")
    }
    for word in ("canary", "medical", "psych", "FAILED", "REFERRED", "failed", "referred"):
        assert word not in machine.content.decode()
    assert officer.get(page("clearance", person, world)).status_code == 403
    assert officer.get(reverse("board-first")).status_code == 403


def test_the_clearance_page_asks_as_many_questions_whatever_is_recorded(world) -> None:
    person, client = world.cleared(), client_of(world.officer)
    client.get(page("clearance", person, world))
    asked = []
    for more in (1, 6):
        for _each in range(more):
            world.medical(person, FAILED)
            world.sign(person)
            world.withdraw(person)
        with CaptureQueriesContext(connection) as queries:
            client.get(page("clearance", person, world))
        asked.append(len(queries))

    assert asked[0] == asked[1]
