"""What screening staff are told of a psychological check: enough to plan, nothing of what was said."""

from __future__ import annotations

from itertools import combinations

import pytest

from consent.rules.facts import CheckOutcome
from consent.rules.medical import MedicalReason
from consent.rules.psychological import PsychReason, ScreeningCode, screening_codes

PASSED, REFERRED, FAILED, INCOMPLETE = (
    CheckOutcome.PASSED,
    CheckOutcome.REFERRED,
    CheckOutcome.FAILED,
    CheckOutcome.INCOMPLETE,
)
REVIEW, REST, SECOND = (
    ScreeningCode.REVIEW_NEEDED,
    ScreeningCode.NOT_COMPLETE,
    ScreeningCode.SECOND_INTERVIEW_NEEDED,
)


@pytest.mark.parametrize(
    ("reasons", "outcome", "codes"),
    [
        ([PsychReason.SAFETY_REVIEW], REFERRED, (REVIEW,)),
        ([PsychReason.SCORE], REFERRED, (REVIEW,)),
        ([PsychReason.VOLUNTARINESS], FAILED, (REVIEW,)),
        ([PsychReason.NOT_COMPLETE], REFERRED, (REST,)),
        ([PsychReason.SECOND_INTERVIEWER], REFERRED, (SECOND,)),
        ([PsychReason.SECOND_INTERVIEWER, PsychReason.SCORE], REFERRED, (REVIEW, SECOND)),
        ([], REFERRED, (REVIEW,)),
        ([], FAILED, (REVIEW,)),
        ([], INCOMPLETE, (REST,)),
        ([PsychReason.SCORE], INCOMPLETE, (REST,)),
        ([], PASSED, ()),
        ([PsychReason.SCORE], PASSED, ()),
        ([MedicalReason.NEWS2_RAISED], REFERRED, (REVIEW,)),
    ],
)
def test_what_is_told(reasons, outcome, codes):
    assert screening_codes(reasons, outcome) == codes


@pytest.mark.parametrize(
    ("reasons", "outcome", "codes"),
    [
        ([], PASSED, (SECOND,)),
        ([PsychReason.SCORE], PASSED, (SECOND,)),
        ([], REFERRED, (REVIEW, SECOND)),
        ([PsychReason.NOT_COMPLETE], REFERRED, (REST, SECOND)),
        ([], INCOMPLETE, (REST,)),
    ],
)
def test_a_second_interview_is_asked_for_of_a_pass_too(reasons, outcome, codes):
    assert screening_codes(reasons, outcome, asks=[PsychReason.SECOND_INTERVIEWER]) == codes


def test_a_safety_answer_a_score_and_a_doubt_look_alike():
    alike = (PsychReason.SAFETY_REVIEW, PsychReason.SCORE, PsychReason.VOLUNTARINESS)
    for size in (1, 2, 3):
        for reasons in combinations(alike, size):
            assert screening_codes(reasons, REFERRED) == (REVIEW,)


def test_every_reason_is_told_as_some_code():
    for reason in PsychReason:
        assert len(screening_codes([reason], REFERRED)) == 1
