"""Numbers that are none, and the sentences that say so."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from assays.numerics.refusals import Unusable, numbers, pairs


def test_numbers_come_back_as_floats() -> None:
    given = numbers([1, "2.5", 3], name="loads", lowest=0)

    assert given.dtype == np.float64
    assert given.tolist() == [1.0, 2.5, 3.0]


@pytest.mark.parametrize(
    ("values", "code", "sentence"),
    [
        ([], "EMPTY", "There are no loads."),
        ([1.0, 2.0], "TOO_FEW", "2 of the loads are too few; give at least 3."),
        ([1, math.nan, 2], "NOT_FINITE", "Number 2 of the loads is nan: no finite number."),
        ([1, 2, -math.inf], "NOT_FINITE", "Number 3 of the loads is -inf: no finite number."),
        ([1, None, 2], "NOT_FINITE", "Number 2 of the loads is nan: no finite number."),
        ([1, -2, 3], "TOO_LOW", "Number 2 of the loads is -2; none can be below 0."),
        (["<5", 1, 2], "NOT_A_NUMBER", "Not all loads are numbers: ['<5', 1, 2]."),
        ([[1, 2], [3, 4]], "SHAPE", "The loads are to be one list of numbers."),
        ([[1, 2], [3]], "NOT_A_NUMBER", "Not all loads are numbers: [[1, 2], [3]]."),
        (7.0, "SHAPE", "The loads are to be one list of numbers."),
    ],
)
def test_what_is_no_list_of_numbers_is_refused_with_its_place(
    values: Any, code: str, sentence: str
) -> None:
    with pytest.raises(Unusable) as refused:
        numbers(values, name="loads", least=3, lowest=0)

    assert refused.value.code == code
    assert str(refused.value) == sentence
    assert isinstance(refused.value, ValueError)


def test_a_pair_without_its_other_half_is_refused() -> None:
    with pytest.raises(Unusable, match="There are 2 times and 1 loads") as refused:
        pairs(np.array([1.0, 2.0]), np.array([3.0]), names=("times", "loads"))

    assert refused.value.code == "LENGTHS"
