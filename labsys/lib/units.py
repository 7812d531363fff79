"""Units are UCUM codes compared exactly; one becomes another only by an approved row.

There is no table of built-in conversions: ``g/L`` for ``g/dL`` may be obvious, but mass to
moles needs a molar mass and activity units need a method, so every step is a versioned row
that two people have seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal, localcontext

from labsys.lib.quantities import Comparator, Quantity, to_decimals
from labsys.lib.wording import Refused
from labsys.lib.wording import gettext_noop as _

# Terms of UCUM's grammar: atoms with optional exponent, brackets and annotations. This refuses
# typing errors and separators; whether the atom exists is for the person who approves the row.
_FACTOR = r"(?:(?:10[*^]-?[0-9]+|[A-Za-z%'\"]+[A-Za-z0-9%'\"]*-?[0-9]*|[A-Za-z]*\[[A-Za-z0-9_.']+\]-?[0-9]*|[0-9]+)(?:\{[!-z|~]+\})?|\{[!-z|~]+\})"
_UCUM = re.compile(rf"/?{_FACTOR}(?:[./]{_FACTOR})*\Z")


_OUTWARD = {
    Comparator.LESS: ROUND_CEILING,
    Comparator.AT_MOST: ROUND_CEILING,
    Comparator.GREATER: ROUND_FLOOR,
    Comparator.AT_LEAST: ROUND_FLOOR,
}


class UnitRefused(Refused):
    """A unit that is unknown here, or that no approved row converts."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """An approved row: ``to = from * factor + offset``."""

    id: str
    version: int
    from_unit: str
    to_unit: str
    factor: Decimal
    offset: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        # A negative factor would turn "less than" into "more than"; none exists in the laboratory.
        if self.factor <= 0:
            raise ValueError("a conversion factor is greater than zero")


def check_unit(unit: str) -> str:
    """Return ``unit`` when it is written as a UCUM code, else refuse it."""
    if len(unit) > 50 or not _UCUM.match(unit):
        raise UnitRefused("unit_syntax", _("“%(unit)s” is not a UCUM unit."), unit=unit[:50])
    return unit


def find_conversion(rows: Iterable[Conversion], *, from_unit: str, to_unit: str) -> Conversion:
    """Return the one row that converts, refusing none and refusing several."""
    found = [row for row in rows if (row.from_unit, row.to_unit) == (from_unit, to_unit)]
    if len(found) == 1:
        return found[0]
    message = (
        _("No approved conversion leads from “%(from_unit)s” to “%(to_unit)s”.")
        if not found
        else _("Several conversions lead from “%(from_unit)s” to “%(to_unit)s”.")
    )
    code = "no_conversion" if not found else "ambiguous_conversion"
    raise UnitRefused(code, message, from_unit=from_unit, to_unit=to_unit)


def convert(quantity: Quantity, conversion: Conversion, *, decimals: int) -> Quantity:
    """Apply an approved row and round to the assay's decimals; the comparator is kept.

    A bound is rounded outward: "< 0.4 g/L" is "< 0.1 g/dL", as "< 0.0" would leave out what was said.
    """
    if quantity.unit != conversion.from_unit:
        raise UnitRefused(
            "unit_differs",
            _("The value is in “%(unit)s”, the conversion starts from “%(from_unit)s”."),
            unit=quantity.unit,
            from_unit=conversion.from_unit,
        )
    with localcontext(prec=60):  # exact for every value and factor that fit their columns
        value = quantity.value * conversion.factor + conversion.offset
    rounding = _OUTWARD.get(quantity.comparator, ROUND_HALF_EVEN)
    return Quantity(to_decimals(value, decimals, rounding), conversion.to_unit, quantity.comparator)
