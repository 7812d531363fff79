"""What the checks propose, and who may record otherwise."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.rules import medical, psychological
from consent.rules.facts import CheckOutcome
from consent.rules.medical import Examination, ExaminationItem, MedicalReason, Sign
from consent.rules.news2 import Obstacle
from consent.rules.proposals import Objection, Proposal, objections
from consent.rules.psychological import PsychReason
from tests.consent.rules.test_news2 import ADULT, WELL
from tests.consent.rules.test_voluntariness import interview

PASSED, REFERRED, FAILED, INCOMPLETE = (
    CheckOutcome.PASSED,
    CheckOutcome.REFERRED,
    CheckOutcome.FAILED,
    CheckOutcome.INCOMPLETE,
)
HEALTHY = Examination(subject=ADULT, vitals=WELL, signs=dict.fromkeys(Sign, False))


# --- medical ---------------------------------------------------------------------------------


def test_a_healthy_adult_is_proposed_to_pass():
    proposal = medical.propose(HEALTHY)

    assert (proposal.outcome, proposal.reasons, proposal.is_urgent) == (PASSED, (), False)
    assert proposal.score.total == 0
    assert proposal.rule_version == "4"


def examined(**vitals: object) -> Examination:
    return replace(HEALTHY, vitals=replace(WELL, **vitals))


@pytest.mark.parametrize(
    ("found", "total", "reasons", "is_urgent"),
    [
        (examined(respiration_per_min=24), 2, (), False),
        (
            examined(respiration_per_min=24, pulse_per_min=91),
            3,
            (MedicalReason.NEWS2_RAISED,),
            False,
        ),
        (
            examined(respiration_per_min=24, pulse_per_min=111),
            4,
            (MedicalReason.NEWS2_RAISED,),
            False,
        ),
        (
            examined(respiration_per_min=24, pulse_per_min=111, spo2_percent=95),
            5,
            (MedicalReason.NEWS2_URGENT,),
            True,
        ),
        (
            examined(systolic_mmhg=220),
            3,
            (MedicalReason.NEWS2_SINGLE_THREE, MedicalReason.NEWS2_RAISED),
            True,
        ),
    ],
)
def test_the_early_warning_score_refers_and_alerts(found, total, reasons, is_urgent):
    proposal = medical.propose(found)

    assert proposal.score.total == total
    assert (proposal.reasons, proposal.is_urgent) == (reasons, is_urgent)


@pytest.mark.parametrize(
    ("vitals", "reasons", "is_urgent"),
    [
        ({"respiration_per_min": 22}, (), False),
        ({"respiration_per_min": 22, "systolic_mmhg": 105}, (MedicalReason.NEWS2_RAISED,), False),
        (
            {"respiration_per_min": 30},
            (MedicalReason.NEWS2_SINGLE_THREE, MedicalReason.NEWS2_RAISED),
            True,
        ),
        (
            {"respiration_per_min": 22, "systolic_mmhg": 95, "spo2_percent": 95},
            (MedicalReason.NEWS2_URGENT,),
            True,
        ),
    ],
)
def test_what_was_measured_refers_however_much_was_not_measured_yet(vitals, reasons, is_urgent):
    proposal = medical.propose(examined(**vitals, pulse_per_min=None))

    assert proposal.score is None
    assert proposal.reasons == (*reasons, MedicalReason.VITAL_MISSING)
    assert proposal.is_urgent is is_urgent


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"signs": {**HEALTHY.signs, Sign.AGGRESSION: True}}, MedicalReason.CLINICAL_SIGN),
        ({"signs": {**HEALTHY.signs, Sign.SKIN_TONE_CHANGE: True}}, MedicalReason.CLINICAL_SIGN),
        ({"signs": {Sign.AGGRESSION: False}}, MedicalReason.SIGN_NOT_EXAMINED),
        ({"vitals": replace(WELL, pulse_per_min=None)}, MedicalReason.VITAL_MISSING),
        ({"subject": replace(ADULT, age_years=15)}, MedicalReason.NEWS2_CANNOT_BE_SCORED),
        ({"critical_results": 1}, MedicalReason.CRITICAL_RESULT),
        ({"told_critical_results": 1}, MedicalReason.CRITICAL_RESULT_TOLD),
        ({"outstanding_results": 1}, MedicalReason.RESULT_OUTSTANDING),
        ({"delta_flags": 1}, MedicalReason.DELTA_FLAG),
    ],
)
def test_each_finding_refers_by_itself(change, reason):
    proposal = medical.propose(replace(HEALTHY, **change))

    assert (proposal.outcome, proposal.reasons) == (REFERRED, (reason,))


def test_who_cannot_be_scored_is_referred_with_the_obstacles():
    subject = replace(ADULT, is_pregnant=True, species="cat")

    proposal = medical.propose(replace(HEALTHY, subject=subject))

    assert proposal.score is None
    assert proposal.obstacles == (Obstacle.PREGNANT, Obstacle.OTHER_SPECIES)


@given(
    st.integers(0, 80),
    st.integers(30, 100),
    st.sampled_from([Decimal("35.0"), Decimal("36.6"), Decimal("39.5")]),
    st.dictionaries(st.sampled_from(Sign), st.booleans()),
    st.integers(0, 2),
)
def test_no_examination_proposes_a_failure(resp, spo2, temperature, signs, criticals):
    found = replace(
        examined(respiration_per_min=resp, spo2_percent=spo2, temperature_celsius=temperature),
        signs=signs,
        critical_results=criticals,
    )

    proposal = medical.propose(found)

    assert proposal.outcome in (PASSED, REFERRED)
    assert (proposal.outcome is REFERRED) == bool(proposal.reasons)
    assert not (proposal.is_urgent and proposal.outcome is PASSED)


# --- psychological ---------------------------------------------------------------------------

CALM = {"PHQ-9": [0] * 9, "GAD-7": [0] * 7}


@pytest.mark.parametrize(
    ("change", "reasons", "is_urgent"),
    [
        ({}, (), False),
        ({"GAD-7": [2, 2, 2, 2, 2, 0, 0]}, (PsychReason.SCORE,), False),
        ({"PHQ-9": [0] * 8 + [1]}, (PsychReason.SAFETY_REVIEW,), True),
        ({"PHQ-9": [3] * 9}, (PsychReason.SAFETY_REVIEW, PsychReason.SCORE), True),
        (
            {"PHQ-9": [0] * 8 + [None]},
            (
                PsychReason.SAFETY_REVIEW,
                PsychReason.SAFETY_ITEM_MISSING,
                PsychReason.NOT_COMPLETE,
            ),
            True,
        ),
        (
            {"PHQ-9": [None] * 8 + [1]},
            (PsychReason.SAFETY_REVIEW, PsychReason.NOT_COMPLETE),
            True,
        ),
        ({"PHQ-9": [None] + [0] * 8}, (), False),
        ({"GAD-7": [None] + [0] * 6}, (PsychReason.NOT_COMPLETE,), False),
        ({"GAD-7": [None, 3, 3, 3, 0, 0, 0]}, (PsychReason.NOT_COMPLETE,), False),
        (
            {"GAD-7": [None, 3, 3, 3, 1, 0, 0]},
            (PsychReason.SCORE, PsychReason.NOT_COMPLETE),
            False,
        ),
        (
            {"UBACC": [None, 1, 1, 1, 1, 1, 1, 2, 2, 2]},
            (PsychReason.SCORE, PsychReason.NOT_COMPLETE),
            False,
        ),
        ({"UBACC": [None, 1, 1, 1, 1, 1, 2, 2, 2, 2]}, (PsychReason.NOT_COMPLETE,), False),
        (
            {"PCL-5": [2, *[0] * 4, 2, 0, 2, 2, *[0] * 5, 2, 2, *[0] * 3, None]},
            (PsychReason.SCORE, PsychReason.NOT_COMPLETE),
            False,
        ),
        ({"K10": [5] * 10}, (PsychReason.SCORE,), False),
    ],
)
def test_answers_propose_a_pass_or_a_referral(change, reasons, is_urgent):
    proposal = psychological.propose(CALM | change, required=["PHQ-9", "GAD-7"], first=interview())

    assert (proposal.reasons, proposal.is_urgent) == (reasons, is_urgent)
    assert proposal.outcome is (REFERRED if reasons else PASSED)


def test_a_required_questionnaire_that_was_not_answered_refers():
    proposal = psychological.propose({}, required=["PHQ-9"], first=interview())

    assert proposal.reasons == (PsychReason.NOT_COMPLETE,)


@pytest.mark.parametrize(
    ("first", "reason"),
    [
        (None, PsychReason.NOT_COMPLETE),
        (interview(threats=2), PsychReason.VOLUNTARINESS),
        (interview(offers=1, threats=1), PsychReason.SECOND_INTERVIEWER),
        (interview(reflection=1, offers=1), PsychReason.SECOND_INTERVIEWER),
    ],
)
def test_the_interview_refers_by_itself(first, reason):
    proposal = psychological.propose(CALM, required=["PHQ-9"], first=first)

    assert proposal.reasons == (reason,)


def test_too_short_a_time_to_reflect_asks_for_a_second_interviewer_and_refers_nobody():
    proposal = psychological.propose(CALM, required=["PHQ-9"], first=interview(reflection=1))
    raised = psychological.propose(
        CALM | {"GAD-7": [3] * 7}, required=["PHQ-9"], first=interview(reflection=1)
    )
    settled = psychological.propose(
        CALM, required=["PHQ-9"], first=interview(reflection=1), second=interview("second")
    )

    assert (proposal.outcome, proposal.asks) == (PASSED, (PsychReason.SECOND_INTERVIEWER,))
    assert (raised.reasons, raised.asks) == ((PsychReason.SCORE,), proposal.asks)
    assert (settled.outcome, settled.asks) == (PASSED, ())


# --- recording something else ----------------------------------------------------------------

NOBODY: dict[str, object] = {"clinician": None}
ALONE = {"clinician": "a"}
TWICE_THE_SAME = {"clinician": "a", "second_clinician": "a", "grounds": "examined again"}
TWO_WITHOUT_GROUNDS = {"clinician": "a", "second_clinician": "b", "grounds": " "}
TWO = {"clinician": "a", "second_clinician": "b", "grounds": "examined again"}


@pytest.mark.parametrize(
    ("proposed", "recorded", "given_by", "missing"),
    [
        (PASSED, PASSED, NOBODY, ()),
        (REFERRED, REFERRED, NOBODY, ()),
        (PASSED, REFERRED, ALONE, ()),
        (PASSED, INCOMPLETE, NOBODY, ()),
        (PASSED, FAILED, NOBODY, (Objection.NAMED_CLINICIAN,)),
        (PASSED, FAILED, ALONE, ()),
        (REFERRED, FAILED, ALONE, ()),
        (
            REFERRED,
            PASSED,
            NOBODY,
            (Objection.NAMED_CLINICIAN, Objection.SECOND_CLINICIAN, Objection.GROUNDS),
        ),
        (REFERRED, PASSED, ALONE, (Objection.SECOND_CLINICIAN, Objection.GROUNDS)),
        (REFERRED, PASSED, TWICE_THE_SAME, (Objection.SECOND_CLINICIAN,)),
        (REFERRED, PASSED, TWO_WITHOUT_GROUNDS, (Objection.GROUNDS,)),
        (REFERRED, PASSED, TWO, ()),
    ],
)
def test_stricter_alone_and_laxer_with_a_second_clinician(proposed, recorded, given_by, missing):
    proposal = Proposal(
        reasons=() if proposed is PASSED else (MedicalReason.NEWS2_RAISED,),
        is_urgent=False,
        rule_version=1,
    )

    assert objections(proposal, recorded, **given_by) == missing


UNFINISHED = [
    {"vitals": replace(WELL, pulse_per_min=None)},
    {"signs": {}},
    {"outstanding_results": 1},
    {"vitals": replace(WELL, pulse_per_min=None), "signs": {}, "outstanding_results": 2},
]
REFERRING = [
    {"vitals": replace(WELL, respiration_per_min=30)},
    {"vitals": replace(WELL, respiration_per_min=30, pulse_per_min=None)},
    {"vitals": replace(WELL, respiration_per_min=22, systolic_mmhg=105, pulse_per_min=None)},
    {"signs": {Sign.AGGRESSION: True}},
    {"items": {ExaminationItem.LUNGS: True}, "signs": {}},
    {"are_nanites_controlled": False},
    {"critical_results": 1, "outstanding_results": 1},
    {"delta_flags": 1},
    {"subject": replace(ADULT, is_pregnant=None)},
]


@pytest.mark.parametrize(
    ("change", "is_laxer"),
    [(one, False) for one in UNFINISHED] + [(one, True) for one in REFERRING],
)
def test_incomplete_is_laxer_where_more_refers_than_what_is_still_to_be_done(change, is_laxer):
    proposal = medical.propose(replace(HEALTHY, **change))

    assert proposal.outcome is REFERRED
    alone = (Objection.SECOND_CLINICIAN, Objection.GROUNDS) if is_laxer else ()
    assert objections(proposal, INCOMPLETE, **ALONE) == alone
    assert objections(proposal, INCOMPLETE, **TWO) == ()


@pytest.mark.parametrize(
    ("change", "first", "is_laxer"),
    [
        ({"GAD-7": [None] + [0] * 6}, interview(), False),
        ({}, interview(without="privacy"), False),
        ({}, None, False),
        ({"PHQ-9": [0] * 8 + [3]}, interview(), True),
        ({"GAD-7": [3] * 7}, interview(), True),
        ({"GAD-7": [None] + [3] * 6}, interview(), True),
        ({"C-SSRS screener": [1, 0, None, None, None, 0]}, interview(), True),
        ({}, interview(threats=2, without="privacy"), True),
        ({}, interview(offers=1, threats=1), True),
    ],
)
def test_a_psychological_check_is_left_incomplete_alone_only_while_nothing_refers(
    change, first, is_laxer
):
    proposal = psychological.propose(CALM | change, required=["PHQ-9", "GAD-7"], first=first)

    assert proposal.outcome is REFERRED
    alone = (Objection.SECOND_CLINICIAN, Objection.GROUNDS) if is_laxer else ()
    assert objections(proposal, INCOMPLETE, **ALONE) == alone
    assert objections(proposal, INCOMPLETE, **TWO) == ()


@pytest.mark.parametrize("name", ["PHQ-9", "C-SSRS screener"])
@pytest.mark.parametrize("others", [ALONE, TWO])
def test_a_safety_item_without_an_answer_is_referred_at_the_least(name, others):
    answers = {"PHQ-9": [0] * 8 + [None], "C-SSRS screener": [0, 0, None, None, None, None]}
    proposal = psychological.propose(
        CALM | {name: answers[name]}, required=["PHQ-9"], first=interview()
    )

    assert PsychReason.SAFETY_ITEM_MISSING in proposal.reasons
    for laxer in (PASSED, INCOMPLETE):
        assert objections(proposal, laxer, **others) == (Objection.ANSWER,)
    for enough in (REFERRED, FAILED):
        assert objections(proposal, enough, **others) == ()
