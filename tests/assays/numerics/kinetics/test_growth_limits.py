"""Limits of a rate of growth that may slow towards a capacity nobody has seen."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import t

from assays.numerics.kinetics import Model, fit_load
from bench.load_courses import simulated

DAYS = np.arange(29.0)


def scattered(logs: np.ndarray, cv: float, seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed).standard_normal(logs.size)
    return np.exp(logs + math.sqrt(math.log1p(cv**2)) * noise)


def towards(capacity: float, rate: float, first: float = 100.0) -> np.ndarray:
    return math.log(capacity) - np.log1p((capacity / first - 1) * np.exp(-rate * DAYS))


def least_squares(rate: float, logs: np.ndarray) -> float:
    """Return the least squares of logistic growth of a rate, searched by a simplex."""

    def squares(at: np.ndarray) -> float:
        shape = -np.logaddexp(0.0, rate * (at[0] - DAYS))
        return float(np.sum((logs - shape - np.mean(logs - shape)) ** 2))

    ends = [
        minimize(squares, [middle], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-13})
        for middle in (5.0, 15.0, 25.0, 35.0, 60.0)
    ]
    return min(float(end.fun) for end in ends)


def test_limits_lie_where_the_profile_of_the_likelihood_says() -> None:
    loads = scattered(towards(3e4, 0.35), 0.15, 3)

    found = fit_load(DAYS, loads)

    assert found.model is Model.LOGISTIC
    rate, logs = found.segments[0].rate, np.log(loads)
    least = least_squares(rate.value, logs)
    for limit in (rate.low, rate.high):
        ratio = (least_squares(limit, logs) - least) / (least / 26)
        assert math.sqrt(ratio) == pytest.approx(t.ppf(0.975, 26), rel=2e-3)
    assert found.parameters["rate"] == rate


def test_growth_that_bends_the_other_way_has_the_lower_limit_of_a_straight_line() -> None:
    loads = scattered(math.log(100) + 0.2 * DAYS + 0.0006 * DAYS**2, 0.1, 5)

    auto, alone = fit_load(DAYS, loads), fit_load(DAYS, loads, model="exponential")

    assert auto.model is Model.EXPONENTIAL
    one, other = auto.segments[0].rate, alone.segments[0].rate
    assert one.low == pytest.approx(other.low, rel=2e-3)  # one parameter more
    assert one.high > other.high


@pytest.mark.parametrize("seed", range(4))
def test_limits_of_a_course_that_hardly_bends_are_not_many_times_too_wide(seed: int) -> None:
    loads = scattered(math.log(100) + 0.2 * DAYS, 0.15, seed)

    auto, alone = fit_load(DAYS, loads), fit_load(DAYS, loads, model="exponential")

    one, other = auto.segments[0].rate, alone.segments[0].rate
    assert one.high - one.low < 4 * (other.high - other.low)


def test_a_load_that_grows_too_little_to_bound_a_capacity_still_grows() -> None:
    loads = [100, 118, 109, 126, 122, 139, 131, 150]

    found = fit_load(range(8), loads)

    assert found.segments[0].doubling.days is not None
    assert found.segments[0].rate.high < 0.2


def test_loads_below_the_limit_count_in_the_profile() -> None:
    loads = scattered(towards(3e4, 0.35), 0.15, 3)

    whole, cut = fit_load(DAYS, loads), fit_load(DAYS, loads, limit=float(np.sort(loads)[3]))

    assert cut.below_limit == 3
    a, b = whole.segments[0].rate, cut.segments[0].rate
    assert b.low < a.value < b.high
    assert b.high - b.low > a.high - a.low


def test_limits_of_logistic_growth_hold_its_rate() -> None:
    rng, held = np.random.default_rng(31), []
    for place in range(150):
        course = simulated("logistic", (0.08, 0.15, 0.25)[place % 3], rng)
        days = fit_load(course.days, course.loads).segments[0].doubling.days
        held.append(days is not None and days.holds(course.doubling))

    assert 0.89 <= np.mean(held) <= 0.99
