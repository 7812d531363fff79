"""What came of something that was done against a load: a verdict on values that a kinetics run found.

Nothing is called a fall, or a rise, that two loads may differ by through scatter alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Json = Mapping[str, Any]


class Verdict(StrEnum):
    FELL = "FELL"
    ROSE = "ROSE"
    UNCHANGED = "UNCHANGED"  # no further apart than by scatter
    NOT_DETERMINABLE = "NOT_DETERMINABLE"


class Why(StrEnum):
    """Why nothing can be said."""

    NOT_ANALYSED = "NOT_ANALYSED"
    OVERLAPPING = "OVERLAPPING"  # with something else that was done before or together with it
    NONE_BEFORE = "NONE_BEFORE"
    NONE_AFTER = "NONE_AFTER"
    BOTH_BELOW = "BOTH_BELOW"
    NO_LIMITS = "NO_LIMITS"


@dataclass(frozen=True, slots=True)
class Outcome:
    """``factor`` is how many times smaller (FELL) or larger (ROSE) the load was, with its limits.

    ``low`` or ``high`` None: nothing bounds it on that side. ``is_bound``: one load is only known to
    lie below its limit, so the factor is the least it can be. ``days`` lie between the two loads.
    """

    verdict: Verdict
    why: Why | None = None
    factor: float | None = None
    low: float | None = None
    high: float | None = None
    is_bound: bool = False
    days: float | None = None
    found: Json | None = None


def of(found: Json | None) -> Outcome:
    """Return the verdict on one intervention of a kinetics run; None where the run holds none."""
    if found is None:
        return Outcome(Verdict.NOT_DETERMINABLE, Why.NOT_ANALYSED)
    ratio = found["ratio"]
    if found["before"] is None or found["after"] is None or ratio is None:
        why = (
            Why.OVERLAPPING
            if found["before"] is None and found.get("overlapping")
            else Why.NONE_BEFORE
            if found["before"] is None
            else Why.NONE_AFTER
            if found["after"] is None
            else Why.BOTH_BELOW
        )
        return Outcome(Verdict.NOT_DETERMINABLE, why, days=found["days"], found=found)
    value, low, high = ratio["value"], ratio["low"], ratio["high"]
    is_bound = bool(ratio["bound"])
    if low is None and high is None:
        return Outcome(
            *(Verdict.NOT_DETERMINABLE, Why.NO_LIMITS, value),
            is_bound=is_bound,
            days=found["days"],
            found=found,
        )
    if high is not None and high < 1:
        inverse = None if low is None else 1 / low
        return Outcome(
            *(Verdict.FELL, None, 1 / value, 1 / high, inverse, is_bound, found["days"], found)
        )
    if low is not None and low > 1:
        return Outcome(*(Verdict.ROSE, None, value, low, high, is_bound, found["days"], found))
    return Outcome(*(Verdict.UNCHANGED, None, value, low, high, is_bound, found["days"], found))


def among(
    outcome: Json | None, *, kind: str, started_at: str, ended_at: str | None, detail: str
) -> Json | None:
    """Return what a run found of one intervention.

    None where the run is older than such findings, or knew another end of it: the load after was then
    looked for from another moment on.
    """
    rows: Sequence[Json] = () if outcome is None else outcome.get("interventions", ())
    for one in rows:
        known = (one["kind"], one["from"], one["until"], one["detail"])
        if known == (kind, started_at, ended_at, detail):
            return one
    return None
