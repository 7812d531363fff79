"""The largest rate of growth of a curve, without a model of its whole course."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from assays.numerics.doubling import Doubling, Estimate, doubling
from assays.numerics.kinetics.limits import quantile
from assays.numerics.refusals import Floats, NoSolution, Unusable, number, numbers, pairs, whole
from labsys.lib.wording import gettext_noop as _

METHOD = "easy_linear/1"
NEAREST = 1e-100  # of two times: the squares of less are none that a float holds


@dataclass(frozen=True, slots=True)
class EasyLinear:
    """The steepest stretch of a curve on the logarithmic scale.

    ``rate`` per unit of time with its limits and ``standard_error``; ``level`` is where the line
    meets time 0 (value, not logarithm), ``lag`` the time at which it meets the first value.
    ``first`` and ``last`` are the places of the stretch, counted from 0.
    """

    rate: Estimate
    standard_error: float
    doubling: Doubling
    level: float
    lag: float
    r_squared: float
    first: int
    last: int
    method: str = METHOD


def easy_linear(
    times: ArrayLike, values: ArrayLike, *, window: int = 5, quota: float = 0.95
) -> EasyLinear:
    """Return the largest rate of growth of a curve (n values above 0, in order of their times).

    A line goes through the logarithms in every window; those whose slope is at least ``quota`` of
    the steepest and whose r squared is at least 0.95 are joined, and one line goes through all of
    their values (Hall, Acar, Nandipati, Barlow, Mol Biol Evol 2014;31:232; the R package
    growthrates). Limits are Student's for that line alone: they do not hold that the stretch was
    chosen. Raises NoSolution (code NO_GROWTH) where nothing rises so straight.
    """
    days = numbers(times, name=_("times"), least=3)
    raw = numbers(values, name=_("values"), least=3)
    pairs(days, raw, names=(_("times"), _("values")))
    _check(days, raw, whole(window, name=_("window")), number(quota, name=_("quota")))
    logs = np.log(raw)
    places = np.arange(days.size - window + 1)
    lines = [_line(days[at : at + window], logs[at : at + window]) for at in places]
    steepest = max(slope for slope, *_rest in lines)
    kept = [
        int(at)
        for at, (slope, _level, _error, straight) in zip(places, lines, strict=True)
        if slope >= quota * steepest and straight >= 0.95
    ]
    if not kept or steepest <= 0:
        raise NoSolution("NO_GROWTH", _("No stretch of the curve rises in a straight line."))
    first, last = kept[0], kept[-1] + window - 1
    slope, level, error, straight = _line(days[first : last + 1], logs[first : last + 1])
    reach = quantile(last - first - 1, 0.975) * error
    rate = Estimate(slope, slope - reach, slope + reach)
    return EasyLinear(
        rate=rate,
        standard_error=error,
        doubling=doubling(rate),
        level=math.exp(level),
        lag=(float(logs[0]) - level) / slope,
        r_squared=straight,
        first=first,
        last=last,
    )


def _line(days: Floats, logs: Floats) -> tuple[float, float, float, float]:
    """Return slope, level at 0, standard error of the slope, r squared."""
    away, level = days - days.mean(), logs - logs.mean()
    spread = float(away @ away)
    slope = float(away @ level) / spread
    rest = level - slope * away
    squares, total = float(rest @ rest), float(level @ level)
    error = math.sqrt(squares / (days.size - 2) / spread)
    straight = 1 - squares / total if total > 0 else 0.0
    return slope, float(logs.mean() - slope * days.mean()), error, straight


def _check(days: Floats, raw: Floats, window: int, quota: float) -> None:
    if (raw <= 0).any():
        raise Unusable(
            "NOT_POSITIVE",
            _("Number %(place)d of the values is not above 0 and has no logarithm."),
            place=int(np.flatnonzero(raw <= 0)[0]) + 1,
        )
    if (np.diff(days) < NEAREST).any():
        raise Unusable("ORDER", _("The times of a curve rise from each value to the next."))
    if not 3 <= window <= days.size or not 0 < quota <= 1:
        raise Unusable(
            "WINDOW",
            _("A window has 3 to %(most)d values, and a quota lies above 0 and up to 1."),
            most=int(days.size),
        )
