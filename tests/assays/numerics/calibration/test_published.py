"""Calibration against what publications and packages print."""

from __future__ import annotations

import math

import numpy as np
import pytest

from assays.numerics.calibration import (
    Limits,
    Parameters,
    Shared,
    back_calculate,
    compare,
    curve_limits,
    fit,
    fit_line,
    fit_variances,
    functional_sensitivity,
    invert_line,
    line_limits,
    precision_profile,
    read_line,
    signals_at,
)
from tests.assays.numerics.calibration.simulated import ABSENT, IS_THERE, columns, published, rows

pytestmark = pytest.mark.skipif(not IS_THERE, reason=ABSENT)


def test_ryegrass_is_the_log_logistic_fit_of_drc() -> None:
    concentrations, lengths = columns("drc_ryegrass.csv", "conc", "rootl")

    found = fit(concentrations, lengths, theta=0)

    at = found.parameters
    assert (at.slope, at.at_infinity, at.at_zero, at.midpoint) == pytest.approx(
        (2.98222866, 0.48140994, 7.79296233, 3.05795517), rel=1e-8
    )
    assert found.residual_sd == pytest.approx(0.51962557, rel=1e-8)
    assert found.degrees_of_freedom == 20
    assert found.standard_errors is not None
    assert [
        found.standard_errors[name] for name in ("slope", "at_infinity", "at_zero", "midpoint")
    ] == pytest.approx(published("ryegrass_LL4.json")["se_JtJ"], rel=1e-6)


def test_dnase_is_the_three_parameter_fit_of_r() -> None:
    first = [row for row in rows("DNase_runs1-6.csv") if row["Run"] == "1"]

    found = fit(
        [float(row["conc"]) for row in first],
        [float(row["density"]) for row in first],
        theta=0,
        fixed={"at_zero": 0.0},
    )

    at, errors = found.parameters, found.standard_errors
    assert errors is not None
    assert (at.at_infinity, math.log(at.midpoint), 1 / at.slope) == pytest.approx(
        (2.3451793, 1.4830893, 1.0414547), abs=6e-8
    )
    assert (
        errors["at_infinity"],
        errors["midpoint"] / at.midpoint,
        errors["slope"] / at.slope**2,
    ) == pytest.approx((0.0781538, 0.0813532, 0.0322708), abs=6e-7)
    assert found.residual_sd == pytest.approx(0.0191945, abs=6e-8)
    assert found.degrees_of_freedom == 13


@pytest.mark.parametrize("run", range(1, 7))
def test_each_run_of_dnase(run: int) -> None:
    own = [row for row in rows("DNase_runs1-6.csv") if row["Run"] == str(run)]
    expected = published("DNase_expected.json")["runs"][run - 1]["four_pl"]

    found = fit(
        [float(row["conc"]) for row in own], [float(row["density"]) for row in own], theta=0
    )

    at = found.parameters
    assert (at.at_zero, at.at_infinity, at.midpoint, at.slope) == pytest.approx(
        tuple(expected[name] for name in ("a_at_zero", "d_at_inf", "c_ed50", "b")), rel=1e-6
    )
    assert found.standard_errors is not None
    assert list(found.standard_errors.values()) == pytest.approx(expected["se"], rel=1e-6)


def test_nasturtium_is_read_as_published() -> None:
    concentrations, weights = columns("investr_nasturtium.csv", "conc", "weight")
    curve = fit(concentrations, weights, theta=0, fixed={"at_infinity": 0.0})

    inverted, wald = (
        back_calculate(curve, (309, 296, 419), limits=kind, degrees_of_freedom=41)
        for kind in Limits
    )

    assert inverted.concentration == pytest.approx(2.2638512, abs=1e-7)
    assert inverted.standard_error == pytest.approx(0.2847019, abs=4e-7)
    assert (inverted.low, inverted.high) == pytest.approx((1.7722, 2.9694), abs=6e-5)
    assert (wald.low, wald.high) == pytest.approx((1.6889, 2.8388), abs=6e-5)


def test_arsenic_is_read_as_published() -> None:
    line = fit_line(*columns("investr_arsenic.csv", "actual", "measured"))

    wald, inverted = read_line(line, [3], level=0.9), invert_line(line, [3], level=0.9)

    assert wald.concentration == pytest.approx(2.931449, abs=1e-6)
    assert wald.standard_error == pytest.approx(0.1929338, abs=1e-7)
    assert (wald.low, wald.high) == pytest.approx((2.603990, 3.258908), abs=1e-6)
    assert (inverted.low, inverted.high) == pytest.approx((2.603537, 3.258658), abs=1e-6)


def test_din_32645_is_that_of_chemcal() -> None:
    line = fit_line(*columns("chemCal_din32645.csv", "x", "y"))

    strict, equal = line_limits(line), line_limits(line, alpha=0.05, beta=0.05)

    assert strict.critical == pytest.approx(0.0698127, abs=1e-7)
    assert strict.detection_din == pytest.approx(0.14, abs=5e-4)
    assert strict.quantitation == pytest.approx(0.212, abs=5e-4)
    # Its search ends within 1e-4 of the range; here the two limits meet to rounding.
    assert equal.detection == pytest.approx(0.08655484, abs=1e-5)
    assert equal.detection_signal == pytest.approx(3317.154, abs=0.1)
    read = read_line(line, [3500], level=0.99)
    assert read.high is not None
    assert read.high - read.concentration == pytest.approx(0.07434, abs=5e-6)


@pytest.mark.parametrize("lot", ["lot1", "lot2"])
def test_functional_sensitivity_is_that_of_ep17(lot: str) -> None:
    given = published("ep17_appendixD.json")[lot]

    found = functional_sensitivity(given["mean"], given["cv"])
    tenth = functional_sensitivity(given["mean"], given["cv"], cv_percent=10)

    assert (found.a, found.b) == pytest.approx((given["A"], given["B"]), abs=6e-5)
    assert found.limit == pytest.approx(given["LoQ20"], abs=6e-5)
    assert tenth.limit == pytest.approx(given["LoQ10"], abs=6e-5)
    assert found.cv_at(found.limit) == pytest.approx(20)


@pytest.mark.parametrize(("model", "deviance"), [(6, None), (7, 2.059350), (8, 8.892474)])
def test_variance_functions_are_those_of_sadler(model: int, deviance: float | None) -> None:
    means, freedom, variances = columns("VFP_MultiLotReproResults.csv", "Mean", "DF", "VC")

    found = fit_variances(means, variances, freedom, model=model)

    expected = published("VFP_expected.json")[f"model{model}"]["coef"]
    assert found.coefficients == pytest.approx(expected, rel=2e-6)
    if deviance is not None:
        assert found.deviance == pytest.approx(deviance, abs=6e-7)


def test_mustard_is_not_parallel() -> None:
    given = rows("drc_S.alba.csv")
    expected = published("S.alba_parallelism.json")

    found = compare(
        [float(row["Dose"]) for row in given],
        [float(row["DryMatter"]) for row in given],
        [row["Herbicide"] for row in given],
    )

    assert (found.common_ends.f, found.common_ends.p) == pytest.approx(
        expected["F_common_limits_vs_full"], rel=1e-6
    )
    assert (found.parallel.f, found.parallel.p) == pytest.approx(
        expected["F_parallel_vs_common_limits"], rel=1e-6
    )
    assert found.squares[Shared.NOTHING] == pytest.approx(expected["full"]["rss"], rel=1e-9)
    assert not found.is_parallel


def elisa() -> np.ndarray:
    from tests.assays.numerics.calibration.simulated import FOLDER

    return np.loadtxt(FOLDER / "calibFit_ELISA.txt", skiprows=1, usecols=(1, 2))


@pytest.mark.parametrize(
    ("name", "detectable", "reliable"),
    [("calibFit_fpl.json", 51.5, 111.0), ("calibFit_fpl.pom.json", 0.278, 0.59)],
)
def test_weights_lower_what_an_elisa_detects(name: str, detectable: float, reliable: float) -> None:
    given, expected = elisa(), published(name)

    found = fit(given[:, 0], given[:, 1], theta=expected["theta"][0])
    limits = curve_limits(found, replicates=2)

    # Their search ends loosely: the sum of squares here is the lower one.
    at = found.parameters
    assert (at.at_zero, at.at_infinity, at.midpoint, at.slope) == pytest.approx(
        expected["coefficients"], rel=5e-3
    )
    assert found.residual_sd == pytest.approx(expected["sigma"][0], rel=2e-3)
    assert limits.minimum_detectable == pytest.approx(detectable, rel=3e-3)
    assert limits.reliably_detectable == pytest.approx(reliable, rel=2e-2)


def test_the_weighted_fit_of_an_elisa_is_more_likely_than_the_saved_one() -> None:
    """At their theta: calibFit's search ends early, and it looks for its LOQ on a coarse grid."""
    given, expected = elisa(), published("calibFit_fpl.pom.json")
    theta, saved = expected["theta"][0], expected["coefficients"]
    found = fit(given[:, 0], given[:, 1], theta=theta)
    at_zero, at_infinity, midpoint, slope = saved
    theirs = Parameters(at_zero, at_infinity, midpoint, slope)

    def deviance(parameters: Parameters, concentrations: np.ndarray) -> float:
        """-2 log-likelihood with the variance s^2 mean^(2 theta) and the best s."""
        means = signals_at(parameters, concentrations)
        squares = (given[:, 1] - means) ** 2 / means ** (2 * theta)
        count = means.size
        return count * math.log(2 * math.pi * squares.mean()) + float(
            count + 2 * theta * np.log(means).sum()
        )

    stored = np.maximum(given[:, 0], 1e-3)  # where 0 is 0.001
    assert deviance(theirs, stored) == pytest.approx(-71.8142, abs=2e-4)
    assert deviance(found.parameters, given[:, 0]) == pytest.approx(-71.8190, abs=2e-4)
    # The saved LOQ is the second place of its grid, 349 steps up to the midpoint.
    second = 5e-4 + (midpoint - 5e-4) / 349
    assert expected["loq"][0] == pytest.approx(second, rel=5e-5)
    (there,) = precision_profile(found, [second], replicates=2)
    assert there.cv_percent < 19.6
    limit = curve_limits(found, replicates=2).quantitation
    assert limit is not None
    (here,) = precision_profile(found, [limit], replicates=2)
    assert (limit, here.cv_percent) == pytest.approx((0.7697, 20), abs=1e-4)


def test_theta_of_an_elisa_is_estimated() -> None:
    given = elisa()

    found = fit(given[:, 0], given[:, 1])
    limits = curve_limits(found, replicates=2)

    # Maximum likelihood without the correction for leverage gives 1.7935.
    assert found.is_theta_estimated
    assert found.theta == pytest.approx(1.74, abs=0.01)
    assert limits.quantitation == pytest.approx(0.86, abs=0.05)
