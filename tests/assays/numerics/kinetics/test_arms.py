"""Removals against each other: factors recovered, orders counted, several p adjusted."""

from __future__ import annotations

import math
from itertools import combinations

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
