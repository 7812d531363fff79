"""Units are compared exactly and converted only by an approved row."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labsys.lib.quantities import Quantity, parse_quantity
from labsys.lib.units import Conversion, UnitRefused, check_unit, convert, find_conversion

TO_SI = Conversion("1", 1, "mg/dL", "mmol/L", Decimal("0.05551"))
HBA1C = Conversion("2", 1, "%", "mmol/mol", Decimal("10.93"), Decimal("-23.5"))

WRITTEN_RIGHT = [
    "g/dL", "%", "10*3/uL", "10*6/uL", "10*12/L", "fL", "[IU]/L", "m[IU]/mL", "u[IU]/mL", "ukat/L",
    "mm[Hg]", "[pH]", "{INR}", "ng/mL{FEU}", "{nanites}/uL", "{nanites}/10*3{RBCs}", "mm/h", "s",
    "mL/min/{1.73_m2}", "kg.m-2", "/uL", "1",
]  # fmt: skip
WRITTEN_WRONG = [
    "", " ", "g / dL", "g//dL", "g/", "g/dL ", "µg/L", "{}", "{open", "g·L", "a;b", "x" * 51, "{ }",
]  # fmt: skip


@pytest.mark.parametrize("unit", WRITTEN_RIGHT)
def test_a_ucum_unit_is_taken(unit: str) -> None:
    assert check_unit(unit) == unit


@pytest.mark.parametrize("unit", WRITTEN_WRONG)
def test_a_unit_outside_the_grammar_is_refused(unit: str) -> None:
    with pytest.raises(UnitRefused, match="not a UCUM unit"):
        check_unit(unit)


def test_a_conversion_is_exact_and_rounded_once() -> None:
    converted = convert(parse_quantity("100", unit="mg/dL"), TO_SI, decimals=2)

    assert converted == Quantity(Decimal("5.55"), "mmol/L")


@pytest.mark.parametrize(
    ("said", "bound"),
    [("<100", "<5.56"), ("<=100", "<=5.56"), (">100", ">5.55"), (">=100", ">=5.55")],
)
def test_a_bound_is_rounded_so_that_it_leaves_out_nothing_that_was_said(
    said: str, bound: str
) -> None:
    converted = convert(parse_quantity(said, unit="mg/dL"), TO_SI, decimals=2)

    assert converted == parse_quantity(bound, unit="mmol/L")


def test_glycated_haemoglobin_converts_with_an_offset() -> None:
    converted = convert(parse_quantity("6.5", unit="%"), HBA1C, decimals=0)

    assert converted == Quantity(Decimal(48), "mmol/mol")


def test_a_value_in_another_unit_is_not_converted() -> None:
    with pytest.raises(UnitRefused, match="starts from"):
        convert(parse_quantity("5", unit="g/L"), TO_SI, decimals=2)


def test_no_row_and_two_rows_are_both_refused() -> None:
    with pytest.raises(UnitRefused, match="No approved conversion"):
        find_conversion([TO_SI], from_unit="mg/dL", to_unit="g/L")
    with pytest.raises(UnitRefused, match="Several conversions"):
        find_conversion([TO_SI, TO_SI], from_unit="mg/dL", to_unit="mmol/L")


@pytest.mark.parametrize("factor", ["0", "-1"])
def test_a_conversion_never_turns_the_scale_round(factor: str) -> None:
    with pytest.raises(ValueError, match="greater than zero"):
        Conversion("1", 1, "a", "b", Decimal(factor))


@given(st.decimals(min_value=0, max_value=10**6, places=3), st.decimals(0, 1000, places=3))
def test_a_conversion_keeps_the_order_of_values(value: Decimal, more: Decimal) -> None:
    lower = convert(Quantity(value, "mg/dL"), TO_SI, decimals=5)
    higher = convert(Quantity(value + more, "mg/dL"), TO_SI, decimals=5)

    assert lower.value <= higher.value
