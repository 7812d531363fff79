"""Everything a reported value may truly be: one number, or all those its comparator leaves."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from labsys.lib.quantities import Comparator, Quantity


class Side(StrEnum):
    """Where a value lies against an interval whose limits are inside."""

    BELOW = "below"
    INSIDE = "inside"
    ABOVE = "above"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Span:
    """From ``low`` to ``high``; None is without end; an open end does not hold its limit."""

    low: Decimal | None
    high: Decimal | None
    is_low_open: bool = False
    is_high_open: bool = False

    @property
    def is_empty(self) -> bool:
        if self.low is None or self.high is None or self.low < self.high:
            return False
        return self.low > self.high or self.is_low_open or self.is_high_open


def span_of(quantity: Quantity, *, floor: Decimal = Decimal(0)) -> Span:
    """Return what ``<0.5`` leaves possible: nothing measured here lies below ``floor``."""
    value = quantity.value
    match quantity.comparator:
        case Comparator.LESS:
            return Span(floor, value, is_high_open=True)
        case Comparator.AT_MOST:
            return Span(floor, value)
        case Comparator.GREATER:
            return Span(value, None, is_low_open=True)
        case Comparator.AT_LEAST:
            return Span(value, None)
    return Span(value, value)


def side_of(span: Span, low: Decimal | None, high: Decimal | None) -> Side:
    """Place a span against [low, high]; a limit of None does not bound."""
    if span.is_empty:
        return Side.UNDECIDED
    if low is not None and _ends_before(span, low):
        return Side.BELOW
    if high is not None and _starts_after(span, high):
        return Side.ABOVE
    holds_low = low is None or (span.low is not None and span.low >= low)
    holds_high = high is None or (span.high is not None and span.high <= high)
    return Side.INSIDE if holds_low and holds_high else Side.UNDECIDED


def _ends_before(span: Span, limit: Decimal) -> bool:
    if span.high is None:
        return False
    return span.high < limit or (span.is_high_open and span.high == limit)


def _starts_after(span: Span, limit: Decimal) -> bool:
    if span.low is None:
        return False
    return span.low > limit or (span.is_low_open and span.low == limit)
