"""Many plates at once: the same curves as one by one, whichever engine made them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from assays.numerics.calibration import Engine, Parameters, fit, fit_plates, signals_at
from assays.numerics.calibration.batch_compiled import is_there
from assays.numerics.refusals import Unusable
from tests.assays.numerics.calibration.simulated import LEVELS

ENGINES = [
    Engine.NUMPY,
    pytest.param(
        Engine.NUMBA, marks=pytest.mark.skipif(not is_there(), reason="numba is not installed")
    ),
]


def plates(count: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(7)
    low, high = random.uniform(0.02, 0.2, count), random.uniform(2, 3.5, count)
    falls = random.random(count) < 0.5
    exact = np.stack(
        [
            signals_at(
                Parameters(*((b, a) if turned else (a, b)), 10 ** random.uniform(0.8, 2), slope),
                LEVELS,
            )
            for a, b, turned, slope in zip(
                low, high, falls, random.uniform(0.8, 1.8, count), strict=True
            )
        ]
    )
    return exact * (1 + 0.03 * random.standard_normal(exact.shape)), exact**-2.0


@pytest.mark.parametrize("engine", ENGINES)
def test_plates_are_fitted_as_one_by_one(engine: Engine) -> None:
    y, _weights = plates(12)

    found = fit_plates(LEVELS, y, engine=engine)

    assert found.is_fitted.all()
    for plate, signals in enumerate(y):
        alone = fit(LEVELS, signals, theta=0)
        assert found.parameters[plate] == pytest.approx(alone.parameters.as_array()[:4], rel=1e-5)
        assert alone.standard_errors is not None
        errors = list(alone.standard_errors.values())
        assert found.standard_errors[plate] == pytest.approx(errors, rel=1e-4)
        assert found.residual_sd[plate] == pytest.approx(alone.residual_sd, rel=1e-7)


@pytest.mark.skipif(not is_there(), reason="numba is not installed")
def test_both_engines_give_the_same_answers() -> None:
    y, weights = plates(300)

    numpy, numba = (fit_plates(LEVELS, y, weights=weights, engine=one) for one in Engine)

    assert np.array_equal(numpy.is_fitted, numba.is_fitted)
    assert numpy.is_fitted.mean() > 0.99
    fitted = numpy.is_fitted
    assert numba.parameters[fitted] == pytest.approx(numpy.parameters[fitted], rel=1e-6)
    assert numba.covariances[fitted] == pytest.approx(numpy.covariances[fitted], rel=1e-5)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_plate_that_cannot_be_fitted_leaves_its_neighbours_alone(engine: Engine) -> None:
    y, _weights = plates(4)
    alone = fit_plates(LEVELS, y[[0]], engine=engine)
    y[1, 3], y[2] = np.nan, 1.0

    found = fit_plates(LEVELS, y, engine=engine)

    assert list(found.is_fitted) == [True, False, False, True]
    assert np.isnan(found.parameters[1]).all()
    assert np.isnan(found.standard_errors[2]).all()
    assert found.parameters[0].tobytes() == alone.parameters[0].tobytes()


@pytest.mark.parametrize("engine", ENGINES)
def test_theta_weights_by_fitted_signals(engine: Engine) -> None:
    y, _weights = plates(6)

    found = fit_plates(LEVELS, y, theta=1.0, engine=engine)

    for plate, signals in enumerate(y):
        alone = fit(LEVELS, signals, theta=1.0)
        # One round of weights here, as many as it takes there.
        assert found.parameters[plate] == pytest.approx(alone.parameters.as_array()[:4], rel=0.02)


@pytest.mark.parametrize("engine", ENGINES)
def test_signals_of_any_size_are_fitted(engine: Engine) -> None:
    y, _weights = plates(5)
    plain = fit_plates(LEVELS, y, engine=engine)

    found = fit_plates(LEVELS * 1e-9, y * 1e9, engine=engine)

    scales = [1e9, 1e9, 1e-9, 1]
    assert found.parameters == pytest.approx(plain.parameters * scales, rel=1e-6)


@pytest.mark.parametrize(
    ("x", "y", "options", "code"),
    [
        (LEVELS, np.ones(16), {}, "SHAPE"),
        (LEVELS, np.ones((2, 15)), {}, "SHAPE"),
        (LEVELS, [["a"] * 16], {}, "NOT_A_NUMBER"),
        ([-1, *LEVELS[1:]], np.ones((2, 16)), {}, "TOO_LOW"),
        ([0, 1, 2, 3], np.ones((2, 4)), {}, "TOO_FEW"),
        ([1, 1, 1, 2, 2], np.ones((2, 5)), {}, "TOO_FEW_LEVELS"),
        (LEVELS, np.ones((2, 16)), {"weights": -np.ones(16)}, "TOO_LOW"),
        (LEVELS, np.ones((2, 16)), {"weights": np.ones(3)}, "SHAPE"),
        (LEVELS, np.ones((2, 16)), {"weights": np.ones(16), "theta": 1}, "WEIGHTS"),
        (LEVELS, np.ones((2, 16)), {"engine": "abacus"}, "ENGINE"),
    ],
)
def test_wells_that_are_none_are_refused(x: Any, y: Any, options: Any, code: str) -> None:
    with pytest.raises(Unusable) as refused:
        fit_plates(x, y, **options)
    assert refused.value.code == code


def test_no_plates_are_no_curves() -> None:
    assert fit_plates(LEVELS, np.empty((0, 16))).parameters.shape == (0, 4)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_plate_that_determines_nothing_leaves_its_neighbours_alone(engine: Engine) -> None:
    concentrations = [0.0, 0, 1e10, 1, 5, 5, 20, 20, 50, 50, 100, 100, 200, 200]
    alone = [0.0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 1, 2, 2]
    whole = signals_at(Parameters(0.1, 3.0, 40.0, 1.2), concentrations)
    whole = whole * (1 + 0.01 * np.sin(np.arange(14)))

    apart = fit_plates(concentrations, [whole], theta=1.0, engine=engine)
    beside = fit_plates(concentrations, [alone, whole, alone], theta=1.0, engine=engine)

    assert apart.is_fitted.tolist() == [True]
    assert not beside.is_fitted[0]
    np.testing.assert_allclose(beside.parameters[1], apart.parameters[0], rtol=1e-9)
