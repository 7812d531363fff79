"""The screener of the C-SSRS: every combination of answers, against the triage written anew."""

from __future__ import annotations

from itertools import product

import pytest

from consent.rules.questionnaires import Alert, MissingAnswers, score, unscored

NAME = "C-SSRS screener"
ORDER = ["none", "low", "moderate", "high"]


def expected(answers: tuple[int | None, ...]) -> str:
    """The published triage, from its words."""
    wish, thoughts, method, intent, plan, behaviour = answers
    if intent or plan or behaviour == 2:
        return "high"
    if method or behaviour == 1:
        return "moderate"
    return "low" if wish or thoughts else "none"


COMPLETE = list(product((0, 1), (0, 1), (0, 1), (0, 1), (0, 1), (0, 1, 2)))
SKIPPED = [(wish, 0, None, None, None, last) for wish in (0, 1) for last in (0, 1, 2)]


@pytest.mark.parametrize("answers", [*COMPLETE, *SKIPPED])
def test_every_combination(answers):
    found = score(NAME, answers)

    assert (found.band, found.total, found.missing) == (expected(answers), None, ())
    assert found.refers is found.is_raised is any(answers)
    assert found.alerts == ((Alert.SAFETY_ANSWER,) if any(answers) else ())


def test_there_are_as_many_combinations_as_answers():
    assert len(COMPLETE) == 2**5 * 3
    assert {expected(answers) for answers in COMPLETE} == set(ORDER)


@pytest.mark.parametrize(
    ("answers", "items"),
    [
        ((0, 1, None, 0, 0, 0), (3,)),
        ((0, 1, None, None, None, 0), (3, 4, 5)),
        ((0, None, None, None, None, 0), (2, 3, 4, 5)),
        ((None, 0, None, None, None, 0), (1,)),
        ((0, 0, None, None, None, None), (6,)),
        ((None,) * 6, (1, 2, 3, 4, 5, 6)),
    ],
)
@pytest.mark.parametrize("prorate", [False, True])
def test_what_is_missing_is_never_taken_for_a_no(answers, items, prorate):
    with pytest.raises(MissingAnswers) as missing:
        score(NAME, answers, prorate=prorate)

    assert missing.value.items == items
    assert Alert.SAFETY_ITEM_MISSING in missing.value.alerts
    found = unscored(NAME, missing.value)
    assert (found.band, found.missing, found.is_scored, found.refers) == (None, items, False, True)


def test_a_yes_is_told_although_others_are_missing():
    with pytest.raises(MissingAnswers) as missing:
        score(NAME, (None, None, None, 1, None, None))

    assert missing.value.alerts == (Alert.SAFETY_ANSWER, Alert.SAFETY_ITEM_MISSING)


def test_a_graver_answer_never_lowers_the_level():
    for answers in COMPLETE:
        for item in range(6):
            graver = list(answers)
            graver[item] = 2 if item == 5 else 1
            before, after = score(NAME, answers), score(NAME, graver)
            assert ORDER.index(after.band) >= ORDER.index(before.band)
