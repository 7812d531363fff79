"""Counting nanites: what a count must hold, and which red-cell values a load can be made from."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal

from labsys.lib.quantities import (
    DECIMAL_DIGITS,
    Comparator,
    Quantity,
    ReportedValue,
    rounded,
    to_decimals,
)
from labsys.lib.wording import Refused
from labsys.lib.wording import gettext_noop as _

RED_CELLS = "RBC"
RATIO = "NANITE-RATIO"
LOAD = "NANITE-LOAD"
METHOD_VERSION = 1
MOST_FIELDS = 500
MOST_CELLS = 100_000

# One definition in powers of ten, cells per volume; a unit that needs judgement is not among them.
CELLS_PER_UL: dict[str, Decimal] = {
    "/uL": Decimal(1),
    "10*3/uL": Decimal(10) ** 3,
    "10*6/uL": Decimal(10) ** 6,
    "10*9/L": Decimal(10) ** 3,
    "10*12/L": Decimal(10) ** 6,
}

Field = tuple[int, int]  # red cells, nanites


class CountRefused(Refused):
    """A count that cannot be recorded as it was given."""

    def __init__(self, code: str, message: str, **params: object) -> None:
        super().__init__(code, message, **params)
        self.field = "fields_counted"


def check_fields(fields: Sequence[Field]) -> tuple[Field, ...]:
    """Return the fields of a count, each with red cells; zero nanites is a finding."""
    if not fields:
        raise CountRefused("none", _("Count at least one field."))
    if len(fields) > MOST_FIELDS:
        raise CountRefused("many", _("%(given)d fields are too many."), given=len(fields))
    for number, (red_cells, nanites) in enumerate(fields, start=1):
        if not 0 < red_cells <= MOST_CELLS:
            raise CountRefused(
                "red_cells",
                _("Field %(number)d: a field that counts holds 1 to %(most)d red cells."),
                number=number,
                most=MOST_CELLS,
            )
        if not 0 <= nanites <= MOST_CELLS:
            raise CountRefused(
                "nanites",
                _("Field %(number)d: nanites are counted from 0 to %(most)d."),
                number=number,
                most=MOST_CELLS,
            )
    return tuple(fields)


def read_fields(text: str) -> tuple[Field, ...]:
    """Read one field per line, its red cells and its nanites: `212 3`."""
    fields = []
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.replace(",", " ").replace(";", " ").split()
        if not words:
            continue
        if len(words) != 2 or not all(word.isascii() and word.isdigit() for word in words):
            raise CountRefused(
                "line",
                _(
                    "Line %(number)d: write the red cells and the nanites of one field, as in 212 3."
                ),
                number=number,
            )
        if any(len(word) > 6 for word in words):
            raise CountRefused(
                "large", _("Line %(number)d: this number is too large."), number=number
            )
        fields.append((int(words[0]), int(words[1])))
    return check_fields(fields)


def red_cells_per_ul(value: ReportedValue) -> Decimal | None:
    """Return a concentration a load can be made from, or None: censored, absent, zero, other unit."""
    if not isinstance(value, Quantity) or value.comparator is not Comparator.EQUAL:
        return None
    factor = CELLS_PER_UL.get(value.unit)
    return value.value * factor if factor is not None and value.value > 0 else None


def reported(value: float, high: float, *, seen: int, decimals: int, unit: str) -> Quantity:
    """Return an estimate as it is reported, from its value and the upper of its 95 % limits.

    Nobody knows that there is none where none was seen: this is reported as less than the upper limit,
    rounded up, so that it holds. A few that were seen are not 0 because of rounding.
    """
    if seen == 0:
        bound = to_decimals(rounded(high, DECIMAL_DIGITS), decimals, ROUND_CEILING)
        return Quantity(bound, unit, Comparator.LESS)
    found = rounded(value, decimals)
    if found == 0:
        return Quantity(Decimal(1).scaleb(-decimals), unit, Comparator.LESS)
    return Quantity(found, unit)
