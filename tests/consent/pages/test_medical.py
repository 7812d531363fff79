"""The page of the medical check: what it shows, what it orders, whom it calls, who decides."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assays.models import CriticalCall
from consent.models import Check, CheckOrder, ClinicalAlert, IndividualDecision
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from patients.models import PregnancyEstimate
from patients.rules.births import Birth, Precision
from tests import laboratory
from tests.assays.communication.telling import attempt
from tests.clients import client_of
from tests.consent import panels
from tests.consent.actions.test_appointments import enrolled
from tests.consent.actions.test_check_orders import place
from tests.consent.actions.test_medical import pregnant
from tests.consent.nanites import recorded, released
from tests.consent.pages.test_pages import VITALS, page, seen
from tests.consent.programme import World
from tests.factories import PASSWORD, principal
from tests.patients import people

pytestmark = pytest.mark.django_db
SICK = {**VITALS, "respiration_per_min": "30"}


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def testing() -> World:
    """A programme that asks for a panel."""
    laboratory.load_catalogue()
    return World(asks={"panels": ["COAG"]})


def opened(world: World, person, by=None):
    return client_of(by or world.examiner).get(page("check-medical", person, world))


def post(world: World, person, given, by=None, name="check-medical"):
    return client_of(by or world.examiner).post(page(name, person, world), given)


def concluded(world: World, person, given, **more):
    shown = seen(post(world, person, {**given, "step": "assess"}))
    return post(world, person, {**given, "step": "conclude", "seen": shown, **more})


def test_what_the_laboratory_found_is_beside_the_examination(testing) -> None:
    person = enrolled(testing)
    assert "not ordered" in opened(testing, person).content.decode()

    ordered = post(testing, person, {}, name="check-order")
    waiting = opened(testing, person).content.decode()
    made = CheckOrder.objects.get()
    panels.recorded(made.order, **{**panels.COAG, "INR": "6.1"})
    critical = opened(testing, person).content.decode()

    assert ordered.status_code == 302
    assert "Order the panels" not in waiting
    assert "not released yet" in critical
    assert "critical, not acknowledged" in critical
    assert "6.1" not in critical


def test_a_critical_result_that_was_told_still_refers_and_two_may_overrule(testing) -> None:
    person, second = testing.person(sex="M"), testing.physician()
    testing.enrol(person)
    typed = panels.recorded(place(testing, person).order, **{**panels.COAG, "INR": "6.1"})
    call = CriticalCall.objects.get(result=typed["INR"])
    attempt(call, by=principal(Role.TECHNOLOGIST), read_back="6.1")
    for one in typed.values():
        panels.release(one)
    two = {
        "grounds": "On an anticoagulant, dose withheld.",
        "second_username": second.user.username,
        "second_password": PASSWORD,
    }

    shown = post(testing, person, {**VITALS, "step": "assess"})
    alone = concluded(testing, person, VITALS, outcome="PASSED")
    both = concluded(testing, person, VITALS, outcome="PASSED", **two)

    assert alone.content.decode().count('id="form-errors"') == 1
    assert "Nothing was recorded" in alone.content.decode()
    assert "CRITICAL_RESULT_TOLD" in shown.context["proposal"].reasons
    assert "CRITICAL_RESULT" not in shown.context["proposal"].reasons
    assert "told: confirmed" in shown.content.decode()
    assert "critical, not acknowledged" not in shown.content.decode()
    assert (alone.status_code, both.status_code) == (422, 302)
    assert Check.objects.get(person=person).outcome == "PASSED"


def test_released_values_are_shown_and_looking_is_recorded(testing) -> None:
    person = enrolled(testing)
    panels.released(place(testing, person), **{**panels.COAG, "FIB": "340"})

    shown = opened(testing, person).content.decode()

    assert "340" in shown
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM read_event WHERE purpose = 'medical-check' AND actor = %s",
            [testing.examiner.pk],
        )
        assert cursor.fetchone() == (len(panels.COAG),)


def test_a_check_is_not_concluded_on_results_that_came_meanwhile(testing) -> None:
    person = testing.person(sex="M")
    testing.enrol(person)
    made = place(testing, person)
    shown = seen(post(testing, person, {**VITALS, "step": "assess"}))
    panels.released(made)

    given = {**VITALS, "step": "conclude", "outcome": "REFERRED", "seen": shown}
    stale = post(testing, person, given)
    fresh = post(testing, person, {**given, "outcome": "PASSED", "seen": seen(stale)})

    assert (stale.status_code, fresh.status_code) == (422, 302)
    assert "The proposal has changed" in stale.content.decode()
    assert Check.objects.get(person=person).proposed == "PASSED"


def test_ordering_is_refused_with_a_sentence(testing) -> None:
    person = enrolled(testing)
    for _each in range(2):
        post(testing, person, {}, name="check-order")
    stranger = testing.person()

    twice = opened(testing, person).content.decode()
    answer = post(testing, stranger, {}, name="check-order")

    assert CheckOrder.objects.count() == 1
    assert "Order the panels" not in twice
    assert answer.status_code == 302
    assert "No round is open for this person" in opened(testing, stranger).content.decode()
    for role in (Role.PSYCHOLOGIST, Role.SCREENING_OFFICER, Role.NURSE):
        assert post(testing, person, {}, principal(role), "check-order").status_code == 403


def test_load_type_and_control_are_shown_with_what_the_programme_says(world) -> None:
    asks = {"nanite_analyte": "NANITE-LOAD", "nanite_maximum": Decimal(5000)}
    strict = World(asks=asks)
    person = enrolled(strict)
    assert "none released" in opened(strict, person).content.decode()

    released(person, 6100)
    strict.medical(person, nanite_control="NOT_CONTROLLED")
    recorded(person, 4200)
    shown = opened(strict, person).content.decode()

    assert "6100" in shown.replace(",", "").replace("\u202f", "")
    assert "4200" not in shown.replace(",", "")
    assert "not released yet" in shown
    assert "not under control" in shown
    assert "nanite result that is not allowed" in shown
    assert 'id="nanites"' not in opened(world, world.member()).content.decode()


def test_nanites_out_of_control_are_proposed_to_be_referred(world) -> None:
    person = world.member(sex="M")

    answer = post(world, person, {**VITALS, "nanite_control": "NOT_CONTROLLED", "step": "assess"})

    assert answer.context["proposal"].reasons == ("NANITES_NOT_CONTROLLED",)
    assert "the nanites are not under control" in answer.content.decode()


def test_an_abnormal_examination_is_proposed_to_be_referred_and_kept(world) -> None:
    person = world.member(sex="M")
    given = {**VITALS, "LUNGS": "abnormal", "SKIN": "normal"}

    recorded_so = concluded(world, person, given, outcome="REFERRED")

    check = Check.objects.get(person=person)
    assert recorded_so.status_code == 302
    assert check.reason_codes == ["EXAMINATION_ABNORMAL"]
    assert (check.medical.examined["LUNGS"], check.medical.examined["SKIN"]) == (
        "abnormal",
        "normal",
    )
    assert "HEART" not in check.medical.examined


@pytest.mark.parametrize("who", ["pregnant", "child", "animal", "injured"])
def test_news2_calls_nobody_for_whom_it_was_not_made_and_the_examiner_does(world, who) -> None:
    young = Birth(database_now().date() - timedelta(days=9 * 365), Precision.DAY)
    person = {
        "pregnant": lambda: pregnant(world),
        "child": lambda: world.member(sex="M", birth=young),
        "animal": lambda: world.member(sex="M", species=people.species()),
        "injured": lambda: world.member(sex="M", birth=Birth(date(1990, 1, 1), Precision.DAY)),
    }[who]()
    given = {**SICK, **({"spinal_injury": "on"} if who == "injured" else {})}

    scored = post(world, person, {**given, "step": "assess"})
    quiet = ClinicalAlert.objects.count()
    called = post(world, person, {**given, "step": "call"})

    assert scored.context["proposal"].outcome == "REFERRED"
    assert "call a clinician yourself" in scored.content.decode()
    assert quiet == 0
    assert ClinicalAlert.objects.get(person=person).kind == "VITAL_SIGNS"
    assert "A clinician is called" in called.content.decode()


def test_whose_age_or_pregnancy_is_unknown_is_not_scored_and_a_clinician_is_called(world) -> None:
    person = world.member(sex="F")

    answer = post(world, person, {**SICK, "step": "assess"})

    assert answer.context["proposal"].score is None
    assert ClinicalAlert.objects.filter(person=person).exists()


def test_the_programme_may_call_a_clinician_earlier(world) -> None:
    strict = World(asks={"news2_refer_from": 2, "news2_urgent_from": 2})
    raised = {**VITALS, "pulse_per_min": "112"}  # a total of 2
    usual, early = world.member(sex="M"), strict.member(sex="M")

    post(world, usual, {**raised, "step": "assess"})
    post(strict, early, {**raised, "step": "assess"})

    assert [one.person_id for one in ClinicalAlert.objects.all()] == [early.pk]


def test_two_clinicians_decide_for_who_cannot_be_scored(world) -> None:
    person, second = pregnant(world), world.physician()
    decided = {
        "outcome": "PASSED",
        "grounds": "Seen by the obstetrician.",
        "second_username": second.user.username,
        "second_password": PASSWORD,
    }

    without = concluded(world, person, VITALS, **decided)
    done = concluded(world, person, VITALS, **decided, criteria="Maternity score 0.")

    assert without.status_code == 422
    assert "by which criteria" in without.content.decode()
    assert done.status_code == 302
    decision = IndividualDecision.objects.get(of_check__person=person)
    assert (decision.second_clinician, decision.obstacles) == (second, ["PREGNANT"])


def test_criteria_are_asked_of_nobody_who_is_scored(world) -> None:
    answer = post(world, world.member(sex="M"), {**VITALS, "step": "assess"})

    assert "criteria" not in answer.context["conclusion"].fields


def test_a_test_of_today_is_recorded_beside_the_check(world) -> None:
    person = world.member(sex="F")
    assert "Record: not pregnant" in opened(world, person).content.decode()

    done = post(world, person, {}, name="check-not-pregnant")

    assert done.status_code == 302
    assert PregnancyEstimate.objects.get(person=person).status == "NOT_PREGNANT"
    shown = opened(world, person).content.decode()
    assert "Record: not pregnant" not in shown
    again = post(world, person, {**VITALS, "step": "assess"})
    assert again.context["proposal"].score.total == 0
    assert post(world, person, {}, world.psychologist, "check-not-pregnant").status_code == 403


def test_the_page_asks_as_many_questions_however_much_was_ordered(testing) -> None:
    asked = []
    for codes in (["COAG"], ["COAG", "CBC", "CMP"]):
        world = World(asks={"panels": codes})
        person = enrolled(world)
        place(world, person)
        client = client_of(world.examiner)
        address = page("check-medical", person, world)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        asked.append(len(queries))

    assert asked[0] == asked[1]


def test_the_admin_shows_orders_and_decisions_to_those_who_may_see_them(testing) -> None:
    person = enrolled(testing)
    place(testing, person)
    for name in ("checkorder", "individualdecision"):
        listed = reverse(f"admin:consent_{name}_changelist")
        assert client_of(testing.examiner).get(listed).status_code == 200
        assert client_of(principal(Role.GATE_OFFICER)).get(listed).status_code in (302, 403)
    decisions = reverse("admin:consent_individualdecision_changelist")
    assert client_of(testing.officer).get(decisions).status_code == 403


def test_incomplete_is_the_examiners_alone_only_where_nothing_refers(world) -> None:
    person, second = world.member(sex="M"), world.physician()
    unmeasured = {**VITALS, "pulse_per_min": ""}
    two = {
        "grounds": "Called away.",
        "second_username": second.user.username,
        "second_password": PASSWORD,
    }

    refused = [
        concluded(world, person, given, outcome="INCOMPLETE")
        for given in (SICK, {**SICK, "pulse_per_min": ""}, {**VITALS, "FEVER": "yes"})
    ]
    alone = concluded(world, person, unmeasured, outcome="INCOMPLETE")
    both = concluded(world, person, SICK, outcome="INCOMPLETE", **two)

    assert {one.status_code for one in refused} == {422}
    assert "second clinician" in refused[0].content.decode()
    assert (alone.status_code, both.status_code) == (302, 302)
    assert [one.proposed for one in Check.objects.filter(person=person)] == ["REFERRED"] * 2
