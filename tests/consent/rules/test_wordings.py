"""Words that a hospital enters fit the questionnaire, or are refused with what does not fit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.rules.definitions import questionnaire, questionnaires
from consent.rules.wordings import InvalidWording, read_items, read_options, shipped

SCREENER, WHO = questionnaire("C-SSRS screener"), questionnaire("WHO-5")


def test_items_are_read_with_or_without_their_numbers():
    lines = "1. First\n\n2) Second\nThird\n4. 5 a day\n5 of them\n"

    assert read_items(lines, WHO) == ["First", "Second", "Third", "5 a day", "5 of them"]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("", "WHO-5 has 5 items, not 0"),
        ("a\nb\nc\nd", "5 items, not 4"),
        ("a\nb\nc\nd\ne\nf", "5 items, not 6"),
        ("a\nb\nc\nd\n" + "e" * 2001, "Item 5 has a text of 1 to 2000"),
    ],
)
def test_items_that_do_not_fit_are_refused(lines, said):
    with pytest.raises(InvalidWording, match=said) as wrong:
        read_items(lines, WHO)

    assert wrong.value.part == "items"


def test_answers_are_worded_for_all_items_or_for_one():
    found = read_options("0 No\n1 = Yes\n6: 1 Once\n6: 2 – Lately", SCREENER)

    assert found[:5] == [[(0, "No"), (1, "Yes")]] * 5
    assert found[5] == [(0, "No"), (1, "Once"), (2, "Lately")]


def test_without_a_line_the_words_that_ship_stay():
    assert read_options("\n", SCREENER)[5][2] == (2, "yes, within 3 months")
    assert read_options("", WHO)[0] == [(value, "") for value in range(6)]


@pytest.mark.parametrize(
    ("asked", "lines", "said"),
    [
        (WHO, "never", "begin with the answer's number"),
        (WHO, "0", "begin with the answer's number"),
        (WHO, "\n".join(f"{value} word" for value in range(5)), "every answer"),
        (WHO, "\n".join(f"{value} word" for value in range(7)), "WHO-5 has no answer 6"),
        (SCREENER, "0 No\n1 Yes\n5: 2 Often", "item 5 has no answer 2"),
        (SCREENER, "0 No\n1 Yes\n7: 0 No", "item 7 has no answer 0"),
        (SCREENER, "0 No\n1 Yes\n0: 0 No", "item 0 has no answer 0"),
        (WHO, "1: 0 Never", "every answer"),
    ],
)
def test_answers_that_do_not_fit_are_refused(asked, lines, said):
    with pytest.raises(InvalidWording, match=said) as wrong:
        read_options(lines, asked)

    assert wrong.value.part == "options"


@given(st.text(max_size=200), st.sampled_from(sorted(questionnaires())))
def test_any_text_is_read_or_refused(lines, name):
    asked = questionnaire(name)
    for read in (read_items, read_options):
        try:
            found = read(lines, asked)
        except InvalidWording:
            continue
        assert len(found) == len(asked.items)


def test_what_ships_says_so():
    assert shipped(questionnaire("PCL-5")).has_text
    assert not shipped(WHO).has_text
    assert shipped(WHO).source == "labsys v1"
