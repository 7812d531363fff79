"""Concentrations read back: limits that hold what they say, comparators beyond the range."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from assays.numerics.calibration import (
    Limits,
    ReadingNote,
    back_calculate,
    curve_limits,
    fit,
    precision_profile,
    signals_at,
)
from assays.numerics.refusals import NoSolution, Unusable
from tests.assays.numerics.calibration.simulated import FALLING, LEVELS, RISING, signals


@pytest.fixture(scope="module")
def curve() -> Any:
    return fit(LEVELS, signals(RISING), theta=1)


def test_limits_cover_as_they_say() -> None:
    random = np.random.default_rng(11)
    levels, hits, plates = (2.0, 20.0, 150.0), np.zeros(3), 120
    for seed in range(plates):
        made = fit(LEVELS, signals(RISING, cv=0.04, seed=1000 + seed), theta=1)
        for place, level in enumerate(levels):
            exact = float(signals_at(RISING, level))
            read = back_calculate(made, [exact * (1 + 0.04 * random.standard_normal())])
            low = 0.0 if read.low is None else read.low
            hits[place] += low <= level and (read.high is None or level <= read.high)

    # Of 120 plates a true 95 % gives 0.88 to 1 in 999 of 1000; the bench draws thousands.
    assert np.all(hits / plates > 0.88)


@pytest.mark.parametrize("truth", [RISING, FALLING], ids=["rising", "falling"])
def test_more_replicates_narrow_the_limits(truth: Any) -> None:
    made = fit(LEVELS, signals(truth), theta=1)
    signal = float(signals_at(made.parameters, 30.0))

    one, four = back_calculate(made, [signal]), back_calculate(made, [signal] * 4)

    assert one.concentration == pytest.approx(30)
    assert one.low is not None
    assert one.high is not None
    assert four.low is not None
    assert four.high is not None
    assert one.low < four.low < 30 < four.high < one.high


def test_wald_limits_are_symmetric(curve: Any) -> None:
    found = back_calculate(curve, [1.2, 1.25], limits="wald")

    assert found.concentration is not None
    assert found.low is not None
    assert found.high is not None
    assert found.high - found.concentration == pytest.approx(found.concentration - found.low)
    assert found.replicate_cv_percent == pytest.approx(2.886, abs=1e-3)


@pytest.mark.parametrize(
    ("signal", "comparator", "limit", "note"),
    [
        (2.65, ">", 500, ReadingNote.ABOVE_RANGE),
        (9.0, ">", 500, ReadingNote.BEYOND_INFINITE_END),
        (0.053, "<", 0.5, ReadingNote.BELOW_RANGE),
        (0.001, "<", 0.5, ReadingNote.BEYOND_ZERO_END),
    ],
)
def test_beyond_the_range_the_limit_is_reported(
    curve: Any, signal: float, comparator: str, limit: float, note: ReadingNote
) -> None:
    found = back_calculate(curve, [signal])

    assert (found.comparator, found.limit) == (comparator, limit)
    assert note in found.notes
    assert found.shown == f"{comparator}{limit:g}"


def test_dilutions_multiply_values_and_limits(curve: Any) -> None:
    neat, diluted = back_calculate(curve, [1.2]), back_calculate(curve, [1.2], dilution=10)

    assert diluted.concentration == pytest.approx(neat.concentration * 10)
    assert diluted.low == pytest.approx(neat.low * 10)
    assert diluted.cv_percent == pytest.approx(neat.cv_percent)
    assert back_calculate(curve, [9.0], dilution=10).shown == ">5000"


def test_a_narrower_range_can_be_given(curve: Any) -> None:
    assert back_calculate(curve, [1.2], high=5).shown == ">5"
    assert back_calculate(curve, [0.1], low=4).shown == "<4"


def test_without_degrees_of_freedom_there_are_no_limits() -> None:
    made = fit([0, 1, 10, 100], [2, 1.9, 1.2, 0.4])

    found = back_calculate(made, [1.0])

    assert found.notes == (ReadingNote.NO_LIMITS,)
    assert (found.low, found.high, found.standard_error) == (None, None, None)
    with pytest.raises(NoSolution):
        curve_limits(made)


@pytest.mark.parametrize(
    ("signals_read", "options", "code"),
    [
        ([], {}, "EMPTY"),
        ([float("nan")], {}, "NOT_FINITE"),
        ([1], {"level": 1}, "LEVEL"),
        ([1], {"dilution": 0.5}, "DILUTION"),
        ([1], {"limits": "bayes"}, "LIMITS"),
        ([1], {"low": 5, "high": 4}, "RANGE"),
        ([1], {"degrees_of_freedom": 0}, "FREEDOM"),
    ],
)
def test_what_cannot_be_read_is_refused(
    curve: Any, signals_read: Any, options: Any, code: str
) -> None:
    with pytest.raises(Unusable) as refused:
        back_calculate(curve, signals_read, **options)
    assert refused.value.code == code


def test_the_profile_and_its_limits_agree(curve: Any) -> None:
    limits = curve_limits(curve, cv_percent=20)

    assert limits.quantitation is not None
    (at_limit,) = precision_profile(curve, [limits.quantitation])
    assert at_limit.cv_percent == pytest.approx(20, rel=1e-6)
    assert limits.minimum_detectable is not None
    assert limits.reliably_detectable is not None
    assert 0 < limits.minimum_detectable < limits.reliably_detectable
    assert len(precision_profile(curve)) == 60


def test_both_kinds_of_limits_agree_where_errors_are_small() -> None:
    made = fit(LEVELS, signals(RISING, cv=1e-4), theta=1)

    inverted, wald = (back_calculate(made, [1.2], limits=kind) for kind in Limits)

    assert (inverted.low, inverted.high) == pytest.approx((wald.low, wald.high), rel=1e-6)
