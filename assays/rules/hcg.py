"""Serial choriogonadotropin (hCG): which weeks a value fits, and whether two rise as published.

Nothing here is a diagnosis, and nothing of it reaches a range: it is shown with its source, and a
gestation is only ever proposed. Figures are human ones; for another species none is established.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from assays.numerics.hcg import fastest_ratio, slowest_ratio

CODE = "HCG"
# One milliunit per millilitre is one unit per litre; no other unit is read.
UNITS = frozenset({"[IU]/L", "m[IU]/mL"})
# Serum hCG by completed weeks since the last period: first and last week, lowest and highest.
# American Pregnancy Association, "Human chorionic gonadotropin (hCG)". Wide, and of no one method.
WEEKS = (
    (3, 3, 5, 50),
    (4, 4, 5, 426),
    (5, 5, 18, 7340),
    (6, 6, 1080, 56_500),
    (7, 8, 7650, 229_000),
    (9, 12, 25_700, 288_000),
    (13, 16, 13_300, 254_000),
    (17, 24, 4060, 165_400),
    (25, 40, 3640, 117_000),
)
SOURCE_OF_WEEKS = "American Pregnancy Association, hCG by weeks since the last period"
SOURCE_OF_RISE = "Barnhart et al. Obstet Gynecol 2004;104:50-55"
# Between which intervals and up to which value two samples are compared: conventions, to be verified
# locally. The study followed women for days, and the rise slows with the value.
SHORTEST, LONGEST = timedelta(hours=20), timedelta(days=7)
HIGHEST = Decimal(10_000)
LOWEST = Decimal(5)


class Rise(StrEnum):
    """How a value stands to the one before it."""

    WITHIN = "WITHIN"
    BELOW_MINIMUM = "BELOW_MINIMUM"
    FALLING = "FALLING"
    ABOVE_MAXIMUM = "ABOVE_MAXIMUM"
    NOT_COMPARED = "NOT_COMPARED"


class Fit(StrEnum):
    """How a value stands to the published range of the gestation that is recorded."""

    CONSISTENT = "CONSISTENT"
    BELOW = "BELOW"
    ABOVE = "ABOVE"
    NOT_COMPARED = "NOT_COMPARED"


@dataclass(frozen=True, slots=True)
class Value:
    """One released value in units per litre; a comparator says that it is known only as a limit."""

    at: datetime
    value: Decimal
    comparator: str = ""

    @property
    def lowest(self) -> Decimal | None:
        """The least it can be; None where nothing bounds it from below."""
        return None if self.comparator.startswith("<") else self.value

    @property
    def highest(self) -> Decimal | None:
        return None if self.comparator.startswith(">") else self.value


@dataclass(frozen=True, slots=True)
class Gestation:
    """Every gestation that is possible, in completed days, both ends included."""

    low: int
    high: int


def weeks_of(one: Value) -> Gestation | None:
    """Return every gestation whose published range a value meets; None where it meets none.

    Levels rise and fall again, so that a value may fit early and late weeks: all between is kept.
    """
    fits = [row for row in WEEKS if _meets(one, row)]
    if not fits:
        return None
    return Gestation(7 * fits[0][0], 7 * fits[-1][1] + 6)


def published(gestation: Gestation) -> tuple[int, int] | None:
    """Return the lowest and highest published value of a gestation; None outside the weeks told."""
    rows = [row for row in WEEKS if _overlaps(gestation, row)]
    if not rows or gestation.low < 7 * WEEKS[0][0] or gestation.high > 7 * WEEKS[-1][1] + 6:
        return None
    return min(row[2] for row in rows), max(row[3] for row in rows)


def fit(one: Value, gestation: Gestation | None) -> Fit:
    """Say whether a value lies in the published range of any gestation that is possible."""
    limits = None if gestation is None else published(gestation)
    if limits is None:
        return Fit.NOT_COMPARED
    low, high = limits
    if one.highest is not None and one.highest < low:
        return Fit.BELOW
    if one.lowest is not None and one.lowest > high:
        return Fit.ABOVE
    return Fit.CONSISTENT


def rise(before: Value, after: Value) -> Rise:
    """Say how a value stands to the one before it, where the two can be compared at all."""
    elapsed = after.at - before.at
    if not SHORTEST <= elapsed <= LONGEST or before.comparator or after.comparator:
        return Rise.NOT_COMPARED
    if before.value < LOWEST or max(before.value, after.value) > HIGHEST:
        return Rise.NOT_COMPARED
    if after.value < before.value:
        return Rise.FALLING
    days = elapsed / timedelta(days=1)
    ratio = float(after.value / before.value)
    if ratio < slowest_ratio(days):
        return Rise.BELOW_MINIMUM
    return Rise.ABOVE_MAXIMUM if ratio > fastest_ratio(days) else Rise.WITHIN


def _meets(one: Value, row: tuple[int, int, int, int]) -> bool:
    _first, _last, low, high = row
    return (one.highest is None or one.highest >= low) and (
        one.lowest is None or one.lowest <= high
    )


def _overlaps(gestation: Gestation, row: tuple[int, int, int, int]) -> bool:
    return gestation.low <= 7 * row[1] + 6 and 7 * row[0] <= gestation.high
