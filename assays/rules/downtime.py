"""Blind double entry: what two people typed from one paper, and whether it is one value.

Nobody sees what the other typed; each is told only whether the two agree. A person's newest typing
of a box counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from labsys.lib.quantities import ReportedValue


class BoxState(StrEnum):
    """How far one box of a paper form has come."""

    UNTYPED = "UNTYPED"
    TYPED_ONCE = "TYPED_ONCE"
    DIFFERS = "DIFFERS"
    AGREED = "AGREED"
    RECORDED = "RECORDED"
    WITHDRAWN = "WITHDRAWN"


CLOSED = (BoxState.RECORDED, BoxState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Typing:
    """What one person typed for a box: the value in the reporting unit, and the paper's times."""

    id: int
    by: int
    value: ReportedValue
    observed_at: datetime
    collected_at: datetime | None = None

    def agrees_with(self, other: Typing) -> bool:
        """Return whether two people read the same value and times off the paper."""
        return (self.value, self.observed_at, self.collected_at) == (
            other.value,
            other.observed_at,
            other.collected_at,
        )


def minute(moment: datetime) -> datetime:
    """Return a moment as paper says it."""
    return moment.replace(second=0, microsecond=0)


def newest(typings: Sequence[Typing]) -> list[Typing]:
    """Return each person's newest typing, in the order in which they first typed."""
    found: dict[int, Typing] = {}
    for typing in typings:
        found[typing.by] = typing
    return list(found.values())


def agreement(typings: Sequence[Typing]) -> tuple[Typing, Typing] | None:
    """Return the first two newest typings of different people that agree, the earlier person first."""
    standing = newest(typings)
    for number, one in enumerate(standing):
        for other in standing[number + 1 :]:
            if one.agrees_with(other):
                return one, other
    return None


def state(typings: Sequence[Typing]) -> BoxState:
    """Return how far a box has come that nothing has closed."""
    standing = newest(typings)
    if len(standing) < 2:
        return BoxState.TYPED_ONCE if standing else BoxState.UNTYPED
    return BoxState.AGREED if agreement(typings) else BoxState.DIFFERS
