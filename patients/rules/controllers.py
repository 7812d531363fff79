"""Controllers: which set-point is in force, and how a reading stands to its band.

Values, limits and readings are exact decimals in the unit of their quantity. Nothing here knows a
clock: every question names its moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

SIGNATURES_NEEDED = 2


class Verdict(StrEnum):
    """How a reading stands to the band that was in force when it was read."""

    WITHIN = "WITHIN"
    BELOW = "BELOW"
    ABOVE = "ABOVE"
    NO_BAND = "NO_BAND"


OUTSIDE = (Verdict.BELOW, Verdict.ABOVE)


class DeviceState(StrEnum):
    """What a device is, by the last that was recorded of it."""

    IN_SERVICE = "IN_SERVICE"
    OUT_OF_SERVICE = "OUT_OF_SERVICE"
    FAULTY = "FAULTY"
    LOST = "LOST"
    RETIRED = "RETIRED"


@dataclass(frozen=True, slots=True)
class Stated:
    """A set-point that two people signed: its value, its band, and from when it is in force.

    Without a value it says that nothing is to be controlled any more; it has no band then.
    """

    id: int
    number: int
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    since: datetime

    @property
    def has_band(self) -> bool:
        """Whether a reading can leave it."""
        return self.low is not None or self.high is not None


@dataclass(frozen=True, slots=True)
class Span:
    """A band from `start` up to, not including, `end`; None is open on that side."""

    low: Decimal | None
    high: Decimal | None
    start: datetime
    end: datetime | None


def in_force(stated: Iterable[Stated], *, at: datetime) -> Stated | None:
    """Return the set-point in force at a moment: the last that was in force by then.

    Of two that began in the same instant the later statement counts.
    """
    begun = [one for one in stated if one.since <= at]
    return max(begun, key=lambda one: (one.since, one.id), default=None)


def verdict(value: Decimal, stated: Stated | None) -> Verdict:
    """Return how a value stands to a band; the limits themselves lie within it."""
    if stated is None or not stated.has_band:
        return Verdict.NO_BAND
    if stated.low is not None and value < stated.low:
        return Verdict.BELOW
    if stated.high is not None and value > stated.high:
        return Verdict.ABOVE
    return Verdict.WITHIN


def deviates(value: Decimal, stated: Stated | None) -> bool:
    """Whether what was set on a device is not what was signed to be set; unsigned always deviates."""
    return stated is None or stated.value is None or value != stated.value


def spans(stated: Sequence[Stated]) -> list[Span]:
    """Return the bands one after the other, each until the next set-point came into force."""
    ordered = sorted(stated, key=lambda one: (one.since, one.id))
    found = []
    for place, one in enumerate(ordered, start=1):
        end = ordered[place].since if place < len(ordered) else None
        if one.has_band and end != one.since:
            found.append(Span(one.low, one.high, one.since, end))
    return found


def state_of(events: Iterable[tuple[datetime, int, DeviceState]]) -> DeviceState:
    """Return the state that the last event tells of: (when it happened, its id, what it became)."""
    found = max(events, default=None)
    return DeviceState.OUT_OF_SERVICE if found is None else found[2]


def decimals_of(value: Decimal) -> int:
    """Return how many decimals a finite number was written with; trailing zeros count."""
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
