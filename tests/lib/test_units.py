"""Units are compared exactly and converted only by an approved row."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labsys.lib.quantities import Comparator, Quantity, parse_quantity
from labsys.lib.units import (
    Conversion,
    UnitRefused,
    check_unit,
    convert,
    find_conversion,
    reading,
    shown,
)

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


CATALOGUE = Path(__file__).parents[2] / "assays" / "data" / "analytes.csv"
# Every unit of the shipped catalogue as it is printed on reports.
PRINTED = {
    "%": "%", "1": "", "10*3/uL": "×10³/µL", "10*6/uL": "×10⁶/µL", "U/L": "U/L", "[IU]/L": "IU/L",
    "[pH]": "pH", "fL": "fL", "g/dL": "g/dL", "mL/min/{1.73_m2}": "mL/min/1.73 m²",
    "m[IU]/L": "mIU/L", "m[IU]/mL": "mIU/mL", "mg/L": "mg/L", "mg/dL": "mg/dL", "mm/h": "mm/h",
    "mm[Hg]": "mmHg", "mmol/L": "mmol/L", "mosm/kg": "mOsm/kg", "ng/L": "ng/L", "ng/dL": "ng/dL",
    "ng/mL": "ng/mL", "ng/mL{FEU}": "ng/mL FEU", "nmol/L": "nmol/L", "pg": "pg", "pg/mL": "pg/mL",
    "s": "s", "u[IU]/mL": "µIU/mL", "ug/dL": "µg/dL", "umol/L": "µmol/L", "{INR}": "INR",
    "{copies}/mL": "copies/mL", "{nanites}/10*3{RBCs}": "nanites/10³ RBCs",
    "{nanites}/uL": "nanites/µL", "{ratio}": "ratio",
}  # fmt: skip


def test_every_unit_of_the_shipped_catalogue_is_printed_as_is_customary() -> None:
    shipped = {row["ucum"] for row in csv.DictReader(CATALOGUE.read_text("utf-8").splitlines())} - {
        ""
    }

    assert {unit: shown(unit) for unit in shipped} == {
        unit: text for unit, text in PRINTED.items() if unit in shipped
    }
    assert shipped <= set(PRINTED)


@pytest.mark.parametrize(
    ("unit", "printed"),
    [
        ("10*9/L", "×10⁹/L"),
        ("10^12/L", "×10¹²/L"),
        ("/uL", "/µL"),
        ("kg.m-2", "kg·m⁻²"),
        ("meq/L", "mEq/L"),
        ("%{total}", "% total"),
    ],
)
def test_a_known_unit_is_printed_as_is_customary(unit: str, printed: str) -> None:
    assert shown(unit) == printed


@pytest.mark.parametrize(
    "unit",
    ["", "[arb'U]/mL", "foo/L", "g/(24.h)", "g//L", ".g", "g/", "{a}{b}", "{}", "µg/L", "10*/L"],
)
def test_what_is_not_understood_stays_as_it_is(unit: str) -> None:
    assert shown(unit) == unit


@pytest.mark.parametrize("printed", sorted(set(PRINTED.values())))
def test_what_is_printed_already_stays_as_it_is(printed: str) -> None:
    assert shown(printed) == printed


@given(st.text(max_size=20))
def test_any_text_is_shown(unit: str) -> None:
    assert isinstance(shown(unit), str)


@pytest.mark.parametrize(
    ("kept", "read"),
    [
        (Quantity(Decimal("4.10"), "10*3/uL"), "4.10 ×10³/µL"),
        (Quantity(Decimal("-2"), "mmol/L", Comparator.AT_MOST), "<=-2 mmol/L"),
        (Quantity(Decimal("1.2"), "1"), "1.2"),
        ("WBC 4.1 10*3/uL", "WBC 4.1 ×10³/µL"),
        ("4.1 {odd[unit", "4.1 {odd[unit"),
        ("3.5 – 5.1", "3.5 – 5.1"),
        ("≥ 12.5", "≥ 12.5"),
        ("no_previous_value", "no_previous_value"),
        ("alb <= tp", "alb <= tp"),
        ("", ""),
    ],
)
def test_a_value_is_read_with_its_unit_as_it_is_printed(kept: object, read: str) -> None:
    assert reading(kept) == read


@given(st.text())
def test_any_text_is_read_and_no_number_is_lost(text: str) -> None:
    assert reading(text) == text or reading(text).startswith(text.rpartition(" ")[0])
