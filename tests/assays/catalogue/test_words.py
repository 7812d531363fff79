"""Whom a row of limits is for is said in words; a state without words keeps its code."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from assays.rules.physiology import ALL_DRAW_TIMES, ALL_FASTING, ALL_PHASES, TRIMESTERS
from assays.templatetags.catalogue import STATES, for_whom


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("ANY", "human, female"),
        ("NONPREGNANT", "human, female, not pregnant"),
        ("PREG_T3", "human, female, third trimester"),
        ("LUTEAL+FASTING", "human, female, luteal phase, fasting"),
        ("PREG_W32", "human, female, PREG_W32"),
    ],
)
def test_a_row_says_whom_it_is_for(state: str, said: str) -> None:
    row = SimpleNamespace(species="human", sex="F", age_low_days=0, age_high_days=None, state=state)

    assert for_whom(row) == said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0, None, "human"),
        (6575, None, "human, from 18 years"),
        (0, 28, "human, under 28 days"),
        (0, 1, "human, under 1 day"),
        (28, 366, "human, 28 days to under 1 year"),
        (183, 548, "human, 6 months to under 18 months"),
        (731, 6575, "human, 2 years to under 18 years"),
        (367, 732, "human, 367 days to under 732 days"),
    ],
)
def test_ages_are_written_in_words(low: int, high: int | None, said: str) -> None:
    row = SimpleNamespace(
        species="human", sex="*", age_low_days=low, age_high_days=high, state="ANY"
    )

    assert for_whom(row) == said


def test_every_state_that_rows_divide_by_has_words() -> None:
    known = {*ALL_PHASES, *ALL_FASTING, *ALL_DRAW_TIMES, *TRIMESTERS}

    assert {str(one) for one in known} <= set(STATES)
