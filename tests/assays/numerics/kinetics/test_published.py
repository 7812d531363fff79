"""Published fits of decay, growth, and a change of level."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from assays.numerics.kinetics import Model, easy_linear, fit_load, level_change
from assays.numerics.refusals import NoSolution, Unusable

PUBLISHED = Path(__file__).parents[5] / "shared" / "data" / "kinetics"
# HIV-1 RNA (log10 copies/mL) of patients of ACTG 315 by day (Wu, Ding, JASA 1999;94:520).
PATIENT_1 = (
    [0, 2, 7, 16, 29, 57, 91],
    [4.3617, 4.3617, 3.5315, 2.9777, 2.6435, 2.1139, 1.699],
)
# The single phases that the R package ushr prints (Morris et al., J Open Source Softw 2020;5:2249),
# which leave out the days before the decay and after the first load below the limit.
SINGLE = {
    4: ([2, 7, 10, 14, 28, 56], [3.9542, 2.6128, 2.6128, 2.6232, 2.2041, 1.699], 1621.519, 0.06993061),
    5: ([8, 9, 14, 28], [3.8921, 3.4624, 3.3802, 1.699], 42231.69, 0.2368478),
    31: ([7, 9, 14, 28, 42, 77], [3.9777, 3.8388, 3.4914, 3.0792, 2.7993, 1.699], 11582.18, 0.07151531),
}  # fmt: skip
# Bacteria D, replicate 1, no antibiotic, by hour (R package growthrates).
DENSITY = [0.018, 0.018, 0.019, 0.022, 0.027, 0.036, 0.045, 0.049, 0.056, 0.061, 0.064, 0.069]
DENSITY += [0.072, 0.075, 0.078, 0.078, 0.079, 0.083, 0.086, 0.088, 0.088, 0.089, 0.089, 0.09]


def test_decay_in_two_phases_is_the_published_one() -> None:
    days, logs = PATIENT_1

    found = fit_load(days, np.power(10, logs), limits="likelihood")

    assert found.model is Model.BIEXPONENTIAL
    # Estimates as printed (27545, .308, 1174, .0356); limits within a tenth.
    for name, value, low, high, digits in (
        ("A", 27545, 19879, 38167, 0),
        ("delta", 0.3076, 0.228, 0.414, 4),
        ("B", 1174, 701, 1966, 0),
        ("gamma", 0.0356, 0.0283, 0.0448, 4),
    ):
        one = found.parameters[name]
        assert round(one.value, digits) == value
        assert one.low == pytest.approx(low, rel=0.1)
        assert one.high == pytest.approx(high, rel=0.1)


@pytest.mark.parametrize("patient", SINGLE)
def test_decay_in_one_phase_is_the_published_one(patient: int) -> None:
    days, logs, level, rate = SINGLE[patient]

    (found,) = fit_load(days, np.power(10, logs), model="exponential").segments

    assert -found.rate.value == pytest.approx(rate, rel=1e-4)
    assert found.load_at_start * np.exp(rate * days[0]) == pytest.approx(level, rel=1e-3)


def test_the_steepest_growth_is_the_published_one() -> None:
    found = easy_linear(range(len(DENSITY)), DENSITY)

    assert round(found.rate.value, 4) == 0.2049
    assert round(found.standard_error, 4) == 0.0134
    assert round(found.level, 5) == 0.01235


def test_a_curve_that_does_not_rise_has_no_largest_growth() -> None:
    with pytest.raises(NoSolution):
        easy_linear(range(8), [5, 4, 3, 2, 1.5, 1.2, 1.1, 1])


@pytest.mark.parametrize(
    ("times", "values", "more", "code"),
    [
        ([1, 2], [1, 2], {}, "TOO_FEW"),
        ([1, 2, 3, 4, 5], [1, 2, 0, 4, 5], {}, "NOT_POSITIVE"),
        ([1, 2, 2, 4, 5], [1, 2, 3, 4, 5], {}, "ORDER"),
        ([1, 2, 3, 4], [1, 2, 3, 4], {}, "WINDOW"),
    ],
)
def test_a_curve_that_cannot_be_used_is_named(
    times: list[float], values: list[float], more: dict[str, object], code: str
) -> None:
    with pytest.raises(Unusable) as refused:
        easy_linear(times, values, **more)  # type: ignore[arg-type]

    assert refused.value.code == code


def test_the_nile_changed_after_1898() -> None:
    path = PUBLISHED / "changepoint_Nile.csv"
    if not path.exists():
        pytest.skip("The published series is not at hand.")
    with path.open() as file:
        rows = list(csv.DictReader(file))

    found = level_change(
        [float(one["time"]) for one in rows], [float(one["value"]) for one in rows]
    )

    assert found.after == 1898
    assert (found.earliest, found.latest) == (1896, 1899)
    assert found.before.value == 1097.75
    assert round(found.since.value, 2) == 849.97
    assert found.p == pytest.approx(0.0005)


def test_a_level_that_did_not_change_has_no_small_p() -> None:
    rng = np.random.default_rng(3)
    small = [level_change(range(30), rng.normal(5, 1, 30), seed=s).p < 0.05 for s in range(40)]

    assert sum(small) <= 6


def test_equal_values_have_no_change() -> None:
    with pytest.raises(NoSolution) as refused:
        level_change(range(10), [3.0] * 10)

    assert refused.value.code == "CONSTANT"
