"""Questionnaires score as published; what is missing is said and never guessed."""

from __future__ import annotations

from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.rules.definitions import UnknownQuestionnaire, questionnaire
from consent.rules.questionnaires import Alert, InvalidAnswers, MissingAnswers, readable, score

SUMMED = ["PHQ-9", "GAD-7", "PCL-5", "AUDIT-C", "K10", "WHO-5", "UBACC"]


@pytest.mark.parametrize(
    ("name", "answers", "total", "band", "alerts"),
    [
        ("PHQ-9", [1, 1, 2, 1, 0, 1, 1, 0, 0], 7, "mild", ()),
        ("PHQ-9", [2, 2, 2, 2, 1, 2, 1, 1, 1], 14, "moderate", (Alert.SAFETY_ANSWER,)),
        ("PHQ-9", [0, 0, 0, 0, 0, 0, 0, 0, 1], 1, "minimal", (Alert.SAFETY_ANSWER,)),
        ("GAD-7", [2, 2, 1, 1, 1, 2, 1], 10, "moderate", ()),
        ("K10", [2] * 10, 20, "moderate (ABS)", ()),
        ("AUDIT-C", [2, 1, 0], 3, "positive", ()),
        (
            "PCL-5",
            [2, 3, 0, 2, 1, 2, 0, 0, 2, 2, 1, 3, 1, 0, 2, 0, 1, 3, 2, 1],
            28,
            "below the cut-off",
            (),
        ),
    ],
)
def test_published_totals(name, answers, total, band, alerts):
    found = score(name, answers)

    assert (found.total, found.band, found.alerts) == (total, band, alerts)
    assert not found.prorated


# Both edges of every band, written out from the publications and not read from the data files.
BANDS = {
    ("PHQ-9", "published"): {
        "minimal": (0, 4),
        "mild": (5, 9),
        "moderate": (10, 14),
        "moderately severe": (15, 19),
        "severe": (20, 27),
    },
    ("GAD-7", "published"): {
        "minimal": (0, 4),
        "mild": (5, 9),
        "moderate": (10, 14),
        "severe": (15, 21),
    },
    ("PCL-5", "published"): {
        "below the cut-off": (0, 30),
        "within the cut-off range": (31, 33),
        "above the cut-off": (34, 80),
    },
    ("AUDIT-C", "women"): {"negative": (0, 2), "positive": (3, 12)},
    ("AUDIT-C", "men"): {"negative": (0, 3), "positive": (4, 12)},
    ("K10", "abs"): {
        "low (ABS)": (10, 15),
        "moderate (ABS)": (16, 21),
        "high (ABS)": (22, 29),
        "very high (ABS)": (30, 50),
    },
    ("K10", "kessler"): {
        "likely well": (10, 19),
        "mild": (20, 24),
        "moderate": (25, 29),
        "severe": (30, 50),
    },
    ("WHO-5", "published"): {
        "likely depression": (0, 7),
        "poor wellbeing": (8, 12),
        "above the cut-off": (13, 25),
    },
    ("UBACC", "published"): {"further assessment": (0, 14), "above the cut-off": (15, 20)},
}


@pytest.mark.parametrize(("name", "banding"), BANDS)
def test_both_edges_of_every_band(name, banding):
    for band, totals in BANDS[name, banding].items():
        for total in totals:
            found = score(name, answers_of(name, total))
            assert (found.total, found.bands[banding]) == (total, band)
            assert found.band == found.bands[found.banding]


def answers_of(name: str, total: int) -> list[int]:
    """Answers that add up to a total, the last items lowest so that no safety item is raised."""
    asked = questionnaire(name)
    answers = [min(options) for options in asked.options]
    for item, options in enumerate(asked.options):
        answers[item] += min(max(options) - min(options), total - sum(answers))
    return answers


@pytest.mark.parametrize(
    ("name", "sex", "refer_from"),
    [
        ("PHQ-9", None, 10),
        ("GAD-7", None, 10),
        ("K10", None, 20),
        ("AUDIT-C", "M", 4),
        ("AUDIT-C", "F", 3),
        ("AUDIT-C", "O", 3),
        ("AUDIT-C", "U", 3),
        ("AUDIT-C", None, 3),
    ],
)
def test_the_total_from_which_it_refers(name, sex, refer_from):
    assert not score(name, answers_of(name, refer_from - 1), sex=sex).refers
    assert score(name, answers_of(name, refer_from), sex=sex).refers


@pytest.mark.parametrize(("name", "refer_to"), [("WHO-5", 12), ("UBACC", 14)])
def test_the_total_down_to_which_it_does_not_refer_where_low_is_worse(name, refer_to):
    assert score(name, answers_of(name, refer_to)).refers
    assert not score(name, answers_of(name, refer_to + 1)).refers


def test_the_sex_is_named_by_letter_or_word_and_nothing_else():
    assert score("AUDIT-C", [2, 1, 0], sex="male").banding == "men"
    assert score("AUDIT-C", [2, 1, 0], sex="female").banding == "women"
    assert score("GAD-7", [0] * 7, sex="M").banding == "published"
    with pytest.raises(InvalidAnswers, match="'X' is none of F, M, O and U"):
        score("AUDIT-C", [2, 1, 0], sex="X")


@pytest.mark.parametrize(
    ("total", "percent"), [(0, 0), (7, 28), (8, 32), (12, 48), (13, 52), (25, 100)]
)
def test_who_5_is_told_of_100_too(total, percent):
    assert score("WHO-5", answers_of("WHO-5", total)).percent == percent


def pcl(**rated: int) -> list[int]:
    """Answers to PCL-5 that are 0 but for the items named, such as i3=2."""
    return [rated.get(f"i{item}", 0) for item in range(1, 21)]


MET = {"i1": 2, "i6": 2, "i8": 2, "i14": 2, "i15": 2, "i20": 2}


@pytest.mark.parametrize(
    ("change", "provisional"),
    [
        ({}, True),
        ({"i1": 1}, False),
        ({"i1": 0, "i5": 4}, True),
        ({"i6": 1}, False),
        ({"i6": 0, "i7": 2}, True),
        ({"i14": 1}, False),
        ({"i8": 1, "i9": 2}, True),
        ({"i15": 1}, False),
        ({"i20": 1, "i19": 3}, True),
    ],
)
def test_pcl_5_counts_the_symptoms_of_each_cluster(change, provisional):
    found = score("PCL-5", pcl(**{**MET, **change}))

    assert (found.provisional, found.above_cut) == (provisional, False)
    assert found.refers is provisional


def test_pcl_5_refers_at_the_cut_off_whatever_the_clusters():
    found = score("PCL-5", [4, 4, 4, 4, 4, 0, 0, 4, 4, 3] + [0] * 10)

    assert (found.total, found.provisional, found.above_cut) == (31, False, True)
    assert found.refers


def test_ubacc_names_what_to_explain_and_ask_again():
    found = score("UBACC", [2, 2, 0, 2, 2, 2, 2, 2, 0, 2])

    assert (found.total, found.ask_again, found.refers) == (16, (3, 9), False)
    assert score("WHO-5", [0] * 5).ask_again == ()


@pytest.mark.parametrize(
    ("every", "total", "ask_again", "trials"),
    [
        (0, 18, (3,), {}),
        ([0], 18, (3,), {}),
        ([0, 0], 18, (3,), {3: 2}),
        ([0, 0, 0], 18, (), {3: 3}),
        ([0, 1], 19, (), {3: 2}),
        ([0, 0, 2], 20, (), {3: 3}),
    ],
)
def test_of_an_item_asked_again_the_last_answer_counts(every, total, ask_again, trials):
    found = score("UBACC", [2, 2, every, *[2] * 7])

    assert (found.total, found.ask_again, found.trials) == (total, ask_again, trials)
    assert found.as_data()["trials"] == trials


@pytest.mark.parametrize(
    ("name", "every", "said"),
    [
        ("UBACC", [1, 2], "again only after the answer 0"),
        ("UBACC", [0, 2, 2], "again only after the answer 0"),
        ("UBACC", [0, 0, 0, 2], "up to 3 times: not 4 times"),
        ("UBACC", [], "not 0 times"),
        ("UBACC", [0, None], "None is none of 0, 1, 2"),
        ("UBACC", [[0]], "is none of 0, 1, 2"),
        ("UBACC", [0, True], "True is none of 0, 1, 2"),
        ("PHQ-9", [0, 1], "up to 1 times: not 2 times"),
    ],
)
def test_an_item_is_asked_again_after_a_0_alone_and_three_times_at_most(name, every, said):
    answers = [every, *[0] * (len(questionnaire(name).items) - 1)]

    with pytest.raises(InvalidAnswers, match=said):
        score(name, answers)


@given(st.lists(st.none() | st.integers(-1, 4) | st.booleans() | st.text(max_size=1), max_size=12))
def test_what_can_be_read_is_kept_in_its_place(answers):
    found = readable("PHQ-9", answers)

    assert len(found) == 9
    for place, one in enumerate(found):
        is_answer = (
            place < len(answers) and type(answers[place]) is int and answers[place] in range(4)
        )
        assert one == (answers[place] if is_answer else None)


def test_what_is_no_list_holds_no_answer():
    assert readable("GAD-7", {"1": 2}) == readable("GAD-7", None) == [None] * 7
    assert readable("UBACC", [[0, 2], [2, 0]])[:2] == [[0, 2], None]


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
        ("AUDIT-C", [None, 0, 0]),
        ("GAD-7", [None] * 7),
        ("PHQ-9", [None] * 9),
        ("PHQ-9", [None, None, 0, 0, 0, 0, 0, 0, None]),
        ("C-SSRS screener", [None] * 6),
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
        ("AUDIT-C", [0, 0, 5], "item 3: 5 is none of 0, 1, 2, 3, 4"),
        ("C-SSRS screener", [0, 0, 0, 0, 2, 0], "item 5: 2 is none of 0, 1"),
        ("C-SSRS screener", [0, 0, 0, 0, 0, True], "item 6: True"),
        ("UBACC", [2.0] * 10, "item 1: 2.0"),
        ("WHO-5", {1: 5}, "in order"),
        ("WHO-5", None, "in order"),
    ],
)
def test_answers_that_do_not_belong_are_refused(name, answers, message):
    with pytest.raises(InvalidAnswers, match=message):
        score(name, answers)


@pytest.mark.parametrize("name", [*SUMMED, "C-SSRS screener"])
def test_each_single_missing_answer_is_named(name):
    asked = questionnaire(name)
    for item in range(1, len(asked.items) + 1):
        answers: list[int | None] = [max(options) for options in asked.options]
        answers[item - 1] = None
        with pytest.raises(MissingAnswers, match=f"item {item}\\.") as missing:
            score(name, answers)
        is_safety = item in asked.safety_items
        assert missing.value.items == (item,)
        assert (Alert.SAFETY_ITEM_MISSING in missing.value.alerts) is is_safety


@pytest.mark.parametrize("name", ["PHQ9", "phq-9", "", None, 9, ["PHQ-9"], "MoCA"])
def test_an_unknown_questionnaire_is_named_with_the_known_ones(name):
    with pytest.raises(UnknownQuestionnaire, match="there are PHQ-9, GAD-7, PCL-5"):
        score(name, [0] * 9)


@given(st.data(), st.sampled_from(SUMMED))
def test_a_worse_answer_never_lowers_the_score_nor_takes_a_referral_back(data, name):
    asked = questionnaire(name)
    answers = [data.draw(st.sampled_from(sorted(options))) for options in asked.options]
    item = data.draw(st.integers(0, len(answers) - 1))
    lower_is_worse = name in ("WHO-5", "UBACC")
    worse = answers[:]
    worse[item] = (min if lower_is_worse else max)(asked.options[item])

    before, after = score(name, answers), score(name, worse)

    assert after.total <= before.total if lower_is_worse else after.total >= before.total
    assert after.refers >= before.refers
