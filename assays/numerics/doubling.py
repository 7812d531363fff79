"""From a rate of growth or decay to the time of doubling or halving, with its interval."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

LN_2 = math.log(2)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its limits; a limit is None where nothing bounds the value on that side."""

    value: float
    low: float | None
    high: float | None

    def holds(self, value: float) -> bool:
        """Say whether a value lies within the limits, ends included."""
        return (self.low is None or self.low <= value) and (self.high is None or value <= self.high)

    def excludes(self, value: float) -> bool:
        return not self.holds(value)


class Direction(StrEnum):
    GROWTH = "growth"
    DECAY = "decay"
    NOT_DETERMINABLE = "not_determinable"


@dataclass(frozen=True, slots=True)
class Doubling:
    """How fast something doubles or halves.

    ``direction``: growth or decay where the limits of the rate exclude 0, else not determinable.
    ``days``: time of doubling or half-life with its limits, None where it is not determinable:
    then the two others say what is known all the same, the shortest doubling time and half-life
    that the limits of the rate allow (None where they allow none, or where there are no limits).
    """

    direction: Direction
    days: Estimate | None
    doubling_not_below: float | None = None
    half_life_not_below: float | None = None


def doubling(rate: Estimate) -> Doubling:
    """Return the time of doubling (rate above 0) or halving of a rate per day: ln 2 / rate."""
    low, high = rate.low, rate.high
    if low is not None and high is not None and low > 0:
        return Doubling(Direction.GROWTH, _days(rate.value, high, low))
    if low is not None and high is not None and high < 0:
        return Doubling(Direction.DECAY, _days(-rate.value, -low, -high))
    return Doubling(
        Direction.NOT_DETERMINABLE,
        None,
        LN_2 / high if high is not None and high > 0 else None,
        LN_2 / -low if low is not None and low < 0 else None,
    )


def _days(rate: float, fastest: float, slowest: float) -> Estimate:
    return Estimate(LN_2 / rate, LN_2 / fastest, LN_2 / slowest)
