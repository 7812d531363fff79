"""Questionnaires score as published; what is missing is said and never guessed."""

from __future__ import annotations

from dataclasses import replace
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.rules.definitions import (
    InvalidDefinition,
    UnknownQuestionnaire,
    questionnaire,
    questionnaires,
)
from consent.rules.questionnaires import Alert, InvalidAnswers, MissingAnswers, score


@pytest.mark.parametrize(
    ("name", "answers", "total", "band", "alerts"),
    [
        ("PHQ-9", [1, 1, 2, 1, 0, 1, 1, 0, 0], 7, "mild", ()),
        ("PHQ-9", [2, 2, 2, 2, 1, 2, 1, 1, 1], 14, "moderate", (Alert.SAFETY_ANSWER,)),
        ("PHQ-9", [0, 0, 0, 0, 0, 0, 0, 0, 1], 1, "minimal", (Alert.SAFETY_ANSWER,)),
        ("GAD-7", [2, 2, 1, 1, 1, 2, 1], 10, "moderate", ()),
        ("K10", [2] * 10, 20, "mild", ()),
    ],
)
def test_published_totals(name, answers, total, band, alerts):
    found = score(name, answers)

    assert (found.total, found.band, found.alerts) == (total, band, alerts)
    assert not found.prorated


@pytest.mark.parametrize(
    ("name", "banding", "edges"),
    [
        (
            "PHQ-9",
            "published",
            {
                "minimal": (0, 4),
                "mild": (5, 9),
                "moderate": (10, 14),
                "moderately severe": (15, 19),
                "severe": (20, 27),
            },
        ),
        (
            "GAD-7",
            "published",
            {"minimal": (0, 4), "mild": (5, 9), "moderate": (10, 14), "severe": (15, 21)},
        ),
        (
            "K10",
            "kessler",
            {"likely well": (10, 19), "mild": (20, 24), "moderate": (25, 29), "severe": (30, 50)},
        ),
        (
            "K10",
            "abs",
            {"low": (10, 15), "moderate": (16, 21), "high": (22, 29), "very high": (30, 50)},
        ),
    ],
)
def test_both_edges_of_every_band(name, banding, edges):
    for band, totals in edges.items():
        for total in totals:
            found = score(name, answers_of(name, total), banding=banding)
            assert (found.total, found.band, found.banding) == (total, band, banding)


def answers_of(name: str, total: int) -> list[int]:
    """Answers that add up to a total, the last items lowest so that no safety item is raised."""
    asked = questionnaire(name)
    lowest, highest = min(asked.options), max(asked.options)
    answers = [lowest] * len(asked.items)
    for item in range(len(answers)):
        step = min(highest - lowest, total - sum(answers))
        answers[item] += step
    return answers


@pytest.mark.parametrize(
    ("name", "banding", "refer_from"),
    [("PHQ-9", None, 10), ("GAD-7", None, 10), ("K10", "kessler", 20), ("K10", "abs", 22)],
)
def test_the_total_from_which_it_refers(name, banding, refer_from):
    assert not score(name, answers_of(name, refer_from - 1), banding=banding).refers
    assert score(name, answers_of(name, refer_from), banding=banding).refers


@pytest.mark.parametrize("answer", [1, 2, 3])
def test_any_answer_to_item_9_is_reviewed_whatever_the_total(answer):
    found = score("PHQ-9", [0] * 8 + [answer])

    assert found.refers
    assert not found.is_raised
    assert found.alerts == (Alert.SAFETY_ANSWER,)


def test_a_missing_answer_is_an_error_that_names_the_item():
    with pytest.raises(MissingAnswers, match="item 2, 7") as missing:
        score("PHQ-9", [1, None, 1, 1, 1, 1, None, 1, 0])

    assert missing.value.items == (2, 7)
    assert missing.value.alerts == ()


def test_prorating_fills_in_the_mean_and_says_so():
    found = score("PHQ-9", [1, None, 1, 1, 1, 1, None, 2, 0], prorate=True)

    assert found.total == floor(7 * 9 / 7 + 0.5) == 9
    assert (found.prorated, found.missing) == (True, (2, 7))


def test_prorating_rounds_half_a_point_towards_the_referral():
    # 8 answered items adding up to 4, of 9: 4.5.
    found = score("PHQ-9", [None, 1, 1, 1, 1, 0, 0, 0, 0], prorate=True)

    assert (found.total, found.band) == (5, "mild")


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("PHQ-9", [None, None, None, 1, 1, 1, 1, 1, 0]),
        ("GAD-7", [None, 1, 1, 1, 1, 1, 1]),
        ("K10", [None] + [1] * 9),
        ("GAD-7", [None] * 7),
    ],
)
def test_no_more_is_filled_in_than_the_definition_allows(name, answers):
    with pytest.raises(MissingAnswers):
        score(name, answers, prorate=True)


def test_a_safety_item_is_never_filled_in():
    answers = [0, 0, 0, 0, 0, 0, 0, 0, None]

    found = score("PHQ-9", answers, prorate=True)

    assert (found.total, found.band, found.prorated) == (None, None, False)
    assert found.alerts == (Alert.SAFETY_ITEM_MISSING,)
    assert found.refers
    with pytest.raises(MissingAnswers) as missing:
        score("PHQ-9", answers)
    assert missing.value.alerts == (Alert.SAFETY_ITEM_MISSING,)


def test_a_safety_answer_is_told_although_the_rest_is_missing():
    with pytest.raises(MissingAnswers) as missing:
        score("PHQ-9", [None] * 8 + [1], prorate=True)

    assert missing.value.alerts == (Alert.SAFETY_ANSWER,)


@pytest.mark.parametrize(
    ("name", "answers", "message"),
    [
        ("PHQ-9", [0] * 8, "9 items, not 8"),
        ("PHQ-9", [0] * 10, "9 items, not 10"),
        ("PHQ-9", [4] + [0] * 8, "item 1: 4 is none of 0, 1, 2, 3"),
        ("PHQ-9", [-1] + [0] * 8, "item 1: -1"),
        ("PHQ-9", [True] + [0] * 8, "item 1: True"),
        ("PHQ-9", [1.0] + [0] * 8, "item 1: 1.0"),
        ("PHQ-9", ["1"] + [0] * 8, "item 1: '1'"),
        ("K10", [0] + [1] * 9, "item 1: 0 is none of 1"),
    ],
)
def test_answers_that_do_not_belong_are_refused(name, answers, message):
    with pytest.raises(InvalidAnswers, match=message):
        score(name, answers)


def test_an_unknown_questionnaire_or_banding_is_named():
    with pytest.raises(UnknownQuestionnaire, match="'PHQ9'; there are PHQ-9, GAD-7, K10"):
        score("PHQ9", [0] * 9)
    with pytest.raises(InvalidAnswers, match="no bands 'abs'"):
        score("PHQ-9", [0] * 9, banding="abs")


@given(st.data(), st.sampled_from(["PHQ-9", "GAD-7", "K10"]))
def test_a_worse_answer_never_lowers_the_score_nor_takes_a_referral_back(data, name):
    asked = questionnaire(name)
    options = sorted(asked.options)
    answers = data.draw(
        st.lists(st.sampled_from(options), min_size=len(asked.items), max_size=len(asked.items))
    )
    item = data.draw(st.integers(0, len(answers) - 1))
    worse = answers[:]
    worse[item] = max(options)

    before, after = score(name, answers), score(name, worse)

    assert after.total >= before.total
    assert after.refers >= before.refers


def test_each_questionnaire_states_its_source_and_licence():
    for asked in questionnaires().values():
        assert asked.source
        assert asked.licence
        assert all(asked.items)


def test_bands_with_a_hole_or_an_overlap_are_refused():
    asked = questionnaire("GAD-7")
    banding = asked.bandings["published"]
    for bands in (banding.bands[1:], (*banding.bands, (21, 21, "severe"))):
        with pytest.raises(InvalidDefinition, match="do not fit"):
            replace(asked, bandings={"published": replace(banding, bands=bands)})
    with pytest.raises(InvalidDefinition, match="safety item"):
        replace(asked, safety_items=frozenset({8}))
    with pytest.raises(InvalidDefinition, match="no bands"):
        replace(asked, default_banding="abs")
