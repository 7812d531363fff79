"""Least squares against certified values, from near and from far starts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy import arctan, exp, pi

from assays.numerics.least_squares import fit
from tests.assays.numerics.least_squares.models import (
    MODELS,
    certified_sets,
    cubics,
    digits,
    gauss,
)

# Kowalik and Osborne 1978 and Osborne 1972, as in NIST StRD MGH09 and MGH17 (public domain).
ENZYME_X = np.array([4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625])
ENZYME_Y = np.array(
    [0.1957, 0.1947, 0.1735, 0.16, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246]
)
ENZYME = (0.19280693458, 0.19128232873, 0.12305650693, 0.13606233068)
DECAY_Y = np.array(
    [
        "844",
        "908",
        "932",
        "936",
        "925",
        "908",
        "881",
        "850",
        "818",
        "784",
        "751",
        "718",
        "685",
        "658",
        "628",
        "603",
        "580",
        "558",
        "538",
        "522",
        "506",
        "490",
        "478",
        "467",
        "457",
        "448",
        "438",
        "431",
        "424",
        "420",
        "414",
        "411",
        "406",
    ],
    dtype=float,
)
DECAY = (0.37541005211, 1.9358469127, -1.4646871366, 0.012867534640, 0.022122699662)


@pytest.mark.parametrize(("certified", "start"), certified_sets())
def test_a_certified_set_from_both_starts(certified: dict[str, Any], start: str) -> None:
    data = np.array(certified["data"])
    parameters = certified["parameters"]

    found = fit(
        MODELS[certified["name"]], data[:, 1], data[:, 0], [one[start] for one in parameters]
    )

    assert digits(found.parameters, [one["certified"] for one in parameters]) >= 9
    assert found.standard_errors is not None
    assert found.residual_sd is not None
    # Residuals of Lanczos1 are of the size of rounding in doubles.
    at_least = 6 if certified["name"] == "Lanczos1" else 9
    assert digits(found.standard_errors, [one["sd"] for one in parameters]) >= at_least
    assert digits(found.residual_sd, certified["residual_sd"]) >= at_least
    assert found.degrees_of_freedom == certified["dof"]


@pytest.mark.parametrize("start", [(25, 39, 41.5, 39), (0.25, 0.39, 0.415, 0.39), (1, 1, 1, 1)])
def test_an_enzyme_whose_other_minimum_lies_at_infinity(start: tuple[float, ...]) -> None:
    found = fit(
        lambda x, a, b, c, d: a * (x**2 + x * b) / (x**2 + x * c + d), ENZYME_X, ENZYME_Y, start
    )

    assert digits(found.parameters, ENZYME) >= 9


@pytest.mark.parametrize("start", [(50, 150, -100, 1, 2), (0.5, 1.5, -1, 0.01, 0.02)])
def test_two_decays_whose_terms_keep_the_order_of_the_start(start: tuple[float, ...]) -> None:
    found = fit(
        lambda x, a, b, c, d, e: a + b * exp(-x * d) + c * exp(-x * e),
        np.arange(33) * 10.0,
        DECAY_Y / 1000,
        start,
    )

    assert digits(found.parameters, DECAY) >= 9


# Models of other certified sets on values simulated here: from either start one and the same fit.
FEW = np.repeat([1.0, 2, 4, 8, 16, 32, 48, 64], 16)
HOT = np.tile(np.repeat([180.0, 225, 250, 275], 4), 8)
SIMULATED = {
    "peak": (
        lambda x, a, b, c: (a / b) * exp(-0.5 * ((x - c) / b) ** 2),
        np.arange(400.0, 501, 3),
        (1.554, 4.089, 451.54),
        ((1, 10, 500), (1.5, 5, 450)),
        0.0067,
    ),
    "power": (
        lambda x, a, b, c: a * (b + x) ** (-1 / c),
        np.linspace(7.45, 12.04, 154),
        (-2523.5, 46.74, 0.932),
        ((-2000, 50, 0.8), (-1500, 45, 0.85)),
        0.0018,
    ),
    "arctangent": (
        lambda x, a, b, c, d: a - b * x - arctan(c / (x - d)) / pi,
        -np.geomspace(220, 4868, 25),
        (0.20197, -6.195e-6, 1204.5, -181.34),
        ((0.1, -1e-5, 1000, -100), (0.2, -5e-6, 1200, -150)),
        0.0048,
    ),
    "two predictors": (
        lambda x, a, b, c: a - b * x[0] * exp(-c * x[1]),
        np.array([FEW, HOT]),
        (2.5907, 5.6178e-9, -0.0577),
        ((2, 0.0001, -0.01), (2.5, 5e-9, -0.05)),
        0.17,
    ),
    "growth": (
        lambda x, a, b, c, d: a / (1 + exp(b - c * x)) ** (1 / d),
        np.arange(1.0, 16),
        (699.6, 5.277, 0.7596, 1.2793),
        ((100, 10, 1, 1), (700, 5, 0.75, 1.3)),
        28.0,
    ),
    "cubics": (
        cubics,
        np.linspace(14, 851, 236),
        (1.0776, -0.12269, 4.08637e-3, -1.42626e-6, -5.761e-3, 2.40537e-4, -1.23144e-7),
        (
            (10, -1, 0.05, -1e-5, -0.05, 0.001, -1e-6),
            (1, -0.1, 0.005, -1e-6, -0.005, 0.0001, -1e-7),
        ),
        0.08,
    ),
    "two peaks on a decay": (
        gauss,
        np.arange(1.0, 251),
        (98.94, 0.010946, 100.7, 111.64, 23.3, 73.7, 147.76, 19.67),
        ((94.9, 0.009, 90.1, 113, 20, 73.8, 140, 20), (96, 0.0096, 80, 110, 25, 74, 139, 25)),
        2.5,
    ),
}


@pytest.mark.parametrize("name", SIMULATED)
def test_either_start_leads_to_the_same_fit_near_the_truth(name: str) -> None:
    function, x, truth, starts, sd = SIMULATED[name]
    random = np.random.default_rng(20)
    exact = function(x, *truth)
    y = exact + sd * random.standard_normal(exact.shape)

    first, second = (fit(function, x, y, start) for start in starts)

    assert digits(first.parameters, second.parameters) >= 9
    assert first.standard_errors is not None
    assert second.standard_errors is not None
    assert digits(first.standard_errors, second.standard_errors) >= 8
    assert np.all(np.abs(first.parameters - truth) < 5 * first.standard_errors)
