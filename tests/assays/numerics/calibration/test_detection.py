"""Limits of blank, detection and quantitation: their arithmetic, and the errors they promise."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest
from scipy.special import digamma
from scipy.stats import norm, t

from assays.numerics.calibration import (
    fit_line,
    functional_sensitivity,
    limit_of_blank,
    limit_of_detection,
    slope_limits,
)
from assays.numerics.calibration.detection import DetectionNote
from assays.numerics.refusals import Unusable

STUDIES = 3_000
SPECIMENS, EACH = 5, 12  # the least of EP17-A2: 60 measurements of several specimens
FREEDOM = SPECIMENS * EACH - SPECIMENS


def multiplier(freedom: int) -> float:
    return norm.ppf(0.95) / (1 - 1 / (4 * freedom))


def test_the_limit_of_blank_is_the_mean_and_cp_times_the_sd_of_all() -> None:
    blanks = [[0.1, 0.3, 0.2], [0.4, 0.0, 0.2], [0.5, 0.1, 0.3]]
    every = [one for group in blanks for one in group]

    found = limit_of_blank(blanks)

    assert found.sd == pytest.approx(statistics.stdev(every))
    assert found.value == pytest.approx(
        statistics.fmean(every) + 1.6448536 / (1 - 1 / (4 * (9 - 3))) * statistics.stdev(every)
    )
    assert (found.measurements, found.specimens) == (9, 3)
    assert found.notes == (DetectionNote.FEW_BLANKS,)


def test_the_limit_of_blank_of_sixty_by_rank_lies_between_the_57th_and_the_58th() -> None:
    blanks = np.arange(1.0, 61.0) ** 2
    np.random.default_rng(1).shuffle(blanks)

    found = limit_of_blank([blanks], parametric=False)

    assert found.value == (57**2 + 58**2) / 2  # rank 0.5 + 0.95 * 60 = 57.5
    assert (found.is_parametric, found.notes) == (False, ())


def test_the_highest_blank_is_taken_where_the_rank_lies_beyond_it() -> None:
    found = limit_of_blank([[0.1, 0.4, 0.2]], parametric=False)

    assert found.value == 0.4
    assert DetectionNote.RANK_BEYOND in found.notes


def test_the_limit_of_detection_pools_the_sd_within_specimens() -> None:
    low = [[1.0, 1.2, 1.4], [3.0, 3.3], [9.0, 9.5, 9.1, 9.2]]
    squares = sum(statistics.variance(one) * (len(one) - 1) for one in low)

    found = limit_of_detection(0.5, low)

    sd = math.sqrt(squares / (9 - 3))
    assert found.sd == pytest.approx(sd)
    assert found.value == pytest.approx(0.5 + 1.6448536 / (1 - 1 / (4 * (9 - 3))) * sd)


def test_one_blank_in_twenty_lies_above_a_parametric_limit() -> None:
    random, above = np.random.default_rng(11), []
    for _study in range(STUDIES):
        blanks = random.normal(2, 0.5, (SPECIMENS, EACH))
        above.append(norm.sf(limit_of_blank(list(blanks)).value, 2, 0.5))

    # A new blank differs from the mean by the error of both, in units of an SD of 59 degrees.
    count = SPECIMENS * EACH
    exact = t.sf(multiplier(FREEDOM) / math.sqrt(1 + 1 / count), count - 1)
    assert exact == pytest.approx(0.05, abs=0.004)
    assert np.mean(above) == pytest.approx(exact, abs=0.0012)  # 4 standard errors


@pytest.mark.parametrize(("count", "promised"), [(60, 1 - 57.5 / 61), (200, 1 - 190.5 / 201)])
def test_one_blank_in_twenty_lies_above_a_limit_by_rank_whatever_their_distribution(
    count: int, promised: float
) -> None:
    random, above, skewed = np.random.default_rng(12), [], []
    for _study in range(STUDIES):
        blanks = random.uniform(0, 1, count)
        above.append(1 - limit_of_blank([blanks], parametric=False).value)
        # The same blanks on a scale on which they are far from normal keep their ranks.
        limit = limit_of_blank([np.exp(4 * blanks)], parametric=False).value
        skewed.append(1 - math.log(limit) / 4)

    # The kth of n uniform numbers lies at k / (n + 1) on average.
    assert promised == pytest.approx(0.05, abs=0.01)
    assert np.mean(above) == pytest.approx(promised, abs=0.0025)
    assert np.mean(skewed) == pytest.approx(promised, abs=0.0035)


def test_blanks_that_are_skewed_pass_a_parametric_limit_too_often() -> None:
    random, parametric, by_rank = np.random.default_rng(13), [], []
    for _study in range(500):
        blanks = [random.lognormal(0, 1, 60)]
        for found, is_parametric in ((parametric, True), (by_rank, False)):
            limit = limit_of_blank(blanks, parametric=is_parametric).value
            found.append(norm.sf(math.log(limit)))

    assert abs(np.mean(by_rank) - 0.05) < abs(np.mean(parametric) - 0.05)


def test_a_specimen_at_the_limit_of_detection_is_missed_once_in_twenty() -> None:
    random, missed = np.random.default_rng(14), []
    truths = np.array([0.8, 1.0, 1.3, 1.7, 2.0])[:, None]
    for _study in range(STUDIES):
        low = truths + random.normal(0, 0.3, (SPECIMENS, EACH))
        found = limit_of_detection(0.6, list(low))
        missed.append(norm.cdf(0.6, found.value, 0.3))

    exact = t.sf(multiplier(FREEDOM), FREEDOM)
    assert exact == pytest.approx(0.05, abs=0.003)
    assert np.mean(missed) == pytest.approx(exact, abs=0.0012)


def test_the_cv_at_functional_sensitivity_is_the_goal() -> None:
    means = np.geomspace(0.02, 2, 9)
    a, b = 3.0, -0.7

    exact = functional_sensitivity(means, a * means**b, cv_percent=20)

    assert exact.limit == pytest.approx((20 / a) ** (1 / b), rel=1e-12)
    random, beyond, freedom = np.random.default_rng(15), [], 19
    for _study in range(1_000):
        spread = np.sqrt(random.chisquare(freedom, means.size) / freedom)
        found = functional_sensitivity(means, a * means**b * spread, cv_percent=20)
        beyond.append(math.log(a * found.limit**b / 20))
    # An SD of 20 measurements is too small by so much on average, on the scale of logarithms.
    too_small = 0.5 * (digamma(freedom / 2) + math.log(2 / freedom))
    assert too_small == pytest.approx(-0.027, abs=0.001)
    assert np.mean(beyond) == pytest.approx(-too_small, abs=0.01)


def test_limits_of_ich_q2_are_3_3_and_10_sds_over_the_slope() -> None:
    # By hand: slope 19.9 / 10, residuals .1 -.09 .22 -.17 .14 less their course, and so on.
    x, y = (1.0, 2.0, 3.0, 4.0, 5.0), (2.1, 3.9, 6.2, 7.8, 10.1)
    slope, intercept = statistics.linear_regression(x, y)
    squares = sum((b - intercept - slope * a) ** 2 for a, b in zip(x, y, strict=True))
    sd = math.sqrt(squares / 3)

    line = fit_line(x, y)
    found, of_intercept = slope_limits(line), slope_limits(line, sd=line.intercept_sd)

    assert slope == pytest.approx(1.99)
    assert (found.detection, found.quantitation) == pytest.approx(
        (3.3 * sd / slope, 10 * sd / slope), rel=1e-12
    )
    assert of_intercept.sd == pytest.approx(sd * math.sqrt(sum(a * a for a in x) / (5 * 10)))
    assert of_intercept.detection == pytest.approx(3.3 * of_intercept.sd / slope)


def test_a_falling_line_has_the_same_limits() -> None:
    x, y = (1.0, 2.0, 3.0, 4.0), (8.1, 5.9, 4.1, 1.9)

    found = slope_limits(fit_line(x, y), sd=0.1)

    assert found.detection == pytest.approx(0.33 / abs(statistics.linear_regression(x, y)[0]))


@pytest.mark.parametrize("sd", [-0.1, math.nan, math.inf])
def test_an_sd_that_is_none_is_refused(sd: float) -> None:
    with pytest.raises(Unusable) as refused:
        slope_limits(fit_line((1, 2, 3), (1, 2.1, 2.9)), sd=sd)
    assert refused.value.code == "SD"
