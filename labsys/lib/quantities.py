"""Reported values: a comparator, an exact decimal and a unit; or a code; or a text.

Reading is strict. A value that could be read in two ways (``1,5``), that is cut off (``5.``),
that is not a number (``***``) or that cannot be held exactly is refused with a sentence that
says what is wrong, never repaired. A blank is never zero, and zero is a value.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from enum import StrEnum
from typing import NoReturn

from labsys.lib.wording import Refused
from labsys.lib.wording import gettext_noop as _

# What a numeric(24, 10) column holds exactly; the result tables use the same two numbers.
WHOLE_DIGITS = 14
DECIMAL_DIGITS = 10
MAX_LENGTH = 40

_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,4})?\Z")
_COMPARATOR = re.compile(r"(<=|>=|<|>)?[ \t]*(.*)\Z", re.DOTALL)
_NOT_A_NUMBER = frozenset({"nan", "snan", "inf", "infinity"})
_EXACT = Context(prec=WHOLE_DIGITS + DECIMAL_DIGITS + 2, rounding=ROUND_HALF_EVEN)


class QuantityRefused(Refused):
    """A reported value that cannot be taken as it stands."""


class Comparator(StrEnum):
    """How the printed number bounds the true value; no comparator means equal to it."""

    EQUAL = ""
    LESS = "<"
    AT_MOST = "<="
    GREATER = ">"
    AT_LEAST = ">="


@dataclass(frozen=True, slots=True)
class Quantity:
    """A measured value, exactly as it was reported."""

    value: Decimal
    unit: str
    comparator: Comparator = Comparator.EQUAL

    def __post_init__(self) -> None:
        check_bounds(self.value)

    def __str__(self) -> str:
        return f"{self.comparator}{plain(self.value)} {self.unit}".rstrip()


@dataclass(frozen=True, slots=True)
class Coded:
    """A value chosen from a code system, such as a nanite type."""

    code: str
    system: str


@dataclass(frozen=True, slots=True)
class Text:
    """A value in words."""

    text: str


@dataclass(frozen=True, slots=True)
class Absent:
    """No value, and why: the specimen clotted, the analyser failed."""

    reason: str


ReportedValue = Quantity | Coded | Text | Absent


def plain(value: Decimal) -> str:
    """Write a decimal without an exponent, keeping its trailing zeros."""
    return format(value, "f")


def parse_quantity(raw: str, *, unit: str) -> Quantity:
    """Read ``raw`` such as ``"7.10"`` or ``"< 0.5"`` as a quantity in ``unit``."""
    text = raw.strip(" \t\r\n")
    if not text:
        raise QuantityRefused("blank", _("The value is blank; a blank is not zero."))
    match = _COMPARATOR.match(text)
    assert match is not None  # the pattern matches every string
    comparator = Comparator(match.group(1) or "")
    if comparator and not match.group(2):
        raise QuantityRefused(
            "comparator_alone", _("“%(raw)s” has no number after it."), raw=_shown(text)
        )
    return Quantity(parse_decimal(match.group(2)), unit, comparator)


def parse_decimal(raw: str | int | Decimal) -> Decimal:
    """Read one number exactly; binary floats are not accepted, they have lost digits already."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | Decimal):
        raise QuantityRefused(
            "type", _("A value is written as text or as a whole or decimal number.")
        )
    if isinstance(raw, str):
        value = _read(raw.strip(" \t\r\n"))
    elif isinstance(raw, int):
        if abs(raw) >= 10**WHOLE_DIGITS:  # before str(), which is slow for a huge integer
            _refuse_size(_("this whole number"))
        value = Decimal(raw)
    else:
        value = raw
    check_bounds(value)
    # -0 would print as a negative result; its sign says nothing.
    return value.copy_abs() if value == 0 else value


def check_bounds(value: Decimal) -> None:
    """Refuse what is not finite or does not fit the columns without rounding."""
    if not value.is_finite():
        raise QuantityRefused("not_finite", _("“%(raw)s” is not a finite number."), raw=str(value))
    shown = _shown(str(value))
    if value != 0 and value.adjusted() >= WHOLE_DIGITS:
        _refuse_size(shown)
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > DECIMAL_DIGITS:
        raise QuantityRefused(
            "too_precise",
            _("“%(raw)s” has more than %(limit)d decimal places."),
            raw=shown,
            limit=DECIMAL_DIGITS,
        )
    if isinstance(exponent, int) and exponent >= WHOLE_DIGITS:
        _refuse_size(shown)  # 0E+999 is zero, and still nothing an instrument means


def rounded(value: float, decimals: int) -> Decimal:
    """Turn a computed float into a reportable decimal; numerics enter a result only here.

    Rounds half to even on the float's shortest decimal form, so that what a person sees printed
    is what was rounded (2.675 -> 2.68, although its binary form lies below). Half to even is
    rule A of ISO 80000-1 annex B and the method of ASTM E29: it does not push the mean of many
    results upwards. Negative zero becomes zero.
    """
    if not math.isfinite(value):
        raise QuantityRefused("not_finite", _("“%(raw)s” is not a finite number."), raw=str(value))
    return to_decimals(Decimal(repr(float(value))), decimals)


def to_decimals(value: Decimal, decimals: int, rounding: str = ROUND_HALF_EVEN) -> Decimal:
    """Round an exact decimal to a number of decimal places, half to even if not said otherwise."""
    if not 0 <= decimals <= DECIMAL_DIGITS:
        raise ValueError(f"decimals must lie between 0 and {DECIMAL_DIGITS}, not {decimals}")
    try:
        result = value.quantize(Decimal(1).scaleb(-decimals), rounding, context=_EXACT)
    except InvalidOperation:
        _refuse_size(_shown(str(value)))
    check_bounds(result)
    return result.copy_abs() if result == 0 else result


def _read(text: str) -> Decimal:
    if not text:
        raise QuantityRefused("blank", _("The value is blank; a blank is not zero."))
    if len(text) > MAX_LENGTH:
        raise QuantityRefused(
            "too_long", _("A number of %(length)d characters is too long."), length=len(text)
        )
    if text.lstrip("+-").lower() in _NOT_A_NUMBER:
        raise QuantityRefused("not_finite", _("“%(raw)s” is not a finite number."), raw=text)
    if not _NUMBER.match(text):
        raise _not_a_number(text)
    return Decimal(text)


def _not_a_number(text: str) -> QuantityRefused:
    digits_and = text.lstrip("+-")
    if re.fullmatch(r"[0-9][0-9., '\u00a0\u202f_]*[0-9]", digits_and) and not text.isdigit():
        return QuantityRefused(
            "separator",
            _("“%(raw)s” may be read in two ways: write a decimal point and no other separator."),
            raw=_shown(text),
        )
    if re.fullmatch(r"[0-9]*\.[0-9]*", digits_and) and digits_and != ".":
        return QuantityRefused(
            "cut_off",
            _("“%(raw)s” needs a digit on both sides of the decimal point."),
            raw=_shown(text),
        )
    return QuantityRefused("not_a_number", _("“%(raw)s” is not a number."), raw=_shown(text))


def _refuse_size(shown: str) -> NoReturn:
    raise QuantityRefused(
        "too_large",
        _("“%(raw)s” has more than %(limit)d digits before the decimal point."),
        raw=shown,
        limit=WHOLE_DIGITS,
    )


def _shown(text: str) -> str:
    return text if len(text) <= MAX_LENGTH else text[: MAX_LENGTH - 1] + "…"
