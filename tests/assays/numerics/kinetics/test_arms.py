"""Removals against each other: factors recovered, orders counted, several p adjusted."""

from __future__ import annotations

import math
from itertools import combinations
from typing import Any

import pytest

from assays.numerics.kinetics import (
    compare_rates,
    compare_removal,
    contrast_rates,
    contrast_removals,
)
from assays.numerics.refusals import Unusable

KNOWN = [False] * 5
FIRST = ([100.0, 200, 300, 150, 90], [20.0, 50, 30, 40, 20], KNOWN, KNOWN)
SECOND = ([100.0, 220, 310, 140, 95], [60.0, 110, 200, 80, 50], KNOWN, KNOWN)


def test_marks_of_being_below_say_the_same_as_one_limit_for_all() -> None:
    before, after = [100, 200, 300, 150, 90, 80], [20, 0, 30, 40, 20, 0]
    marks = [False, True, False, False, False, True]

    by_limit = compare_removal(before, after, limit=10)
    by_marks = compare_removal(before, [20, 10, 30, 40, 20, 10], below=([False] * 6, marks))

    assert by_marks == by_limit


def test_limits_of_each_load_count_as_its_own() -> None:
    marks = [False, True, False, False, False, True]
    tight = compare_removal(
        [100, 200, 300, 150, 90, 80], [20, 10, 30, 40, 20, 10], below=([False] * 6, marks)
    )
    loose = compare_removal(
        [100, 200, 300, 150, 90, 80], [20, 150, 30, 40, 20, 60], below=([False] * 6, marks)
    )

    assert tight.ratio.value < loose.ratio.value
    assert tight.below_limit == loose.below_limit == 2


def test_marks_that_are_not_one_for_each_load_are_refused() -> None:
    with pytest.raises(Unusable, match="one mark"):
        compare_removal([1, 2], [1, 2], below=([False], [False, False]))


def test_two_removals_are_compared_by_their_factors() -> None:
    found = contrast_removals(FIRST, SECOND)
    alone = [compare_removal(*one[:2]).ratio for one in (FIRST, SECOND)]

    assert found.contrast.value == pytest.approx(alone[1].value / alone[0].value)
    assert found.contrast.low is not None
    assert 1 < found.contrast.low < found.contrast.value
    # Every ratio of the first lies below every one of the second: one order of 252 either way.
    assert found.p == pytest.approx(2 / math.comb(10, 5))
    assert found.is_exact


def test_p_of_exact_loads_is_that_of_ranks() -> None:
    after = [70.0, 50, 30, 40, 60]
    found = contrast_removals((FIRST[0], after, KNOWN, KNOWN), SECOND)

    ratios = [b / a for a, b in zip(FIRST[0], after, strict=True)]
    ratios += [b / a for a, b in zip(SECOND[0], SECOND[1], strict=True)]
    ranks = [sum(one > other for other in ratios) - 4.5 for one in ratios]
    seen = abs(sum(ranks[:5]))
    orders = list(combinations(ranks, 5))
    as_far = sum(abs(sum(one)) >= seen - 1e-9 for one in orders)
    assert found.p == pytest.approx(as_far / len(orders))


def test_a_load_below_its_limit_is_above_nobody() -> None:
    below = [False, False, False, False, True]
    after = [20.0, 50, 30, 40, 89]

    found = contrast_removals((FIRST[0], after, KNOWN, below), SECOND)

    # The bounded one is certain beside nobody, so fewer pairs speak than where all are known.
    assert found.p > 2 / math.comb(10, 5)
    assert found.patients == (5, 5)


def test_rates_are_compared_person_by_person() -> None:
    before, after = [0.2, 0.25, 0.18, 0.3], [-0.1, 0.0, -0.12, 0.05]

    found = compare_rates(before, after)
    other = contrast_rates((before, after), (before, before))

    assert found.change.value == pytest.approx(-0.275)
    assert found.change.excludes(0)
    assert found.p == pytest.approx(2 / 16)
    assert other.contrast.value == pytest.approx(0.275)


def test_one_rate_is_too_few() -> None:
    with pytest.raises(Unusable):
        compare_rates([0.1], [0.2])
    with pytest.raises(Unusable):
        compare_rates([0.1, 0.2], [0.2])


@pytest.mark.parametrize(
    ("first", "code", "sentence"),
    [
        (None, "ARM", "4 lists, not None"),
        ("abcd", "ARM", "4 lists, not 'abcd'"),
        (FIRST[:3], "ARM", "which of either are limits: 4 lists"),
        (([100.0, 200], 3.0, [0, 0], [0, 0]), "SHAPE", "The loads after are to be one list"),
        (([[100.0, 200]], [[20.0, 50]], [0, 0], [0, 0]), "SHAPE", "one list of numbers"),
        (([100.0, None], [20.0, 50], [0, 0], [0, 0]), "NOT_FINITE", "Number 2 of the loads before"),
        (([100.0, 200], [20.0, 50], ["<", ""], [0, 0]), "MARKS", "marked by yes or no, 1 or 0"),
        (([100.0, 200], [20.0, 50], [0], [0, 0]), "LENGTHS", "not one mark"),
        (([1e-320, 200], [20.0, 50], [0, 0], [0, 0]), "TOO_SMALL", "Number 1 of the loads before"),
        (([1e308, 200], [20.0, 50], [0, 0], [0, 0]), "TOO_LARGE", "Number 1 of the loads before"),
    ],
)
def test_a_removal_that_is_not_given_as_one_is_named(first: Any, code: str, sentence: str) -> None:
    for pair in ((first, SECOND), (SECOND, first)):
        with pytest.raises(Unusable) as refused:
            contrast_removals(*pair)
        assert refused.value.code == code
        assert sentence in str(refused.value)


@pytest.mark.parametrize(
    "first", [None, 3, "ab", [], ([0.1, 0.2],), {"a": 1, "b": 2}, ([0.1], 2, 3)]
)
def test_rates_that_are_not_given_as_such_are_named(first: Any) -> None:
    for pair in ((first, ([0.1, 0.2], [0.3, 0.1])), (([0.1, 0.2], [0.3, 0.1]), first)):
        with pytest.raises(
            Unusable, match="A removal is given by rates before and after"
        ) as refused:
            contrast_rates(*pair)
        assert refused.value.code == "ARM"


@pytest.mark.parametrize("level", [None, "0.95", math.nan, math.inf, 0.2, 1, True, [0.95]])
def test_a_level_that_limits_cannot_have_is_named_everywhere(level: Any) -> None:
    rates = ([0.1, 0.2, 0.3], [0.3, 0.1, 0.0])
    for asked in (
        lambda: contrast_removals(FIRST, SECOND, level=level),
        lambda: contrast_rates(rates, rates, level=level),
        lambda: compare_rates(*rates, level=level),
        lambda: compare_removal(*FIRST[:2], level=level),
    ):
        with pytest.raises(Unusable) as refused:
            asked()
        assert refused.value.code == "LEVEL"


def test_loads_at_the_ends_of_what_is_computed_have_a_ratio() -> None:
    found = compare_removal([1e150, 1e149, 1e150], [1e-150, 1e-149, 1e-150])

    assert found.removed_percent.value == 100
    assert 0 < found.ratio.value < 1e-295
    grown = contrast_removals(
        ([1e150, 1e149], [1e-150, 1e-149], [0, 0], [0, 0]),
        ([1e-150, 1e-149], [1e150, 1e149], [0, 0], [0, 0]),
    )
    assert math.isfinite(grown.contrast.value)
