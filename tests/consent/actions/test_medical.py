"""Concluding a medical check: on what was shown alone, and by two for whom NEWS2 leaves out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from consent.actions import checks, medical, programmes
from consent.models import Check, IndividualDecision, MedicalFindings
from consent.queries.clearances import clearance_of
from consent.queries.medical import sitting_of
from consent.rules.answers import Reason
from consent.rules.facts import CheckOutcome
from consent.rules.medical import ExaminationItem, Examined, Sign
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from patients.actions import pregnancies
from patients.rules.pregnancies import Status
from tests import laboratory
from tests.consent import panels
from tests.consent.actions.test_check_orders import place
from tests.consent.actions.test_checks import link
from tests.consent.programme import CALM, FAILED, PASSED, REFERRED, World

pytestmark = pytest.mark.django_db
WELL = Examined(vitals=CALM, signs=dict.fromkeys(Sign, False))
RAISED = replace(WELL, vitals=replace(CALM, respiration_per_min=22, pulse_per_min=112))


@pytest.fixture
def world() -> World:
    return World()


def seen_of(world: World, person, examined: Examined = WELL) -> str:
    at = database_now()
    sitting = sitting_of(person, world.programme, performed_at=at, at=at)
    return sitting.seen(sitting.proposal(examined))


def conclude(world: World, person, outcome: CheckOutcome = PASSED, **more) -> Check:
    at = database_now()
    examined = more.pop("examined", WELL)
    given = {
        "programme": world.programme,
        "examined": examined,
        "seen": more.pop("seen", None) or seen_of(world, person, examined),
        "performed_at": at,
        "by": world.examiner,
        "at": at,
        **more,
    }
    return medical.conclude(person=person, outcome=outcome, **given)


def pregnant(world: World, status: str = Status.PREGNANT):
    person = world.member(sex="F")
    at = database_now()
    given = {"gestation_days": 100, "uncertainty_days": 7} if status == Status.PREGNANT else {}
    pregnancies.record(
        person=person, status=status, observed_at=at, by=world.examiner, at=at, **given
    )
    return person


def test_what_was_found_is_kept_with_the_score_and_the_rule(world) -> None:
    person = world.member(sex="M")
    found = replace(
        WELL,
        items={ExaminationItem.SKIN: False, ExaminationItem.LUNGS: True},
        are_nanites_controlled=True,
    )

    made = conclude(world, person, REFERRED, examined=found, comment="Wheezes.")

    kept = MedicalFindings.objects.get(of_check=made)
    assert (made.proposed, made.reason_codes) == ("REFERRED", ["EXAMINATION_ABNORMAL"])
    assert made.rule_version.startswith("4 (programme version ")
    assert kept.examined == {
        **dict.fromkeys(("SKIN_TONE_CHANGE", "AGGRESSION", "FEVER", "SKIN"), "normal"),
        "LUNGS": "abnormal",
    }
    assert (kept.vitals["temperature_celsius"], kept.score["total"]) == ("36.7", 0)
    assert (kept.signs, kept.nanite_control, kept.comment) == ([], "CONTROLLED", "Wheezes.")


def test_a_measured_fever_is_kept_as_a_sign(world) -> None:
    feverish = replace(WELL, vitals=replace(CALM, temperature_celsius=CALM.temperature_celsius + 2))

    made = conclude(world, world.member(sex="M"), REFERRED, examined=feverish)

    assert made.medical.signs == ["FEVER"]
    assert made.medical.examined["FEVER"] == "abnormal"


def test_results_that_came_while_the_page_was_open_are_shown_first(world) -> None:
    laboratory.load_catalogue()
    world = World(asks={"panels": ["COAG"]})
    person = world.member(sex="M")
    made = place(world, person)
    before = seen_of(world, person)
    typed = panels.recorded(made.order, **panels.COAG)
    typed_only = seen_of(world, person)
    for one in typed.values():
        panels.release(one)

    for stale in (before, typed_only):
        with pytest.raises(Conflict, match="has changed"):
            conclude(world, person, REFERRED, seen=stale)
    assert not Check.objects.exists()
    passed = conclude(world, person)

    assert (passed.outcome, passed.proposed) == ("PASSED", "PASSED")
    assert sorted(passed.medical.results) == sorted(one.pk for one in typed.values())


def test_a_pass_without_its_results_takes_a_second_clinician(world) -> None:
    laboratory.load_catalogue()
    world = World(asks={"panels": ["COAG"]})
    person = world.member(sex="M")

    with pytest.raises(InvalidInput, match="second clinician"):
        conclude(world, person)
    made = conclude(
        world, person, second_clinician=world.physician(), grounds="The analyser is down."
    )

    assert (made.proposed, made.reason_codes) == ("REFERRED", ["RESULT_OUTSTANDING"])


def test_of_two_who_looked_at_the_same_the_second_is_shown_what_the_first_recorded(world) -> None:
    person, other = world.cleared(sex="M"), world.physician()
    shown = seen_of(world, person)

    failed = conclude(world, person, FAILED, seen=shown)
    with pytest.raises(Conflict, match="has changed"):
        conclude(world, person, by=other, seen=shown)
    again = conclude(world, person, by=other)

    assert again.outcome == PASSED
    reasons = clearance_of(person, world.programme, at=database_now()).reasons
    assert reasons == (Reason.MEDICAL_FAILED,)
    conclude(world, person, by=other, lifts=[failed])
    assert clearance_of(person, world.programme, at=database_now()).is_cleared


def test_a_check_under_another_entry_and_an_annulment_are_shown_first_too(world) -> None:
    person, duplicate = world.cleared(sex="M"), world.member()
    failed = world.medical(person, FAILED)
    lifting = world.medical(person, lifts=[failed])
    shown = seen_of(world, person)

    world.annul(lifting)
    with pytest.raises(Conflict, match="has changed"):
        conclude(world, person, seen=shown)
    shown = seen_of(world, person)
    world.medical(duplicate, FAILED)
    link(world, duplicate, person)

    with pytest.raises(Conflict, match="has changed"):
        conclude(world, person, seen=shown)


def test_a_rule_that_changed_meanwhile_is_shown_first(world) -> None:
    person = world.member(sex="M")
    shown = seen_of(world, person)
    at = database_now()
    version = programmes.draft_version(
        programme=world.programme, effective_from=at, by=world.manager, at=at, news2_refer_from=1
    )
    programmes.approve_version(version=version, by=world.examiner, at=database_now())

    with pytest.raises(Conflict, match="has changed"):
        conclude(world, person, seen=shown)


def test_the_programmes_version_says_from_which_score_a_check_is_referred() -> None:
    strict = World(asks={"news2_refer_from": 1, "news2_urgent_from": 2})
    usual = World()
    slow = replace(WELL, vitals=replace(CALM, pulse_per_min=50))  # a total of 1

    referred = conclude(strict, strict.member(sex="M"), REFERRED, examined=slow)
    passed = conclude(usual, usual.member(sex="M"), examined=slow)

    assert (referred.reason_codes, passed.reason_codes) == (["NEWS2_RAISED"], [])


@pytest.mark.parametrize(
    ("asks", "field"),
    [
        ({"news2_urgent_from": 6}, "news2_urgent_from"),
        ({"news2_urgent_from": 0}, "news2_urgent_from"),
        ({"news2_refer_from": 0}, "news2_refer_from"),
        ({"news2_refer_from": 5, "news2_urgent_from": 4}, "news2_refer_from"),
        ({"panels": "COAG"}, "panels"),
        ({"panels": [7]}, "panels"),
        ({"panels": ["NO-SUCH"]}, "panels"),
        ({"panels": ["COAG", "COAG"]}, "panels"),
    ],
)
def test_thresholds_and_panels_that_cannot_be_meant_are_refused(asks, field) -> None:
    laboratory.load_catalogue()

    with pytest.raises(InvalidInput) as refused:
        World(asks=asks)

    assert refused.value.field == field


def test_who_cannot_be_scored_passes_by_the_decision_of_two_alone(world) -> None:
    person, other = pregnant(world), world.physician()
    grounds, criteria = "Well, and seen by the obstetrician.", "Maternity early warning score 0."

    assert conclude(world, person, REFERRED).reason_codes == ["NEWS2_CANNOT_BE_SCORED"]
    assert not IndividualDecision.objects.exists()
    for lacking, said in [
        ({}, "two clinicians"),
        ({"second_clinician": other, "grounds": grounds}, "by which criteria"),
        ({"second_clinician": other, "criteria": criteria}, "laxer"),
        ({"grounds": grounds, "criteria": criteria}, "two clinicians"),
        (
            {"second_clinician": world.examiner, "grounds": grounds, "criteria": criteria},
            "second clinician",
        ),
        (
            {"second_clinician": world.officer, "grounds": grounds, "criteria": criteria},
            "may not conclude",
        ),
    ]:
        with pytest.raises(InvalidInput, match=said):
            conclude(world, person, **lacking)
    referred = Check.objects.get()

    passed = conclude(
        world,
        person,
        second_clinician=other,
        grounds=grounds,
        criteria=criteria,
        lifts=[referred],
    )

    decision = passed.individual_decision
    assert (decision.obstacles, decision.criteria) == (["PREGNANT"], criteria)
    assert (decision.recorded_by, decision.second_clinician) == (world.examiner, other)
    reasons = clearance_of(person, world.programme, at=database_now()).reasons
    assert not {Reason.MEDICAL_MISSING, Reason.MEDICAL_REFERRED} & set(reasons)


def test_a_decision_holds_for_the_check_that_it_stands_beside(world) -> None:
    person, other = pregnant(world), world.physician()
    conclude(world, person, second_clinician=other, grounds="Well.", criteria="Maternity score 0.")

    with pytest.raises(InvalidInput, match="two clinicians"):
        conclude(world, person)


def test_two_may_decide_to_refer_and_one_alone_is_no_decision(world) -> None:
    person, other = pregnant(world), world.physician()

    conclude(world, person, REFERRED, criteria="Maternity score 3.")
    assert not IndividualDecision.objects.exists()
    with pytest.raises(InvalidInput, match="second clinician"):
        conclude(world, person, REFERRED, criteria="3.", second_clinician=world.examiner)
    conclude(world, person, REFERRED, criteria="Maternity score 3.", second_clinician=other)

    assert IndividualDecision.objects.get().criteria == "Maternity score 3."


def test_a_test_of_today_makes_who_may_be_pregnant_scorable(world) -> None:
    unknown = world.member(sex="F")
    with pytest.raises(InvalidInput, match="two clinicians"):
        conclude(world, unknown)

    assert conclude(world, pregnant(world, Status.NOT_PREGNANT)).outcome == PASSED


def test_the_database_knows_no_decision_of_one(world) -> None:
    check = world.medical(pregnant(world))
    given = {"of_check": check, "obstacles": ["PREGNANT"], "recorded_at": database_now()}
    by = {"recorded_by": world.examiner, "second_clinician": world.examiner}

    with pytest.raises(DatabaseError, match="two_clinicians|acts"), transaction.atomic():
        IndividualDecision.objects.create(criteria="Alone.", **given, **by)


def test_it_is_the_examining_physicians_alone(world) -> None:
    person = world.member(sex="M")
    for by in (world.psychologist, world.officer, world.manager):
        with pytest.raises(NotAllowed):
            conclude(world, person, by=by)


def test_a_measurement_that_cannot_be_meant_names_its_field(world) -> None:
    person = world.member(sex="M")
    mistyped = replace(WELL, vitals=replace(CALM, spo2_percent=980))

    with pytest.raises(InvalidInput) as refused:
        conclude(world, person, examined=mistyped, seen="anything")

    assert refused.value.field == "spo2_percent"


def test_failed_is_recorded_by_a_named_clinician_and_never_proposed(world) -> None:
    person = world.member(sex="M")

    made = conclude(world, person, FAILED, examined=RAISED)

    assert (made.outcome, made.proposed, made.examiner) == ("FAILED", "REFERRED", world.examiner)
    with pytest.raises(Conflict, match="record a later check"):
        checks.annul(check=made, by=world.examiner, at=database_now(), reason="Mild.")


def test_a_refusal_is_not_lifted_by_a_check_that_was_performed_before_it(world) -> None:
    person = world.cleared(sex="M")
    failed = conclude(world, person, FAILED)

    with pytest.raises(InvalidInput, match="not earlier"):
        conclude(
            world, person, lifts=[failed], performed_at=failed.performed_at - timedelta(minutes=1)
        )


def test_the_grounds_of_a_laxer_outcome_are_kept_apart_from_the_comment(world) -> None:
    person = world.member(sex="M")
    given = {
        "examined": RAISED,
        "comment": "Ran up the stairs.",
        "grounds": " Repeated: 0 points. ",
    }

    laxer = conclude(world, person, second_clinician=world.physician(), **given)
    plain = conclude(world, person, comment="Well.")

    assert (laxer.medical.comment, laxer.medical.grounds) == (
        "Ran up the stairs.",
        "Repeated: 0 points.",
    )
    assert (plain.medical.comment, plain.medical.grounds) == ("Well.", "")
