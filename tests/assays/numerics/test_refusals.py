"""Numbers that are none, and the sentences that say so."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from assays.numerics.refusals import (
    Unusable,
    drawing,
    listed,
    made,
    number,
    numbers,
    pairs,
    whole,
    yes_or_no,
)


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
        (
            [1.0, 2.0, -1e160],
            "TOO_LARGE",
            "Number 3 of the loads is -1e+160: larger than can be computed with.",
        ),
        (
            np.ma.array([1.0, 2.0, 3.0], mask=[False, True, False]),
            "NOT_FINITE",
            "Number 2 of the loads is nan: no finite number.",
        ),
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


@pytest.mark.parametrize(
    "values",
    [
        np.array([0, 24, 48], dtype="timedelta64[h]"),
        np.array(["2026-01-01", "2026-01-02", "2026-01-03"], dtype="datetime64[ns]"),
        np.array([1 + 1j, 2, 3]),
        "123",
        b"123",
    ],
    ids=lambda one: str(getattr(one, "dtype", type(one).__name__)),
)
def test_moments_and_complex_numbers_are_not_taken_for_numbers_without_their_unit(
    values: Any,
) -> None:
    with pytest.raises(Unusable) as refused:
        numbers(values, name="times")

    assert refused.value.code == "NOT_A_NUMBER"


def test_one_number_comes_back_as_a_float() -> None:
    assert number(np.float32(0.5), name="level of confidence") == 0.5
    assert number(3, name="level of confidence") == 3.0


@pytest.mark.parametrize(
    "value", ["0.95", None, [0.95], True, 1j, math.nan, math.inf, 10**400, np.ones(2)], ids=repr
)
def test_what_is_not_one_number_is_refused(value: Any) -> None:
    with pytest.raises(Unusable) as refused:
        number(value, name="level of confidence")

    assert refused.value.code == "NOT_A_NUMBER"
    assert str(refused.value).startswith("The level of confidence is one number, not ")


def test_whole_numbers_are_whole() -> None:
    assert whole(np.int64(3), name="window") == 3
    for value in (3.0, True, "3", None):
        with pytest.raises(Unusable, match="The window is a whole number, not"):
            whole(value, name="window")


def test_a_pair_without_its_other_half_is_refused() -> None:
    with pytest.raises(Unusable, match="There are 2 times and 1 loads") as refused:
        pairs(np.array([1.0, 2.0]), np.array([3.0]), names=("times", "loads"))

    assert refused.value.code == "LENGTHS"


@pytest.mark.parametrize(
    ("values", "code"),
    [([1.0, 1e-320], "TOO_SMALL"), ([1.0, 1e-151], "TOO_SMALL"), ([True, False], "NOT_A_NUMBER"),
     ([b"1"], "NOT_A_NUMBER")],
)  # fmt: skip
def test_specks_yes_and_no_and_bytes_are_no_numbers(values: Any, code: str) -> None:
    with pytest.raises(Unusable) as refused:
        numbers(values, name="loads")

    assert refused.value.code == code
    assert numbers([0.0, 1e-150], name="loads").tolist() == [0.0, 1e-150]
    assert numbers([1e-320], name="p-values", smallest=0.0).tolist() == [1e-320]


def test_what_else_was_asked_for_is_named() -> None:
    assert drawing(3).random() == np.random.default_rng(3).random()
    assert listed((1, 2), name="readings") == [1, 2]
    assert made(1.5, float, name="rate", by="growth") == 1.5
    assert [yes_or_no(one, name="x") for one in (True, 0, np.bool_(True))] == [True, False, True]
    for asked, code in (
        (lambda: drawing(-1), "SEED"),
        (lambda: drawing("1"), "NOT_A_NUMBER"),
        (lambda: listed("readings", name="readings"), "NOT_A_LIST"),
        (lambda: listed({"a": 1}, name="readings"), "NOT_A_LIST"),
        (lambda: listed(None, name="readings"), "NOT_A_LIST"),
        (lambda: made(None, float, name="rate", by="growth"), "NOT_MADE"),
        (lambda: yes_or_no("no", name="x"), "NOT_YES_OR_NO"),
        (lambda: yes_or_no(2, name="x"), "NOT_YES_OR_NO"),
    ):
        with pytest.raises(Unusable) as refused:
            asked()
        assert refused.value.code == code
