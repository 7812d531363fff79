"""What a fit says, of what it makes none, and what changes nothing."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assays.numerics.least_squares import Note, fit
from assays.numerics.refusals import NoSolution, Unusable

X = np.arange(8.0)
WAVE = 1 + 0.01 * np.sin(9 * X)
Y = 3 * np.exp(-0.4 * X) * WAVE


def decay(x: Any, a: Any, b: Any) -> Any:
    return a * np.exp(-b * x)


def test_a_straight_line_is_that_of_ordinary_least_squares() -> None:
    y = np.array([2.1, 3.9, 6.2, 7.8, 10.1])
    found = fit(lambda x, a, b: a + b * x, [1, 2, 3, 4, 5], y, (0, 0))

    slope, intercept = np.polyfit([1, 2, 3, 4, 5], y, 1)
    assert found.parameters == pytest.approx([intercept, slope], rel=1e-12)
    assert found.linear == (0, 1)
    assert found.method == "least_squares/1"
    assert found.degrees_of_freedom == 3
    assert found.residual_sd == pytest.approx(math.sqrt(found.residual_sum_of_squares / 3))


def test_parameters_may_come_as_one_array() -> None:
    as_array = fit(lambda x, p: p[0] * np.exp(-p[1] * x), X, Y, (1, 1))

    assert as_array.parameters == pytest.approx(fit(decay, X, Y, (1, 1)).parameters, rel=1e-12)


@pytest.mark.parametrize(
    "function",
    [
        lambda x, a, b: np.array([float(a) * math.exp(-float(b) * float(v)) for v in x]),
        lambda x, a, b: np.abs(a) * np.exp(-np.abs(b) * x),
        lambda x, a, b: np.array([a * math.exp(-b * v) for v in x]),
    ],
    ids=["floats", "absolutes", "mathematics of floats"],
)
def test_a_function_that_takes_no_complex_numbers_is_fitted_too(function: Any) -> None:
    assert fit(function, X, Y, (1, 1)).parameters == pytest.approx(
        fit(decay, X, Y, (1, 1)).parameters, rel=1e-9
    )


def test_weights_count_like_repeated_values() -> None:
    weights = np.array([1, 2, 1, 0, 3, 1, 1, 2])
    repeated = np.repeat(np.arange(8), weights)

    weighted = fit(decay, X, Y, (1, 1), weights)

    assert weighted.parameters == pytest.approx(
        fit(decay, X[repeated], Y[repeated], (1, 1)).parameters, rel=1e-10
    )
    assert weighted.degrees_of_freedom == 5


def test_as_many_values_as_parameters_leave_no_standard_errors() -> None:
    found = fit(decay, [1, 2], [3, 1], (1, 1))

    assert found.parameters == pytest.approx([9, math.log(3)])
    assert (found.standard_errors, found.covariance, found.residual_sd) == (None, None, None)
    assert found.notes == (Note.NO_DEGREES_OF_FREEDOM,)


def test_an_exact_fit_is_said() -> None:
    found = fit(decay, X, decay(X, 3, 0.4), (1, 1))

    assert found.parameters == pytest.approx([3, 0.4], rel=1e-14)
    assert Note.EXACT in found.notes


def test_a_constant_function_is_fitted_by_the_mean() -> None:
    found = fit(lambda x, a: a, X, Y, 1.0)

    assert found.parameters == pytest.approx([Y.mean()])
    assert found.standard_errors == pytest.approx([Y.std(ddof=1) / math.sqrt(8)])


@pytest.mark.parametrize(
    ("function", "y", "start", "code"),
    [
        (lambda x, a, b: a * (1 - np.exp(-b * x)), X, (1, 1), "NO_MINIMUM"),
        (lambda x, a, b: (a + b) * x, Y, (1, 1), "NOT_DETERMINED"),
        (decay, np.zeros(8), (1, 1), "NOT_DETERMINED"),
        (lambda x, a, b: np.sqrt(a - 100) * x + b, Y, (1, 1), "NO_VALUES"),
        (lambda x, a, b: a / 0 + b, Y, (1, 1), "NO_VALUES"),
    ],
    ids=["runs away", "a sum of two", "nothing there", "no value near", "never a value"],
)
def test_a_fit_without_solution_is_told(function: Any, y: Any, start: Any, code: str) -> None:
    with pytest.raises(NoSolution) as refused:
        fit(function, X, y, start)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("function", "x", "y", "start", "weights", "code"),
    [
        (decay, [], [], (1, 1), None, "EMPTY"),
        (decay, [1], [1], (1, 1), None, "TOO_FEW"),
        (decay, X, [*Y[:7], math.nan], (1, 1), None, "NOT_FINITE"),
        (decay, [*X[:7], math.inf], Y, (1, 1), None, "NOT_FINITE"),
        (decay, X, Y, (1, math.nan), None, "NOT_FINITE"),
        (decay, X, Y, (1, "b"), None, "NOT_A_NUMBER"),
        (decay, X, Y[:5], (1, 1), None, "LENGTHS"),
        (decay, X, Y, (1, 1, 1), None, "FUNCTION"),
        (lambda x, a: "a", X, Y, (1,), None, "FUNCTION"),
        (decay, X, Y, (1, 1), np.zeros(8), "WEIGHTS"),
        (decay, X, Y, (1, 1), [1, 2], "LENGTHS"),
        (decay, X, Y, (1, 1), -np.ones(8), "TOO_LOW"),
        (decay, X, Y, (1, 1), [1] + 7 * [0], "TOO_FEW"),
    ],
)
def test_input_of_which_no_fit_can_be_made_is_refused(
    function: Any, x: Any, y: Any, start: Any, weights: Any, code: str
) -> None:
    with pytest.raises(Unusable) as refused:
        fit(function, x, y, start, weights)
    assert refused.value.code == code


def test_the_same_input_gives_the_same_bits() -> None:
    first, second = fit(decay, X, Y, (1, 1)), fit(decay, X, Y, (1, 1))

    assert first.parameters.tobytes() == second.parameters.tobytes()
    assert first.covariance is not None
    assert second.covariance is not None
    assert first.covariance.tobytes() == second.covariance.tobytes()


@settings(max_examples=15, deadline=None)
@given(st.floats(-12, 12), st.floats(-9, 9), st.permutations(range(8)))
def test_scales_and_order_change_nothing_but_scales(up: float, along: float, order: Any) -> None:
    places = list(order)
    found = fit(decay, X[places] * 10.0**along, Y[places] * 10.0**up, (10.0**up, 1.0 / 10.0**along))

    plain = fit(decay, X, Y, (1, 1))
    scales = np.array([10.0**up, 10.0**-along])
    assert found.parameters == pytest.approx(plain.parameters * scales, rel=1e-9)
    assert found.standard_errors == pytest.approx(plain.standard_errors * scales, rel=1e-8)
