"""How two values of one person differ: better, worse, or no further apart than by chance or by what matters.

A change counts where it is beyond the reference change value of its assay *and* as large as the smallest
change that matters. A value that is only known to lie below (or above) a limit leaves several answers
possible; all of them are returned, and none is chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, localcontext
from enum import StrEnum
from functools import lru_cache

from assays.rules.benefit_measures import Better, Measure
from assays.rules.delta_check import DeltaRule, rcv_factors
from assays.rules.reference_change import PRECISION, DeltaRefused, Factors
from assays.rules.spans import Span, span_of
from labsys.lib.quantities import Comparator, Quantity, QuantityRefused
from labsys.lib.units import Conversion


class Change(StrEnum):
    BETTER = "BETTER"
    WORSE = "WORSE"
    NONE = "NONE"  # within chance, or smaller than what matters


class Obstacle(StrEnum):
    """Why two values are not compared."""

    NO_CONVERSION = "NO_CONVERSION"
    NO_CV = "NO_CV"
    ASSAYS_DIFFER = "ASSAYS_DIFFER"
    NOT_POSITIVE = "NOT_POSITIVE"


@dataclass(frozen=True, slots=True)
class Value:
    """One numeric result, with the CVs of the assay version it was measured by, in per cent.

    ``known_at``: since when it is released; ``replaced_at``: since when a correction is on record.
    """

    id: int
    analyte: str
    quantity: Quantity
    collected_at: datetime
    known_at: datetime
    assay: int
    cv_method: Decimal | None = None
    cv_within: Decimal | None = None
    replaced_at: datetime | None = None

    def is_known(self, at: datetime) -> bool:
        """Whether it was released at a moment, and no correction of it was on record."""
        return self.known_at <= at and (self.replaced_at is None or self.replaced_at > at)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`earlier` against `later`: what the change may be, by which factors chance alone moves a value.

    ``percent`` is the change of two exact values. Without ``possible`` there is an `obstacle`.
    """

    earlier: Value
    later: Value
    possible: frozenset[Change] = frozenset()
    obstacle: Obstacle | None = None
    factors: Factors | None = None
    percent: Decimal | None = None

    @property
    def change(self) -> Change | None:
        """The change, where the two values leave one alone."""
        return next(iter(self.possible)) if len(self.possible) == 1 else None

    @property
    def reads(self) -> frozenset[Change]:
        """What has to be reckoned with; anything, where the two could not be compared."""
        return self.possible or frozenset(Change)


def compare(
    measure: Measure, earlier: Value, later: Value, conversions: Sequence[Conversion]
) -> Comparison:
    """Compare two values of a measure's analyte, the CVs being the larger of the two."""
    if earlier.assay != later.assay:
        return Comparison(earlier, later, obstacle=Obstacle.ASSAYS_DIFFER)
    # CVs are those of the unit that was measured in; what matters is stated in the measure's own.
    near = in_unit(earlier.quantity, later.quantity.unit, conversions)
    converted = [in_unit(one.quantity, measure.unit, conversions) for one in (earlier, later)]
    ends = [one for one in converted if one is not None]
    if near is None or len(ends) < 2:
        return Comparison(earlier, later, obstacle=Obstacle.NO_CONVERSION)
    if _below_zero(near) or _below_zero(later.quantity) or near.value == 0:
        return Comparison(earlier, later, obstacle=Obstacle.NOT_POSITIVE)
    factors = _factors(
        _larger(earlier.cv_method, later.cv_method), _larger(earlier.cv_within, later.cv_within)
    )
    if factors is None:
        return Comparison(earlier, later, obstacle=Obstacle.NO_CV)
    with localcontext(prec=PRECISION):
        up, down = _either_way(span_of(near), span_of(later.quantity), factors)
        spans = [
            span_of(end, floor=_floor(one.quantity.unit, measure.unit, conversions))
            for one, end in zip((earlier, later), ends, strict=True)
        ]
        is_more, is_less = _matters(spans[0], spans[1], measure.smallest)
        percent = None
        if not near.comparator and not later.quantity.comparator:
            percent = (later.quantity.value / near.value - 1) * 100
    possible = _possible(_both(up, is_more), _both(down, is_less), measure.better)
    return Comparison(earlier, later, possible, factors=factors, percent=percent)


def in_unit(given: Quantity, unit: str, conversions: Sequence[Conversion]) -> Quantity | None:
    """Return a value in another unit, unrounded, by the one approved conversion; else None."""
    if given.unit == unit:
        return given
    found = [one for one in conversions if (one.from_unit, one.to_unit) == (given.unit, unit)]
    if len(found) != 1:
        return None
    with localcontext(prec=PRECISION):
        value = given.value * found[0].factor + found[0].offset
        try:
            return Quantity(round(value, 10), unit, given.comparator)
        except QuantityRefused:
            return None


Truth = bool | None  # None: not known


def _either_way(before: Span, now: Span, factors: Factors) -> tuple[Truth, Truth]:
    """Say whether the ratio of two values lies above, and below, what chance alone makes of it.

    ``before`` holds something above 0, and nothing lies below 0.
    """
    assert before.low is not None
    assert now.low is not None
    least = Decimal(0) if before.high is None else now.low / before.high
    most = None if now.high is None or before.low == 0 else now.high / before.low
    up = True if least > factors.high else False if _at_most(most, factors.high) else None
    down = True if _less(most, factors.low) else False if least >= factors.low else None
    return up, down


def _matters(before: Span, now: Span, smallest: Decimal) -> tuple[Truth, Truth]:
    """Say whether a value rose, and fell, by as much as matters."""
    assert before.low is not None
    assert now.low is not None
    least = None if before.high is None else now.low - before.high
    most = None if now.high is None else now.high - before.low
    more = True if least is not None and least >= smallest else _unless(_less(most, smallest))
    fewer = True if most is not None and most <= -smallest else _unless(_more(least, -smallest))
    return more, fewer


def _at_most(end: Decimal | None, limit: Decimal) -> bool:
    return end is not None and end <= limit


def _less(end: Decimal | None, limit: Decimal) -> bool:
    return end is not None and end < limit


def _more(end: Decimal | None, limit: Decimal) -> bool:
    return end is not None and end > limit


def _unless(is_excluded: bool) -> Truth:
    return False if is_excluded else None


def _both(one: Truth, other: Truth) -> Truth:
    if one is False or other is False:
        return False
    return True if one and other else None


def _possible(up: Truth, down: Truth, better: Better) -> frozenset[Change]:
    rise, fall = (
        (Change.BETTER, Change.WORSE) if better is Better.HIGHER else (Change.WORSE, Change.BETTER)
    )
    if up:
        return frozenset({rise})
    if down:
        return frozenset({fall})
    left = {Change.NONE}
    left |= {rise} if up is None else set()
    left |= {fall} if down is None else set()
    return frozenset(left)


def _below_zero(given: Quantity) -> bool:
    bound = given.comparator in (Comparator.LESS, Comparator.AT_MOST)
    return given.value < 0 or (bound and given.value == 0)


def _floor(unit: str, wanted: str, conversions: Sequence[Conversion]) -> Decimal:
    """Return what 0 of a unit is in another, whose zero may lie elsewhere."""
    found = in_unit(Quantity(Decimal(0), unit), wanted, conversions)
    return Decimal(0) if found is None else found.value


def _larger(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else max(one, other)


@lru_cache(maxsize=1000)
def _factors(cv_method: Decimal | None, cv_within: Decimal | None) -> Factors | None:
    if cv_method is None or cv_within is None:
        return None
    try:
        return rcv_factors(DeltaRule(cv_method_percent=cv_method, cv_within_percent=cv_within))
    except DeltaRefused:
        return None
