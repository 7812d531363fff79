"""A reported value is exactly what was reported, or it is refused with a reason."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labsys.lib.quantities import (
    DECIMAL_DIGITS,
    WHOLE_DIGITS,
    Comparator,
    Quantity,
    QuantityRefused,
    parse_decimal,
    parse_quantity,
    plain,
    rounded,
    to_decimals,
)

TAKEN = [
    ("0", Comparator.EQUAL, "0"),
    ("0.0", Comparator.EQUAL, "0.0"),
    ("-0", Comparator.EQUAL, "0"),
    ("-0.00", Comparator.EQUAL, "0.00"),
    ("7.10", Comparator.EQUAL, "7.10"),
    ("007", Comparator.EQUAL, "7"),
    ("+3.5", Comparator.EQUAL, "3.5"),
    ("-12.4", Comparator.EQUAL, "-12.4"),
    (" 5.1\r\n", Comparator.EQUAL, "5.1"),
    ("<0.5", Comparator.LESS, "0.5"),
    ("< 0.5", Comparator.LESS, "0.5"),
    ("<=0.5", Comparator.AT_MOST, "0.5"),
    (">1000", Comparator.GREATER, "1000"),
    (">= 1000", Comparator.AT_LEAST, "1000"),
    ("1.2e3", Comparator.EQUAL, "1200"),
    ("1.2E-3", Comparator.EQUAL, "0.0012"),
    ("99999999999999", Comparator.EQUAL, "99999999999999"),
    ("0.0000000001", Comparator.EQUAL, "0.0000000001"),
]
REFUSED = [
    ("", "blank"),
    ("   ", "blank"),
    ("\t\n", "blank"),
    ("<", "comparator_alone"),
    (">= ", "comparator_alone"),
    ("***", "not_a_number"),
    ("---", "not_a_number"),
    ("ValueNotSet", "not_a_number"),
    ("NaN", "not_finite"),
    ("nan", "not_finite"),
    ("-NaN", "not_finite"),
    ("sNaN", "not_finite"),
    ("Infinity", "not_finite"),
    ("-inf", "not_finite"),
    ("<inf", "not_finite"),
    ("1e400", "too_large"),
    ("1e14", "too_large"),
    ("0e999", "too_large"),
    ("100000000000000", "too_large"),
    ("1e-400", "too_precise"),
    ("1e-11", "too_precise"),
    ("0.00000000001", "too_precise"),
    ("1e99999", "not_a_number"),
    ("1" * 41, "too_long"),
    ("1,5", "separator"),
    ("1,000", "separator"),
    ("1.000.000", "separator"),
    ("1 000", "separator"),
    ("1'000", "separator"),
    ("1_000", "separator"),
    ("1\u00a0000", "separator"),
    ("5.", "cut_off"),
    (".5", "cut_off"),
    (".", "not_a_number"),
    ("5.1 mmol/L", "not_a_number"),
    ("5.1H", "not_a_number"),
    ("++5", "not_a_number"),
    ("5-", "not_a_number"),
    ("0x10", "not_a_number"),
    ("٥", "not_a_number"),
    ("５", "not_a_number"),
    ("²", "not_a_number"),
    ("≤5", "not_a_number"),
    ("=<5", "not_a_number"),
    ("<>5", "not_a_number"),
    ("<<5", "not_a_number"),
    ("1\x005", "not_a_number"),
    ("positive", "not_a_number"),
]


@pytest.mark.parametrize(("raw", "comparator", "number"), TAKEN)
def test_a_clear_value_is_taken_exactly(raw: str, comparator: Comparator, number: str) -> None:
    quantity = parse_quantity(raw, unit="mmol/L")

    assert (quantity.comparator, plain(quantity.value)) == (comparator, number)


@pytest.mark.parametrize(("raw", "code"), REFUSED)
def test_an_unclear_value_is_refused_with_its_reason(raw: str, code: str) -> None:
    with pytest.raises(QuantityRefused) as refusal:
        parse_quantity(raw, unit="mmol/L")

    assert refusal.value.code == code
    assert str(refusal.value) == refusal.value.message % refusal.value.params
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize("raw", [True, 1.5, None, b"5", [5]])
def test_only_text_and_exact_numbers_are_read(raw: object) -> None:
    with pytest.raises(QuantityRefused, match="whole or decimal number"):
        parse_decimal(raw)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "raw", [10**14, -(10**14), 10**100_000, Decimal("1E+400")], ids=["15", "-15", "100001", "e400"]
)
def test_a_huge_number_is_refused_whatever_its_type(raw: int | Decimal) -> None:
    with pytest.raises(QuantityRefused) as refusal:
        parse_decimal(raw)

    assert refusal.value.code == "too_large"
    assert len(str(refusal.value)) < 150


def test_a_quantity_cannot_be_built_round_the_reader() -> None:
    with pytest.raises(QuantityRefused, match="finite"):
        Quantity(Decimal("NaN"), "mmol/L")


@given(
    st.decimals(min_value=Decimal(-(10**13)), max_value=Decimal(10**13), places=DECIMAL_DIGITS),
    st.sampled_from(list(Comparator)),
)
def test_what_is_printed_is_read_back_unchanged(value: Decimal, comparator: Comparator) -> None:
    quantity = Quantity(parse_decimal(value), "mmol/L", comparator)

    again = parse_quantity(f"{comparator}{plain(quantity.value)}", unit="mmol/L")

    assert again == quantity
    assert again.value.as_tuple() == quantity.value.as_tuple()


@given(st.text(max_size=50))
def test_any_text_is_either_read_or_refused(raw: str) -> None:
    try:
        quantity = parse_quantity(raw, unit="mmol/L")
    except QuantityRefused as refusal:
        assert refusal.code  # noqa: PT017 - both outcomes are the claim
    else:
        assert quantity.value.is_finite()
        assert quantity.value.adjusted() < WHOLE_DIGITS


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (2.675, 2, "2.68"),
        (2.665, 2, "2.66"),
        (0.5, 0, "0"),
        (1.5, 0, "2"),
        (2.5, 0, "2"),
        (-0.04, 1, "0.0"),
        (5.0, 2, "5.00"),
        (1e-30, 3, "0.000"),
        (1.005, 2, "1.00"),
        (99999999999999.0, 0, "99999999999999"),
    ],
)
def test_a_computed_number_is_rounded_half_to_even_as_printed(
    value: float, decimals: int, expected: str
) -> None:
    assert plain(rounded(value, decimals)) == expected


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e14, 1e300])
def test_a_computed_number_that_cannot_be_reported_is_refused(value: float) -> None:
    with pytest.raises(QuantityRefused):
        rounded(value, 2)


@given(st.floats(min_value=-1e9, max_value=1e9), st.integers(0, 6))
def test_rounding_moves_a_number_by_half_a_unit_at_most(value: float, decimals: int) -> None:
    result = rounded(value, decimals)

    assert abs(result - Decimal(repr(value))) <= Decimal(5).scaleb(-decimals - 1)
    assert rounded(float(result), decimals) == result
    assert -result.as_tuple().exponent == decimals  # type: ignore[operator]


def test_rounding_to_impossible_decimals_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="decimals must lie between"):
        to_decimals(Decimal(1), DECIMAL_DIGITS + 1)
