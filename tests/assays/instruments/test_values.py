"""What a text and a unit mean."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assays.instruments import settings
from assays.instruments.values import Spelling, understand
from labsys.lib.quantities import Absent, Coded, Comparator, Quantity

COPIES = "{copies}/mL"
BOOK = Spelling()
COMMA = Spelling(has_decimal_comma=True)
THOUSANDS = Spelling(has_thousands_comma=True)
IN_VALUE = Spelling(has_unit_in_value=True, units={"cp/mL": COPIES})
WORDS = Spelling(
    words={"Not detected": "NOT_DETECTED", "FOUND": "DETECTED", "ERREUR": "ERROR", "Bad": "INVALID"}
)
PLACEHOLDER = Spelling(
    placeholders=frozenset({"ValueNotSet"}),
    flag_words={"ND": "NOT_DETECTED", "BT": "DETECTED_BELOW_LIMIT"},
)


def holds(spelling: Spelling, text: str, unit: str = "g/L", flags: str = "") -> list[str]:
    found = understand(text, unit, spelling, code="X", flags=flags)
    return [doubt.hold.value for doubt in found.doubts]


@pytest.mark.parametrize(
    ("spelling", "text", "number", "comparator"),
    [
        (BOOK, "7.10", "7.10", ""),
        (BOOK, " 7.1 ", "7.1", ""),
        (BOOK, "< 40", "40", "<"),
        (BOOK, ">8", "8", ">"),
        (BOOK, "<=0.5", "0.5", "<="),
        (BOOK, "-1.3", "-1.3", ""),
        (BOOK, "3.26E+05", "326000", ""),
        (BOOK, "60,96", "60.96", ""),
        (BOOK, "< 1,2345", "1.2345", "<"),
        (BOOK, "0,123", "0.123", ""),
        (BOOK, "<0,500", "0.500", "<"),
        (BOOK, "1234,567", "1234.567", ""),
        (BOOK, "≥5", "5", ">="),
        (BOOK, "≤ 5,5", "5.5", "<="),
        (BOOK, ".5", "0.5", ""),
        (BOOK, "173.", "173", ""),
        (BOOK, "< 5.", "5", "<"),
        (BOOK, "5.4 g/L", "5.4", ""),
        (BOOK, "<5.4g/L", "5.4", "<"),
        (BOOK, "<.05", "0.05", "<"),
        (BOOK, "-,25", "-0.25", ""),
        (COMMA, ",5", "0.5", ""),
        (COMMA, "60,96", "60.96", ""),
        (COMMA, "60,961", "60.961", ""),
        (COMMA, "-10,5", "-10.5", ""),
        (COMMA, ">8", "8", ">"),
        (COMMA, "< 0,5", "0.5", "<"),
        (THOUSANDS, "161,152", "161152", ""),
        (THOUSANDS, "> 10,000,000", "10000000", ">"),
        (THOUSANDS, "1,234.5", "1234.5", ""),
        (THOUSANDS, "32", "32", ""),
    ],
)
def test_a_number_is_exact_and_keeps_its_comparator(
    spelling: Spelling, text: str, number: str, comparator: str
) -> None:
    found = understand(text, "g/L", spelling)

    assert found.value == Quantity(Decimal(number), "g/L", Comparator(comparator))
    assert found.doubts == ()


@pytest.mark.parametrize(
    ("spelling", "text"),
    [
        (BOOK, "161,152"),
        (BOOK, "161,152E3"),
        (BOOK, "00,123"),
        (BOOK, "0123,456"),
        (BOOK, "."),
        (BOOK, "<>5"),
        (COMMA, ".5"),
        (BOOK, "1,234,567"),
        (BOOK, "1,23.4"),
        (BOOK, "***.**"),
        (BOOK, "---"),
        (BOOK, ""),
        (BOOK, "ValueNotSet"),
        (BOOK, "nan"),
        (BOOK, "5.."),
        (COMMA, "5."),
        (BOOK, "1 234"),
        (BOOK, "<"),
        (BOOK, "5.4 mg/L"),
        (BOOK, "5.4g/L H"),
        (BOOK, "5^4"),
        (BOOK, "\u0665"),
        (COMMA, "60.96"),
        (COMMA, "1.234,5"),
        (COMMA, "161,152,000"),
        (THOUSANDS, "60,96"),
        (THOUSANDS, "1234,567"),
        (WORDS, "not detected"),
    ],
)
def test_what_may_be_read_two_ways_or_is_no_number_is_doubted(
    spelling: Spelling, text: str
) -> None:
    assert understand(text, "g/L", spelling).value is None
    assert holds(spelling, text) == ["NOT_A_NUMBER"]


@pytest.mark.parametrize(
    ("text", "flags", "value"),
    [
        ("Not detected", "", Coded("NOT_DETECTED", "")),
        ("FOUND", "", Coded("DETECTED", "")),
        ("FOUND", "<", Coded("DETECTED_BELOW_LIMIT", "")),
        ("FOUND", "A >", Coded("DETECTED_ABOVE_LIMIT", "")),
        ("FOUND", "< >", Coded("DETECTED", "")),
        ("Not detected", "<", Coded("NOT_DETECTED", "")),
        ("ERREUR", "A", Absent("error")),
        ("Bad", "", Absent("error")),
    ],
)
def test_a_word_of_the_vocabulary_is_a_code_or_a_failed_run(
    text: str, flags: str, value: Coded | Absent
) -> None:
    found = understand(text, "g/L", WORDS, flags=flags)

    assert (found.value, found.doubts) == (value, ())


def test_a_placeholder_says_what_its_flag_says_and_otherwise_nothing() -> None:
    assert understand("ValueNotSet", "", PLACEHOLDER, flags="ND").value == Coded("NOT_DETECTED", "")
    assert understand("ValueNotSet", "", PLACEHOLDER, flags="BT").value == Coded(
        "DETECTED_BELOW_LIMIT", ""
    )
    assert holds(PLACEHOLDER, "ValueNotSet") == ["NOT_A_NUMBER"]
    assert holds(PLACEHOLDER, "ValueNotSet", flags="ND BT") == ["NOT_A_NUMBER"]


def test_a_unit_behind_the_number_goes_before_that_of_its_field() -> None:
    found = understand("3.26E+05 cp/mL", "1/mL", IN_VALUE)

    assert found.value == Quantity(Decimal("3.26E+5"), COPIES)
    assert understand("40", "1/mL", IN_VALUE).value == Quantity(Decimal(40), "1/mL")


@pytest.mark.parametrize(
    ("unit", "meant", "expected"),
    [
        ("mmol/L", "mmol/L", []),
        ("Copies / mL", COPIES, []),
        ("10*-1.{copies}/mL", "10*-1.{copies}/mL", []),
        ("", "", []),
        ("Copies per mL", "Copies per mL", ["UNIT"]),
        ("G/l.", "G/l.", ["UNIT"]),
        ("17", "17", ["UNIT"]),
        ("1", "1", []),
        ("x10^3/µL", "10*3/uL", []),
        ("10E9/l", "10*9/L", []),
        ("10³/μl", "10*3/uL", []),
        ("µmol/l", "umol/L", []),
        ("uIU/ml", "u[IU]/mL", []),
        ("sec", "s", []),
        ("K/µL", "10*3/uL", []),
        ("M/ul", "10*6/uL", []),
        ("copies/mL", "{copies}/mL", []),
        ("mm/hr", "mm/h", []),
        ("UI/L", "[IU]/L", []),
        ("10³/mm³", "10*3/mm3", []),
        ("10^6 /uL", "10*6/uL", []),
        ("Sec", "s", []),
        ("ng/mL FEU", "ng/mL FEU", ["UNIT"]),
        ("/HPF", "/[HPF]", []),
        ("mL/min/1.73m2", "mL/min/{1.73_m2}", []),
        ("mMol/L", "mMol/L", []),
    ],
)
def test_a_unit_is_ucum_or_declared_or_doubted(unit: str, meant: str, expected: list[str]) -> None:
    spelling = Spelling(units={"Copies / mL": COPIES})

    assert understand("5", unit, spelling).value == Quantity(Decimal(5), meant)
    assert holds(spelling, "5", unit) == expected


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("5.4 mmol/l", "5.4", "mmol/L"),
        ("≥ 12 %", "12", "%"),
        ("3.26E+05 copies/mL", "326000", "{copies}/mL"),
        ("7.1 x10E3/uL", "7.1", "10*3/uL"),
        ("12%", "12", "%"),
        ("<5.4mmol/L", "5.4", "mmol/L"),
        ("5.4 mUI/ml", "5.4", "m[IU]/mL"),
    ],
)
def test_a_unit_behind_the_number_is_read_where_none_stands_elsewhere(
    text: str, number: str, unit: str
) -> None:
    value = understand(text, "", BOOK).value

    assert isinstance(value, Quantity)
    assert (value.value, value.unit) == (Decimal(number), unit)


@pytest.mark.parametrize(
    "text", ["5.4 H", "5.4H", "1+", "1/128", "5 5", "5.4 a b/c", "1 1/2", "5.4 mmol/L H", "5 1/L"]
)
def test_what_else_stands_behind_a_number_is_doubted(text: str) -> None:
    assert holds(BOOK, text, "") == ["NOT_A_NUMBER"]


def test_what_an_instrument_is_set_to_goes_before_its_driver() -> None:
    given = {
        "decimal_comma": True,
        "words": {"NEGATIF": "NOT_DETECTED"},
        "units": {"cop": COPIES},
        "units_of": {"INR": "1"},
    }
    spelling = THOUSANDS.with_settings(settings.read(given))

    assert understand("161,152", "cop", spelling).value == Quantity(Decimal("161.152"), COPIES)
    assert understand("NEGATIF", "", spelling).value == Coded("NOT_DETECTED", "")
    assert understand("1,1", "", spelling, code="INR").value == Quantity(Decimal("1.1"), "1")
