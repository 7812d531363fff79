"""What a reported text and its unit mean: a number, a code, a failed run, or nothing certain.

A comma is a decimal sign where other than three digits stand behind it, or a 0 or more than three
before it; otherwise it is a decimal or a thousands sign only where a declaration says so. A word is a code only where it is in a vocabulary,
and a unit is UCUM, or a known spelling of it, or declared to mean a UCUM code. Powers of ten
inside a unit stay in the unit: only an approved row converts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from assays.instruments.readings import Doubt
from assays.instruments.segments import is_filled
from assays.instruments.settings import Settings
from assays.instruments.unit_spellings import ucum
from assays.rules.absence import AbsentReason
from assays.rules.filing import Hold
from labsys.lib.quantities import Absent, Coded, QuantityRefused, ReportedValue, parse_quantity
from labsys.lib.units import UnitRefused, check_unit

DETECTED = "DETECTED"
NOT_DETECTED = "NOT_DETECTED"
BELOW_LIMIT = "DETECTED_BELOW_LIMIT"
ABOVE_LIMIT = "DETECTED_ABOVE_LIMIT"
ERROR = "ERROR"
# Codes that say that there is no value because the run failed.
FAILURES = frozenset({ERROR, "INVALID"})
# A word beside the flag < or >: found, and outside what is measured.
_LIMITS = {(DETECTED, "<"): BELOW_LIMIT, (DETECTED, ">"): ABOVE_LIMIT}
# No thousands begin with zero: 0,123 has a decimal comma, whatever was declared.
_THOUSANDS = re.compile(r"([<>]?=?\s*[1-9][0-9]{0,2})((?:,[0-9]{3})+)(\.[0-9]+)?")
_DIGITS_OF_THOUSANDS = 3
_DECIMAL_COMMA = re.compile(r"([<>]?=?\s*[+-]?)([0-9]+),([0-9]+)((?:[eE][+-]?[0-9]+)?)")
# .5 and ,5: nothing else can stand before the sign than a 0.
_NO_WHOLE = re.compile(r"([<>]?=?\s*[+-]?)([.,][0-9]+(?:[eE][+-]?[0-9]+)?)")
# 173.: some write whole numbers so.
_NO_FRACTION = re.compile(r"([<>]?=?\s*[+-]?[0-9]+)\.")
_ONE_CHARACTER = str.maketrans({"≤": "<=", "≥": ">="})
# 2.52E+3 (3.40): behind a number its decimal logarithm, which is found to be that.
_WITH_LOGARITHM = re.compile(
    r"([0-9]{1,20}(?:\.[0-9]{1,20})?(?:[eE][+-]?[0-9]{1,3})?) ?\(([0-9]{1,3}\.[0-9]{1,4})\)"
)
_WITH_UNIT = re.compile(
    r"([<>≤≥]?=?\s*[+-]?[0-9][0-9.,]*(?:[eE][+-]?[0-9]+)?)(?:\s+(?=\S)|(?=[^\W\d]|%))(.+)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """How an instrument writes values. `flag_words` are what a flag says where the value is one of
    `placeholders`; `units_of` are units by test code, for results without one; `no_units` is what
    stands where a unit would, and is none."""

    words: Mapping[str, str] = field(default_factory=dict)
    flag_words: Mapping[str, str] = field(default_factory=dict)
    placeholders: frozenset[str] = frozenset()
    units: Mapping[str, str] = field(default_factory=dict)
    units_of: Mapping[str, str] = field(default_factory=dict)
    no_units: frozenset[str] = frozenset()
    has_decimal_comma: bool = False
    has_thousands_comma: bool = False
    has_unit_in_value: bool = False
    has_logarithm: bool = False

    def with_settings(self, settings: Settings) -> Spelling:
        """Return the spelling of one instrument: what it is set to goes before its driver."""
        thousands = settings.thousands_comma
        # Of two meanings of one comma, the instrument's own goes before the family's.
        decimal = False if thousands and settings.decimal_comma is None else settings.decimal_comma
        return replace(
            self,
            words={**self.words, **settings.words},
            units={**self.units, **settings.units},
            units_of={**self.units_of, **settings.units_of},
            has_decimal_comma=self.has_decimal_comma if decimal is None else decimal,
            has_thousands_comma=(self.has_thousands_comma if thousands is None else thousands)
            and not decimal,
        )


@dataclass(frozen=True, slots=True)
class Understood:
    """A value, or None; `doubts` say what is not certain."""

    value: ReportedValue | None
    doubts: tuple[Doubt, ...] = ()


def understand(
    raw: str, raw_unit: str, spelling: Spelling, *, code: str = "", flags: str = ""
) -> Understood:
    """Say what a text reported for the test `code` means."""
    text = raw.strip()
    said = flags.split()
    if text in spelling.placeholders:
        of_flag = [spelling.flag_words[one] for one in said if one in spelling.flag_words]
        return _word(of_flag[0], said) if len(set(of_flag)) == 1 else _no_number(code, raw_unit)
    if text in spelling.words:
        return _word(spelling.words[text], said)
    unit = raw_unit.strip()
    if spelling.has_logarithm:
        text = _without_logarithm(text)
    found = _WITH_UNIT.fullmatch(text)
    if found is not None and (spelling.has_unit_in_value or _is_its_unit(found[2], unit)):
        text, unit = found.groups()
    return _number(text, unit, spelling, code)


def _without_logarithm(text: str) -> str:
    """Leave out the decimal logarithm behind a number, where it is that and nothing else."""
    found = _WITH_LOGARITHM.fullmatch(text)
    if found is None:
        return text
    number, said = Decimal(found[1]), Decimal(found[2])
    # Rounded or cut off to its last digit, of which there are two at least.
    step = Decimal(1).scaleb(-len(found[2].partition(".")[2]))
    is_it = number > 0 and step <= Decimal("0.01") and abs(number.log10() - said) < step
    return found[1] if is_it else text


def _is_its_unit(text: str, unit: str) -> bool:
    """Whether what stands behind a number can only be its unit: no other is said elsewhere."""
    meant = ucum(text)
    if is_filled(unit):
        return meant == ucum(unit)
    is_one = text == "%" or ("/" in text and (meant.startswith("10*") or not meant[0].isdigit()))
    if not is_one:
        return False
    try:
        check_unit(meant)
    except UnitRefused:
        return False
    return True


def _word(code: str, flags: list[str]) -> Understood:
    if code in FAILURES:
        return Understood(Absent(AbsentReason.ERROR.value))
    limits = {_LIMITS[code, flag] for flag in flags if (code, flag) in _LIMITS}
    return Understood(Coded(limits.pop() if len(limits) == 1 else code, ""))


def _number(text: str, raw_unit: str, spelling: Spelling, code: str) -> Understood:
    plain = _plain(_written_out(text), spelling)
    if plain is None:
        return _no_number(code, raw_unit)
    unit, doubts = _unit(raw_unit, spelling, code)
    try:
        return Understood(parse_quantity(plain, unit=unit), doubts)
    except QuantityRefused:
        return _no_number(code, raw_unit)


def _written_out(text: str) -> str:
    """Write what means one thing as all others write it: ≥5 as >=5, .5 as 0.5."""
    text = text.translate(_ONE_CHARACTER)
    found = _NO_WHOLE.fullmatch(text)
    return f"{found[1]}0{found[2]}" if found is not None else text


def _plain(text: str, spelling: Spelling) -> str | None:
    """Write a number with a decimal point and no other sign; None where it may be read two ways."""
    if spelling.has_decimal_comma:
        if "." in text:
            return None
        found = _DECIMAL_COMMA.fullmatch(text)
        return _with_point(found) if found is not None else text
    if (found := _NO_FRACTION.fullmatch(text)) is not None:
        return found[1]
    if spelling.has_thousands_comma:
        return text.replace(",", "") if _THOUSANDS.fullmatch(text) is not None else text
    found = _DECIMAL_COMMA.fullmatch(text)
    return _with_point(found) if found is not None and _is_decimal(found) else text


def _is_decimal(found: re.Match[str]) -> bool:
    """Whether a comma can only be a decimal sign: it sets off no thousands where it stands."""
    whole, fraction = found[2], found[3]
    begins_none = whole == "0" or (len(whole) > _DIGITS_OF_THOUSANDS and whole[0] != "0")
    return len(fraction) != _DIGITS_OF_THOUSANDS or begins_none


def _with_point(found: re.Match[str]) -> str:
    return f"{found[1]}{found[2]}.{found[3]}{found[4]}"


def _unit(raw: str, spelling: Spelling, code: str) -> tuple[str, tuple[Doubt, ...]]:
    """Return the unit in UCUM. A missing one stays empty: filing holds what needs a unit."""
    if raw in spelling.units:
        return spelling.units[raw], ()
    if raw in ("", '""', *spelling.no_units):
        return spelling.units_of.get(code, ""), ()
    try:
        if raw.isdigit() and raw != "1":  # the number of a unit in the instrument's own list
            raise UnitRefused("unit_syntax", "")
        return check_unit(ucum(raw)), ()
    except UnitRefused:
        expected = spelling.units_of.get(code, "UCUM")
        return raw, (Doubt(Hold.UNIT, {"unit": raw[:40], "assay": code, "expected": expected}),)


def _no_number(code: str, unit: str) -> Understood:
    params = {"assay": code, "expected": unit.strip()[:40] or "—"}
    return Understood(None, (Doubt(Hold.NOT_A_NUMBER, params),))
