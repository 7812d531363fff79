"""Removal trials: what is left after, patient by patient."""

from __future__ import annotations

import math

import numpy as np
import pytest

from assays.numerics.kinetics import compare_removal
from assays.numerics.refusals import NoSolution, Unusable

BEFORE = [100, 200, 300, 150, 90]


def test_the_ratio_is_the_geometric_mean_over_patients() -> None:
    after = [20, 50, 30, 40, 20]

    found = compare_removal(BEFORE, after)

    logs = np.log(np.divide(after, BEFORE))
    assert found.ratio.value == pytest.approx(math.exp(logs.mean()))
    assert found.removed_percent.value == pytest.approx(100 * (1 - math.exp(logs.mean())))
    # Two of the 32 changes of sign are as far from 0: all as they are, and all turned.
    assert found.p == 2 / 32
    assert found.test == "exact_sign_flips"


def test_before_and_after_exchanged_give_the_inverse() -> None:
    one = compare_removal(BEFORE, [20, 50, 30, 40, 20])

    other = compare_removal([20, 50, 30, 40, 20], BEFORE)

    assert other.ratio.value == pytest.approx(1 / one.ratio.value)
    assert other.ratio.low == pytest.approx(1 / (one.ratio.high or 0))
    assert other.p == one.p


def test_loads_below_the_limit_are_only_known_to_be_below() -> None:
    found = compare_removal([*BEFORE, 5], [20, 50, 0, 40, 0, 5], limit=10)

    known = compare_removal(BEFORE, [20, 50, 10, 40, 10])
    assert (found.patients, found.below_limit, found.left_out) == (5, 2, 1)
    assert found.ratio.value < known.ratio.value
    assert found.test == "exact_signs"


def test_limits_hold_the_true_ratio_as_often_as_they_say() -> None:
    rng, held = np.random.default_rng(1), 0
    for _trial in range(300):
        before = np.exp(rng.normal(6, 1, 8))
        found = compare_removal(before, before * 0.3 * np.exp(rng.normal(0, 0.5, 8)))
        held += found.ratio.holds(0.3)

    assert 0.92 <= held / 300 <= 0.98


def test_limits_hold_it_with_loads_below_the_limit_too() -> None:
    rng, held = np.random.default_rng(2), 0
    for _trial in range(40):
        before = np.exp(rng.normal(6, 0.5, 10))
        after = before * 0.1 * np.exp(rng.normal(0, 0.6, 10))
        held += compare_removal(before, after, limit=30).ratio.holds(0.1)

    assert held / 40 >= 0.88


def test_many_patients_are_tested_with_random_signs_of_a_fixed_seed() -> None:
    rng = np.random.default_rng(3)
    before, after = np.exp(rng.normal(5, 1, 30)), np.exp(rng.normal(5, 1, 30))

    found = compare_removal(before, after)

    assert found.test == "random_sign_flips"
    assert found == compare_removal(before, after)
    assert 0.01 < found.p <= 1


@pytest.mark.parametrize(
    ("before", "after", "more", "code"),
    [
        ([], [], {}, "EMPTY"),
        ([5], [4], {}, "TOO_FEW"),
        ([5, 6], [4, 5, 6], {}, "LENGTHS"),
        ([5, 6], [4, 0], {}, "ZERO_LOAD"),
        ([5, 6], [4, 0], {"limit": -1}, "LIMIT"),
        ([5, 6], [4, 3], {"level": 2}, "LEVEL"),
        ([5, 6], [4, 3], {"limit": 10}, "TOO_FEW"),
    ],
)
def test_what_cannot_be_used_is_named(
    before: list[float], after: list[float], more: dict[str, float], code: str
) -> None:
    with pytest.raises(Unusable) as refused:
        compare_removal(before, after, **more)  # type: ignore[arg-type]

    assert refused.value.code == code


def test_one_patient_above_the_limit_is_too_few() -> None:
    with pytest.raises(NoSolution) as refused:
        compare_removal([50, 60, 70], [20, 0, 0], limit=10)

    assert refused.value.code == "TOO_FEW_ABOVE"
