"""From values to places: linear and logarithmic scales with round ticks."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps `low`..`high` onto `start`..`end` (which may run backwards); logarithmic if asked."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, value: float) -> float:
        share = (self._level(value) - self._level(self.low)) / (
            self._level(self.high) - self._level(self.low)
        )
        return self.start + share * (self.end - self.start)

    def clamp(self, value: float) -> float:
        """Map a value, or the nearer end of the scale where it lies outside."""
        return self(min(max(value, self.low), self.high))

    def _level(self, value: float) -> float:
        return math.log10(max(value, self.low)) if self.log else value


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis and what is written there."""

    value: float
    text: str


def step_for(span: float, target: int) -> Decimal:
    """Return the smallest of 1, 2, 2.5, 5 times a power of ten giving at most `target` steps."""
    if not span > 0 or target < 1:
        raise ValueError(f"no step divides a span of {span} into {target}")
    exponent = math.floor(math.log10(span / target))
    for factor in ("1", "2", "2.5", "5", "10"):
        step = Decimal(factor).scaleb(exponent)
        if span / float(step) <= target:
            return step
    return Decimal(10).scaleb(exponent + 1)


def linear_ticks(low: float, high: float, target: int) -> list[Tick]:
    """Return round values within low..high, written with as many decimals as the step needs."""
    step = step_for(high - low, target)
    first = math.ceil(round(low / float(step), 9))
    last = math.floor(round(high / float(step), 9))
    decimals = max(0, -int(step.normalize().as_tuple().exponent))
    return [
        Tick(float(step * index), written(step * index, decimals))
        for index in range(first, last + 1)
    ]


def log_ticks(low: float, high: float) -> list[Tick]:
    """Return powers of ten within low..high, with 2 and 5 between them over few decades."""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    factors = (1,) if len(decades) > 4 else (1, 2, 5)
    values = [Decimal(factor).scaleb(decade) for decade in decades for factor in factors]
    kept = [value for value in values if low <= float(value) <= high]
    return [
        Tick(float(value), written(value, max(0, -int(value.as_tuple().exponent))))
        for value in kept
    ]


def written(value: Decimal, decimals: int) -> str:
    """Write a number with a true minus sign and thin spaces from five digits on."""
    text = f"{value:,.{decimals}f}" if abs(value) >= 10_000 else f"{value:.{decimals}f}"
    return text.replace(",", "\u202f").replace("-", "\u2212")


def span_of(values: Iterable[float], *, floor: float | None = None) -> tuple[float, float]:
    """Return a domain around the values with a little air, never of zero width.

    `floor` is a bound that the air below may not cross, such as 0 for a concentration.
    """
    known = list(values)
    if not known:
        return 0.0, 1.0
    low, high = min(known), max(known)
    air = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
    bottom = low - air
    if floor is not None and low >= floor:
        bottom = max(bottom, floor)
    return bottom, high + air
