"""Exact intervals: published limits, and coverage that never falls below the level."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assays.numerics.count_intervals import garwood, ratio_of_counts

# 95 % limits as statistical tables print them, to two or three decimals.
TABULATED = [
    (0, 0.0, 3.689), (1, 0.0253, 5.572), (2, 0.242, 7.225), (3, 0.619, 8.767), (5, 1.623, 11.668),
    (10, 4.795, 18.390), (20, 12.217, 30.888), (50, 37.11, 65.92), (100, 81.36, 121.63),
]  # fmt: skip


@pytest.mark.parametrize(("count", "low", "high"), TABULATED)
def test_the_limits_of_a_count_are_the_tabulated_ones(count: int, low: float, high: float) -> None:
    assert garwood(count) == pytest.approx((low, high), abs=0.006)


def test_no_event_seen_has_an_upper_limit_in_closed_form() -> None:
    assert garwood(0) == (0.0, pytest.approx(-math.log(0.025)))
    low, high = ratio_of_counts(0, 400)
    assert (low, high) == (0.0, pytest.approx(0.025 ** (-1 / 400) - 1))


@given(st.integers(0, 10_000))
def test_a_count_lies_within_its_own_limits(count: int) -> None:
    low, high = garwood(count)

    assert low <= count < high


@given(st.integers(0, 50))
def test_a_ratio_to_very_many_is_the_interval_of_the_count_alone(rare: int) -> None:
    common = 10**9

    low, high = ratio_of_counts(rare, common)

    assert (low * common, high * common) == pytest.approx(garwood(rare), rel=1e-5, abs=1e-5)


@given(st.integers(1, 3000), st.integers(1, 3000))
def test_turning_the_ratio_round_turns_its_limits_round(rare: int, common: int) -> None:
    low, high = ratio_of_counts(rare, common)
    other_low, other_high = ratio_of_counts(common, rare)

    assert (low, high) == pytest.approx((1 / other_high, 1 / other_low), rel=1e-6)


@pytest.mark.parametrize("ratio", [0.001, 0.01, 0.1, 1.0])
def test_the_limits_cover_the_truth_at_least_as_often_as_they_say(ratio: float) -> None:
    random = np.random.default_rng(20_26)
    common = random.poisson(400, size=3000)
    rare = random.poisson(400 * ratio, size=3000)

    limits = [ratio_of_counts(int(r), int(c)) for r, c in zip(rare, common, strict=True)]

    covered = np.mean([low <= ratio <= high for low, high in limits])
    assert covered >= 0.94  # 0.95, less two and a half standard errors of the simulation


@pytest.mark.parametrize("count", [-1, 1.0, True, None])
def test_only_whole_numbers_are_counts(count: object) -> None:
    with pytest.raises(ValueError, match="whole number"):
        garwood(count)  # type: ignore[arg-type]


def test_a_ratio_to_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        ratio_of_counts(3, 0)
