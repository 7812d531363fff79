"""Where a course leads if it goes on as it last went."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from assays.numerics.doubling import Estimate
from assays.numerics.kinetics.courses import Scale
from assays.numerics.kinetics.limits import quantile
from assays.numerics.kinetics.selection import Candidate
from assays.numerics.refusals import Floats

LOOKS = 2000


class Outlook(StrEnum):
    """Whether a load will be reached; see Projection."""

    PROJECTED = "projected"
    NOT_DETERMINABLE = "not_determinable"
    NOT_EXPECTED = "not_expected"


@dataclass(frozen=True, slots=True)
class Projection:
    """When a limit is reached: ``day`` on the scale of the loads.

    PROJECTED: both limits of the day are known. NOT_DETERMINABLE: the course leads there, but its
    limits do not say by when: ``day.high`` is None. NOT_EXPECTED: it does not lead there.
    """

    limit: float
    outlook: Outlook
    day: Estimate | None


def band(chosen: Candidate, days: Floats, level: float) -> tuple[Floats, Floats, Floats]:
    """Return the course (loads) with the limits of its mean at days on the scale of the fit."""
    with np.errstate(all="ignore"):
        logs, reach_ = _band(chosen, days, level)
        value, low, high = (
            np.exp(np.clip(one, -700, 700)) for one in (logs, logs - reach_, logs + reach_)
        )
    unknown = ~np.isfinite(reach_)
    low[unknown] = high[unknown] = math.nan
    return value, low, high


def _band(chosen: Candidate, days: Floats, level: float) -> tuple[Floats, Floats]:
    logs, jacobian = chosen.curve(chosen.fit.parameters, days)
    if not chosen.fit.freedom > 0:
        return logs, np.full(days.size, math.nan)
    variance = np.einsum("ij,jk,ik->i", jacobian, chosen.fit.covariance, jacobian)
    factor = quantile(chosen.fit.freedom, 0.5 + level / 2)
    return logs, factor * np.sqrt(np.maximum(variance, 0.0))


def reach(
    chosen: Candidate, scale: Scale, last: float, limit: float, ahead: float, *, level: float
) -> Projection:
    """Say when the course and the limits of its mean first reach a load after the last day."""
    goal = math.log(limit)
    start = (last - scale.origin) / scale.unit
    far = ahead / scale.unit
    steps = np.concatenate([[0.0], far * np.geomspace(1e-7, 1.0, LOOKS)])

    def course(days: Floats) -> tuple[Floats, Floats]:
        with np.errstate(all="ignore"):
            return _band(chosen, days, level)

    logs, _margin = course(np.array([start]))
    side = 1.0 if goal >= logs[0] else -1.0

    def first(share: float) -> float | None:
        def gap(days: Floats) -> Floats:
            logs, margin = course(days)
            found: Floats = side * (goal - logs) - share * np.nan_to_num(margin, nan=math.inf)
            return found

        return _first_crossing(gap, start + steps)

    middle = first(0.0)
    if middle is None:
        return Projection(limit, Outlook.NOT_EXPECTED, None)
    low, high = first(1.0), first(-1.0)
    is_known = bool(np.isfinite(course(np.array([start]))[1][0]))
    day = Estimate(
        scale.day(middle),
        scale.day(low) if low is not None and is_known else None,
        scale.day(high) if high is not None and is_known else None,
    )
    outlook = Outlook.NOT_DETERMINABLE if day.high is None else Outlook.PROJECTED
    return Projection(limit, outlook, day)


def _first_crossing(gap: Callable[[Floats], Floats], days: Floats) -> float | None:
    """Return the first day at which the gap is closed, by halving where it first changes sign."""
    with np.errstate(all="ignore"):
        closed = np.flatnonzero(gap(days) <= 0)
        if not closed.size:
            return None
        at = int(closed[0])
        if at == 0:
            return float(days[0])
        low, high = float(days[at - 1]), float(days[at])
        for _halving in range(60):
            middle = 0.5 * (low + high)
            if gap(np.array([middle]))[0] <= 0:
                high = middle
            else:
                low = middle
    return high
