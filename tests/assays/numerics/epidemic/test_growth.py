"""Growth of cases: published rates, scatter beyond chance, R with its convention."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assays.numerics.doubling import Direction, Estimate
from assays.numerics.epidemic import Convention, Variance, growth_rate, reproduction_from_growth
from assays.numerics.refusals import NoSolution, Unusable

# Influenza, Prussia 1918, days 1 to 27 (Nishiura, Theor Biol Med Model 2007;4:20).
PRUSSIA = [10, 4, 4, 19, 6, 13, 28, 23, 35, 27, 42, 51, 43, 78, 86, 80, 109, 126, 126, 159, 190]
PRUSSIA += [209, 161, 199, 227, 246, 269]


def test_the_growth_of_1918_is_the_published_one() -> None:
    found = growth_rate(PRUSSIA, variance="poisson")

    assert found.rate.value == pytest.approx(0.125243, abs=5e-7)
    assert found.standard_error == pytest.approx(0.003238, abs=5e-7)
    assert found.doubling.direction is Direction.GROWTH
    assert found.doubling.days is not None
    assert round(found.doubling.days.value, 2) == 5.53
    assert (found.doubling.days.low, found.doubling.days.high) == (
        pytest.approx(5.27, abs=0.005),
        pytest.approx(5.83, abs=0.005),
    )


def test_cases_that_scatter_beyond_chance_widen_the_limits() -> None:
    found = growth_rate(PRUSSIA)

    assert found.variance is Variance.QUASI
    assert found.dispersion is not None
    assert found.standard_error == pytest.approx(
        found.poisson_standard_error * math.sqrt(found.dispersion)
    )
    assert found.poisson_rate == growth_rate(PRUSSIA, variance="poisson").rate


def test_days_are_chosen_from_and_to() -> None:
    assert growth_rate([7, *PRUSSIA, 2], first_day=2, last_day=28).rate == growth_rate(PRUSSIA).rate


def test_constant_cases_have_no_doubling_time_and_say_what_is_excluded() -> None:
    found = growth_rate([50] * 10).doubling

    assert found.direction is Direction.NOT_DETERMINABLE
    assert found.days is None
    assert found.doubling_not_below is not None
    assert found.half_life_not_below is not None


@pytest.mark.parametrize(
    ("convention", "expected", "within"),
    [
        # The R package R0 prints 1.525895 [1.494984, 1.557779] for gamma(3, 1.5).
        (Convention.CENTRED, 1.525895, 1e-4),
        (Convention.CONTINUOUS, 1.432, 5e-4),
        (Convention.DAYS, 1.5235, 1e-4),
    ],
)
def test_r_depends_on_the_convention_of_the_generation_time(
    convention: Convention, expected: float, within: float
) -> None:
    rate = growth_rate(PRUSSIA, variance="poisson").rate

    found = reproduction_from_growth(
        rate, generation_mean=3, generation_sd=1.5, convention=convention
    )

    assert found.value == pytest.approx(expected, rel=within)


@pytest.mark.parametrize("convention", Convention)
def test_without_growth_r_is_one_by_every_convention(convention: Convention) -> None:
    found = reproduction_from_growth(
        Estimate(0.0, 0.0, 0.0), generation_mean=4, generation_sd=2, convention=convention
    )

    assert found.value == pytest.approx(1.0, abs=1e-9)


def test_a_fall_that_no_generation_time_allows_is_told() -> None:
    with pytest.raises(NoSolution, match="fall faster"):
        reproduction_from_growth(Estimate(-9.0, -9.0, -9.0), generation_mean=3, generation_sd=2)


def test_one_day_with_cases_has_no_rate() -> None:
    with pytest.raises(NoSolution) as refused:
        growth_rate([0, 0, 5, 0])

    assert refused.value.code == "NO_GROWTH"


@pytest.mark.parametrize(
    ("cases", "more", "code"),
    [
        ([5], {}, "TOO_FEW"),
        (PRUSSIA, {"first_day": 27}, "DAYS"),
        (PRUSSIA, {"last_day": 40}, "DAYS"),
        (PRUSSIA, {"variance": "guess"}, "VARIANCE"),
        (PRUSSIA, {"level": 1.0}, "LEVEL"),
    ],
)
def test_what_cannot_be_used_is_named(cases: list[int], more: dict[str, object], code: str) -> None:
    with pytest.raises(Unusable) as refused:
        growth_rate(cases, **more)  # type: ignore[arg-type]

    assert refused.value.code == code


def test_limits_hold_the_true_rate_as_often_as_they_say() -> None:
    rng, days, held = np.random.default_rng(7), np.arange(20), 0
    for _series in range(400):
        found = growth_rate(rng.poisson(20 * np.exp(0.08 * days)), variance="poisson")
        held += found.rate.holds(0.08)

    assert 0.925 <= held / 400 <= 0.975


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=40), st.integers(2, 50))
@settings(max_examples=60, deadline=None)
def test_a_multiple_of_all_cases_grows_at_the_same_rate(cases: list[int], factor: int) -> None:
    if np.count_nonzero(cases) < 2:
        return

    found = growth_rate(cases, variance="poisson")
    more = growth_rate([factor * one for one in cases], variance="poisson")

    json.dumps(found.to_json())
    assert more.rate.value == pytest.approx(found.rate.value, rel=1e-6, abs=1e-9)
    assert more.standard_error == pytest.approx(
        found.standard_error / math.sqrt(factor), rel=1e-5, abs=1e-12
    )
