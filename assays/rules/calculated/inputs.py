"""Reading the inputs of a calculation: a number in the documented unit, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from numbers import Integral, Real
from typing import Any

from assays.rules.calculated.definitions import SENTENCES, Input, Reason
from labsys.lib.quantities import (
    Absent,
    Comparator,
    Quantity,
    QuantityRefused,
    parse_quantity,
    plain,
)
from labsys.lib.units import Conversion

PRECISION_DIGITS = 34
# The digits to which declared factors are kept: more would show where 1/18 was cut off.
CONVERSION_DIGITS = 28


@dataclass(frozen=True, slots=True)
class Refused:
    """One reason against a calculation, as a code and as a sentence with its parameters apart."""

    code: Reason
    message: str
    params: Mapping[str, object]

    @property
    def sentence(self) -> str:
        return self.message % self.params


def refused(reason: Reason, **params: object) -> Refused:
    return Refused(reason, SENTENCES[reason], params)


def read(given: Any, wanted: Input, *, conversions: Sequence[Conversion] = ()) -> Decimal | Refused:
    """Return the number an input stands for, in its documented unit."""
    if isinstance(given, str):
        try:
            given = parse_quantity(given, unit=wanted.unit)
        except QuantityRefused as error:
            blank = error.code == "blank"
            reason = Reason.MISSING_INPUT if blank else _why_unreadable(error)
            return refused(reason, input=wanted.words)
    if given is None or isinstance(given, Absent):
        return refused(Reason.MISSING_INPUT, input=wanted.words)
    if isinstance(given, Quantity):
        value = _of_quantity(given, wanted, conversions)
    else:
        value = _of_number(given, wanted)
    return value if isinstance(value, Refused) else _bounded(value, wanted)


def _why_unreadable(error: QuantityRefused) -> Reason:
    return Reason.NOT_FINITE if error.code == "not_finite" else Reason.NOT_A_NUMBER


def _of_quantity(
    given: Quantity, wanted: Input, conversions: Sequence[Conversion]
) -> Decimal | Refused:
    if given.comparator is not Comparator.EQUAL:
        return refused(Reason.CENSORED_INPUT, input=wanted.words, value=str(given))
    if given.unit == wanted.unit:
        return given.value
    declared = [
        Conversion("declared", 1, other.unit, wanted.unit, other.factor)
        for other in wanted.others
        if other.unit == given.unit
    ]
    approved = [one for one in conversions if (one.from_unit, one.to_unit) == _way(given, wanted)]
    for row in approved or declared:
        with localcontext(prec=CONVERSION_DIGITS):
            return given.value * row.factor + row.offset
    return refused(
        Reason.UNIT_NOT_CONVERTIBLE, input=wanted.words, unit=given.unit, expected=wanted.unit
    )


def _way(given: Quantity, wanted: Input) -> tuple[str, str]:
    return given.unit, wanted.unit


def _of_number(given: Any, wanted: Input) -> Decimal | Refused:
    # The shortest decimal form of a float: the digits a person saw, not those of its bits.
    if isinstance(given, bool) or not isinstance(given, Real | Decimal):
        return refused(Reason.NOT_A_NUMBER, input=wanted.words)
    if isinstance(given, Integral):
        given = int(given)
    try:
        exact = given if isinstance(given, int | Decimal) else repr(float(given))
    except OverflowError:  # a fraction beyond every float
        return refused(Reason.NOT_FINITE, input=wanted.words)
    value = Decimal(exact)
    is_lost = not value and given != 0  # a fraction below every float
    if is_lost or not value.is_finite() or (value and abs(value.adjusted()) > PRECISION_DIGITS):
        return refused(Reason.NOT_FINITE, input=wanted.words)
    return value


def _bounded(value: Decimal, wanted: Input) -> Decimal | Refused:
    if value < 0 and not wanted.is_signed:
        return refused(Reason.NEGATIVE_INPUT, input=wanted.words)
    if value == 0 and wanted.is_above_zero:
        return refused(Reason.ZERO_INPUT, input=wanted.words)
    return value


def shown(value: object) -> str:
    """Write down what was given, as it was given."""
    if isinstance(value, tuple):
        return ", ".join(map(shown, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return plain(value) if isinstance(value, Decimal) else str(value)
