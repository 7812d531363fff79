"""How pressing a patient of a work group is: what a worklist is sorted by."""

from __future__ import annotations

from enum import IntEnum

NOW, THIS_SHIFT = "1_NOW", "2_SHIFT"


class Pressing(IntEnum):
    """The most pressing comes first; of the same, whoever came to the group first."""

    CRITICAL = 0
    NOW = 1
    THIS_SHIFT = 2
    NEW_RESULTS = 3
    NOTHING_NEW = 4


def pressing(*, has_critical: bool, item: str | None, has_new: bool) -> Pressing:
    """Return how pressing a patient is.

    `has_critical`: a critical value nobody was told of; `item`: the priority of their most pressing
    open item of a hand-over, if any; `has_new`: a result was released since the last hand-over.
    """
    if has_critical:
        return Pressing.CRITICAL
    if item == NOW:
        return Pressing.NOW
    if item == THIS_SHIFT:
        return Pressing.THIS_SHIFT
    return Pressing.NEW_RESULTS if has_new else Pressing.NOTHING_NEW
