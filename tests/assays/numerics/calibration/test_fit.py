"""Curves: no fit that has a solution fails, none is given where there is none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assays.numerics.calibration import Form, Note, Parameters, concentration_at, fit, signals_at
from assays.numerics.calibration.curves import derivatives, slopes_at
from assays.numerics.refusals import NoSolution, Unusable
from tests.assays.numerics.calibration.simulated import FALLING, LEVELS, RISING, signals

SHAPES = {
    "rising": RISING,
    "falling": FALLING,
    "steep": replace(RISING, slope=6.0),
    "flat": replace(FALLING, slope=0.5),
    "high middle": replace(RISING, midpoint=400.0),
    "low middle": replace(FALLING, midpoint=1.0),
    "from below 0": replace(RISING, at_zero=-0.2),
    "large signals": replace(FALLING, at_zero=2e6, at_infinity=3e3),
}


@pytest.mark.parametrize("name", SHAPES)
def test_exact_signals_give_the_curve_back(name: str) -> None:
    truth = SHAPES[name]

    found = fit(LEVELS, signals_at(truth, LEVELS), theta=0).parameters

    assert found.as_array() == pytest.approx(truth.as_array(), rel=1e-6)


def test_five_parameters_are_found() -> None:
    truth = replace(RISING, asymmetry=0.5, slope=1.8)
    concentrations = np.repeat(np.geomspace(0.1, 3000, 14), 2)

    found = fit(concentrations, signals_at(truth, concentrations), form="5PL", theta=0)

    assert found.form is Form.FIVE
    assert found.parameters.as_array() == pytest.approx(truth.as_array(), rel=1e-5)


@pytest.mark.parametrize("name", [name for name in SHAPES if name != "from below 0"])
@pytest.mark.parametrize("seed", range(3))
def test_noisy_signals_give_a_curve_near_the_truth(name: str, seed: int) -> None:
    truth = SHAPES[name]
    found = fit(LEVELS, signals(truth, seed=seed), theta=1)

    assert found.standard_errors is not None
    errors = np.array(list(found.standard_errors.values()))
    assert np.all(np.abs(found.parameters.as_array()[:4] - truth.as_array()[:4]) < 5 * errors)


def test_an_outlier_and_a_missing_plateau_stop_no_fit() -> None:
    partial = LEVELS[:12]
    y = signals(RISING, concentrations=partial)
    y[5] *= 1.8

    found = fit(partial, y)

    assert Note.INFINITE_END_NOT_DETERMINED in found.notes
    assert found.is_increasing


def test_replicates_in_any_order_are_one_fit() -> None:
    y, order = signals(FALLING), np.random.default_rng(4).permutation(LEVELS.size)

    found, turned = fit(LEVELS, y), fit(LEVELS[order], y[order])

    assert turned.parameters.as_array() == pytest.approx(found.parameters.as_array(), rel=1e-7)


@settings(max_examples=15, deadline=None)
@given(st.floats(-9, 9), st.floats(-9, 9))
def test_units_change_nothing_but_units(along: float, up: float) -> None:
    y = signals(RISING)
    plain = fit(LEVELS, y, theta=1)
    scales = np.array([10**up, 10**up, 10**along, 1, 1])

    found = fit(LEVELS * 10**along, y * 10**up, theta=1)

    assert found.parameters.as_array() == pytest.approx(plain.parameters.as_array() * scales)
    assert found.residual_sd == pytest.approx(plain.residual_sd)


def test_theta_is_estimated_near_the_truth() -> None:
    levels = np.repeat(np.unique(LEVELS), 8)
    thetas = [
        fit(levels, signals(RISING, concentrations=levels, theta=theta, seed=3)).theta
        for theta in (0.0, 0.5, 1.0)
    ]

    assert thetas == pytest.approx([0.0, 0.5, 1.0], abs=0.15)


def test_few_signals_are_weighted_alike_and_it_is_said() -> None:
    found = fit([0, 1, 10, 100, 1000], [2, 1.9, 1.2, 0.4, 0.21])

    assert found.theta == 0
    assert Note.FEW_FOR_THETA in found.notes


def test_as_many_signals_as_parameters_leave_no_errors() -> None:
    found = fit([0, 1, 10, 100], [2, 1.9, 1.2, 0.4])

    assert Note.NO_DEGREES_OF_FREEDOM in found.notes
    assert (found.covariance, found.standard_errors, found.residual_sd) == (None, None, None)


@pytest.mark.parametrize(
    ("concentrations", "y", "options", "code"),
    [
        ([], [], {}, "EMPTY"),
        ([0, 1, 2, 3], [1, 2, 3], {}, "LENGTHS"),
        ([0, 1, 2], [1, 2, 3], {}, "TOO_FEW"),
        ([1, 1, 1, 1, 2, 2], [1, 2, 3, 1, 2, 3], {}, "TOO_FEW_LEVELS"),
        ([0, 1, 10, 100], [1, 1, 1, 1], {}, "CONSTANT"),
        ([0, 1, 10, -1], [1, 2, 3, 4], {}, "TOO_LOW"),
        ([0, 1, 10, 100], [1, 2, 3, float("inf")], {}, "NOT_FINITE"),
        ([0, 1, 10, 100], [1, 2, 3, 4], {"theta": -1}, "THETA"),
        ([0, 1, 10, 100], [1, 2, 3, 4], {"form": "6PL"}, "FORM"),
        ([0, 1, 10, 100], [1, 2, 3, 4], {"fixed": {"top": 1}}, "FIXED"),
        ([0, 1, 10, 100], [1, 2, 3, 4], {"fixed": {"slope": -1}}, "FIXED"),
    ],
)
def test_calibrators_that_are_none_are_refused(
    concentrations: Any, y: Any, options: Any, code: str
) -> None:
    with pytest.raises(Unusable) as refused:
        fit(concentrations, y, **options)
    assert refused.value.code == code


def test_a_straight_line_determines_no_curve() -> None:
    with pytest.raises(NoSolution) as refused:
        fit([0, 1, 2, 3, 4, 5, 6, 7], [1, 2, 3, 4, 5, 6, 7, 8], theta=0)
    assert refused.value.code in ("NOT_DETERMINED", "NO_MINIMUM")


def test_slopes_and_derivatives_are_those_of_differences() -> None:
    at, x = Parameters(0.1, 2.5, 30.0, 1.3, 0.7), np.array([0.5, 30.0, 400.0])

    steps = (signals_at(at, x * 1.000001) - signals_at(at, x * 0.999999)) / (x * 2e-6)
    assert slopes_at(at, x) == pytest.approx(steps, rel=1e-7)
    for place, name in enumerate(("at_zero", "at_infinity", "midpoint", "slope", "asymmetry")):
        step = getattr(at, name) * 1e-6
        ahead = replace(at, **{name: getattr(at, name) + step})
        behind = replace(at, **{name: getattr(at, name) - step})
        numeric = (signals_at(ahead, x) - signals_at(behind, x)) / (2 * step)
        assert derivatives(at, x)[:, place] == pytest.approx(numeric, rel=1e-6, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.floats(-6, 6), st.floats(0.3, 8), st.floats(0.2, 5))
def test_a_signal_is_read_back_as_its_concentration(
    decade: float, slope: float, asymmetry: float
) -> None:
    at = Parameters(0.1, 2.5, 30.0, slope, asymmetry)
    concentration = 30.0 * 10 ** (decade / slope / max(asymmetry, 1))

    found = concentration_at(at, float(signals_at(at, concentration)))

    assert found == pytest.approx(concentration, rel=1e-4)


def test_beyond_the_ends_nothing_is_read() -> None:
    assert concentration_at(RISING, 0.05) == 0
    assert concentration_at(RISING, 0.04) is None
    assert concentration_at(RISING, 2.8) is None
    assert concentration_at(FALLING, 2.9) is None
