"""What two entries cannot both be right about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from patients.rules.births import Birth, Precision
from patients.rules.duplicate_conflicts import Contradiction, Said, contradictions

ONE = Said(species="human", sex="F", birth=Birth(date(1990, 5, 7), Precision.DAY))


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, []),
        ({"sex": "U"}, []),
        ({"birth": Birth(date(1990, 1, 1), Precision.YEAR)}, []),
        ({"species": "vulcan"}, [Contradiction.SPECIES]),
        ({"birth": Birth(date(1990, 7, 5), Precision.DAY)}, [Contradiction.BIRTHS]),
        ({"sex": "M"}, [Contradiction.SEX]),
        ({"death": "DAY 2026-01-02"}, [Contradiction.ONE_DEAD]),
        ({"is_in_a_ward": True}, []),
        ({"is_doubted": True}, [Contradiction.DOUBTED]),
        ({"has_login": True}, []),
    ],
)
def test_each_conflict_is_named_from_both_sides(
    change: dict[str, Any], found: list[Contradiction]
) -> None:
    other = replace(ONE, **change)

    assert list(contradictions(ONE, other, told_apart=False)) == found
    assert list(contradictions(other, ONE, told_apart=False)) == found


def test_what_both_cannot_have_conflicts_and_some_stand_in_the_way() -> None:
    one = replace(ONE, is_in_a_ward=True, has_login=True, death="DAY 2026-01-02")
    other = replace(one, death="DAY 2026-01-03")

    found = list(contradictions(one, other, told_apart=True))

    assert found == [
        Contradiction.TWO_STAYS,
        Contradiction.TOLD_APART,
        Contradiction.TWO_DEATHS,
        Contradiction.TWO_LOGINS,
    ]
    assert [one.stands_in_the_way for one in found] == [True, True, False, False]
