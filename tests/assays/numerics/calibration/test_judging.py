"""Acceptance, dilution series, parallelism, and limits from measurements."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from assays.numerics.calibration import (
    Criteria,
    DilutionNote,
    Rule,
    back_calculate,
    compare,
    dilution_for,
    fit,
    fit_line,
    fit_variances,
    functional_sensitivity,
    invert_line,
    judge,
    judge_dilutions,
    limit_of_blank,
    limit_of_detection,
    read_line,
    signals_at,
)
from assays.numerics.refusals import NoSolution, Unusable
from tests.assays.numerics.calibration.simulated import LEVELS, RISING, signals


def test_a_sound_calibration_is_accepted() -> None:
    verdict = judge(fit(LEVELS, signals(RISING, cv=0.02), theta=1))

    assert verdict.is_accepted
    assert verdict.levels[0].recovery_percent is None
    assert all(level.is_recovered for level in verdict.levels)


def test_replicates_apart_are_told() -> None:
    y = signals(RISING, cv=0.01)
    y[6] *= 1.6

    breaches = judge(fit(LEVELS, y, theta=1)).breaches

    (apart,) = [breach for breach in breaches if breach.rule is Rule.REPLICATE_CV]
    assert apart.concentration == 5


def test_levels_out_of_order_are_told() -> None:
    y = signals(RISING, cv=0.01)
    y[14:16] = y[12:14] * 0.8

    breaches = judge(fit(LEVELS, y, theta=1)).breaches

    (back,) = [breach for breach in breaches if breach.rule is Rule.MONOTONE]
    assert back.concentration == 500


def test_an_end_that_is_not_determined_breaks_where_it_is_asked() -> None:
    partial = LEVELS[:10]
    made = fit(partial, signals(RISING, concentrations=partial), theta=1)

    assert not judge(made, Criteria(needs_ends=True)).is_accepted
    with pytest.raises(Unusable):
        judge(made, Criteria(recovered_share=2))


@pytest.fixture(scope="module")
def curve() -> Any:
    return fit(LEVELS, signals(RISING, cv=0.01), theta=1)


def diluted(curve: Any, concentrations: dict[float, float]) -> Any:
    readings = [
        back_calculate(
            curve, [float(signals_at(curve.parameters, held))], dilution=factor, high=200
        )
        for factor, held in concentrations.items()
    ]
    return judge_dilutions(readings)


def test_a_series_that_dilutes_in_proportion_has_no_hook(curve: Any) -> None:
    found = diluted(curve, {1: 650, 10: 65, 100: 6.5})

    assert found.concentration == pytest.approx(650)
    assert found.dilution == 10
    assert (found.has_hook, found.is_linear) == (False, True)
    assert found.hook_ratio == pytest.approx(1.0)


def test_a_diluted_specimen_that_reads_higher_is_hooked(curve: Any) -> None:
    found = diluted(curve, {1: 90, 10: 120, 100: 12})

    assert found.has_hook
    assert found.notes == (DilutionNote.HOOK_BY_RATIO, DilutionNote.HOOK_BY_ORDER)
    assert found.hook_ratio == pytest.approx(1200 / 90)
    assert found.concentration == pytest.approx(1200)
    assert found.dilution == 10


def test_dilutions_that_disagree_are_told(curve: Any) -> None:
    found = diluted(curve, {1: 100, 10: 6})

    assert (found.has_hook, found.is_linear) == (False, False)
    assert found.notes == (DilutionNote.NOT_LINEAR,)


def test_a_series_beyond_the_range_reports_nothing(curve: Any) -> None:
    found = diluted(curve, {1: 400, 2: 300})

    assert found.notes == (DilutionNote.NONE_IN_RANGE,)
    assert found.concentration is None
    with pytest.raises(Unusable):
        judge_dilutions([])


def test_a_dilution_brings_a_hundredfold_hormone_into_range() -> None:
    assert dilution_for(650, high=200) == 10
    assert dilution_for(50, high=200) == 2
    assert dilution_for(1e9, high=200) is None
    with pytest.raises(Unusable):
        dilution_for(10, high=0)


def test_equal_curves_are_parallel_and_potency_is_found() -> None:
    shifted = signals_at(RISING, LEVELS * 2)
    y = np.concatenate([signals(RISING, cv=0.005), shifted + 0.003 * np.sin(np.arange(16))])

    found = compare(np.tile(LEVELS, 2), y, ["old"] * 16 + ["new"] * 16, ratio_limits=(0.8, 1.25))

    assert found.is_parallel
    ratio, low, high = found.potencies["new"]
    assert ratio == pytest.approx(2, rel=0.05)
    assert low < ratio < high
    with pytest.raises(Unusable):
        compare(LEVELS, signals(RISING), ["one"] * 16)


def test_limits_of_blank_and_detection() -> None:
    blanks = [[0.1, 0.3, 0.2, 0.2], [0.0, 0.2, 0.1, 0.3]]
    every = np.concatenate([np.array(one) for one in blanks])

    blank = limit_of_blank(blanks)
    ranked = limit_of_blank(blanks, parametric=False)
    detection = limit_of_detection(blank.value, [[1.0, 1.2, 1.1], [2.0, 2.3, 2.0]])

    multiplier = 1.6448536269514722 / (1 - 1 / (4 * 6))
    assert blank.value == pytest.approx(every.mean() + multiplier * every.std(ddof=1))
    # Rank 0.5 + 0.95 * 8 = 8.1 lies beyond 8 measurements.
    assert ranked.value == 0.3
    assert len(ranked.notes) == 2
    pooled = np.sqrt((2 * np.var([1.0, 1.2, 1.1], ddof=1) + 2 * np.var([2, 2.3, 2], ddof=1)) / 4)
    assert detection.value == pytest.approx(
        blank.value + 1.6448536269514722 / (1 - 1 / 16) * pooled
    )


def test_a_rank_between_two_measurements_is_in_proportion() -> None:
    found = limit_of_blank([np.arange(1.0, 61)], parametric=False)

    assert found.value == pytest.approx(57.5)
    assert found.notes == ()


@pytest.mark.parametrize(
    "asked",
    [
        lambda: limit_of_blank([]),
        lambda: limit_of_blank([[1.0], [2.0]]),
        lambda: limit_of_detection(1.0, [[1.0]]),
        lambda: functional_sensitivity([1, 2], [0, 3]),
        lambda: functional_sensitivity([1, 1], [3, 3]),
        lambda: fit_variances([1, 2, 3], [1, 2, 3], [5, 5, 5], model=6),
        lambda: fit_variances([1, 2, 3, 4], [1, 2, 3, 0], [5, 5, 5, 5]),
        lambda: fit_variances([1, 2, 3, 4], [1, 2, 3, 4], [5, 5, 5, 5], model=5),
        lambda: fit_line([1, 1, 1], [1, 2, 3]),
        lambda: fit_line([1, 2], [1, 2]),
    ],
)
def test_measurements_that_are_none_are_refused(asked: Any) -> None:
    with pytest.raises(Unusable):
        asked()


def test_a_cv_that_rises_has_no_limit() -> None:
    with pytest.raises(NoSolution):
        functional_sensitivity([1, 2, 3], [5, 6, 7])


def test_a_slope_not_told_from_0_has_no_inverted_limits() -> None:
    line = fit_line([1, 2, 3, 4], [1, 5, 0, 5])

    assert invert_line(line, [3]).low is None
    assert read_line(line, [3]).low is not None


def test_a_weighted_line_needs_the_weight_of_what_is_read() -> None:
    line = fit_line([1, 2, 3, 4], [1.1, 1.9, 3.2, 3.9], weights=[4, 3, 2, 1])

    assert read_line(line, [2.5], weight=2).concentration == pytest.approx(2.5, abs=0.1)
    with pytest.raises(Unusable):
        read_line(line, [2.5])
