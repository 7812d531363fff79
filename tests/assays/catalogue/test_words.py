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


def test_every_state_that_rows_divide_by_has_words() -> None:
    known = {*ALL_PHASES, *ALL_FASTING, *ALL_DRAW_TIMES, *TRIMESTERS}

    assert {str(one) for one in known} <= set(STATES)
