"""Limits of a rate of growth that may slow towards a capacity, from the profile of the likelihood.

Exponential growth is logistic growth whose capacity is far off, and which of the two a series took
cannot be told while the capacity is. Limits given the course that was chosen are too narrow then: an
exponential's hold the rate of a logistic course in 29 to 60 % (in simulations), and a logistic's by
its derivatives may reach many times too far. Here a rate is within the limits where logistic growth
of that rate, with the best start and the best capacity, none included, is not too unlikely
(Venzon and Moolgavkar, Appl Stat 1988;37:87): -2 log-likelihood at most n log(1 + t^2 / f) above
the least, which are Student's limits where the course is a straight line (Bates and Watts, Nonlinear
Regression, 1988, 6.1.3), or z^2 where the scatter is known.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq

from assays.numerics.doubling import Estimate
from assays.numerics.kinetics.curves import Broken, logistic
from assays.numerics.kinetics.limits import quantile
from assays.numerics.kinetics.observations import Observations
from assays.numerics.kinetics.tobit import LEAST_SIGMA, LOG_2_PI, Curve, Fit, fit, working
from assays.numerics.refusals import Floats

PARAMETERS = 3
# Where a rate may be larger by this factor the loads say nothing of a capacity.
WIDEST = 5.0
# Where the course bends at half of its capacity, in parts of the series, to begin the search from.
MIDDLES = np.concatenate([np.linspace(-0.5, 1.5, 61), 1.5 + np.geomspace(0.05, 6.0, 20)])


class GrowthProfile:
    """How likely growth of a rate is; ``straight`` is the exponential course."""

    def __init__(self, given: Observations, straight: Fit, sigma: float | None) -> None:
        self._given, self._sigma = given, sigma
        self._logs, self._weights = working(Broken(), straight, given)

    def deviance(self, rate: float) -> float:
        """Return -2 log-likelihood of the best course of that rate, with a capacity or without."""
        return min(self.without_capacity(rate), self.with_capacity(rate))

    def without_capacity(self, rate: float) -> float:
        def curve(theta: Floats, days: Floats) -> tuple[Floats, Floats]:
            return theta[0] + rate * days, np.ones((days.size, 1))

        levels, squares = self._levels(rate * self._given.days[None, :])
        return self._deviance(curve, levels, float(squares[0]))

    def with_capacity(self, rate: float) -> float:
        def curve(theta: Floats, days: Floats) -> tuple[Floats, Floats]:
            logs, jacobian = logistic(np.array([theta[0], theta[1], rate]), days)
            return logs, jacobian[:, :2]

        middles = MIDDLES
        for _zoom in range(3):
            bent = -np.logaddexp(0.0, rate * (middles[:, None] - self._given.days))
            tops, squares = self._levels(bent)
            best = int(np.argmin(squares))
            theta, least = np.array([tops[best], rate * middles[best]]), float(squares[best])
            edges = middles[max(best - 1, 0)], middles[min(best + 1, middles.size - 1)]
            middles = np.linspace(*edges, 25)
        return self._deviance(curve, theta, least)

    def _levels(self, shapes: Floats) -> tuple[Floats, Floats]:
        """Return the best level (m) for each shape (m, n), and the squares it leaves (m)."""
        rest = self._logs - shapes
        levels = rest @ self._weights / self._weights.sum()
        return levels, (rest - levels[:, None]) ** 2 @ self._weights

    def _deviance(self, curve: Curve, start: Floats, squares: float) -> float:
        given, sigma = self._given, self._sigma
        if given.is_below.any():
            return fit(curve, start, given, sigma=sigma).deviance
        count = given.logs.size
        if sigma is not None:
            return squares / sigma**2 + count * (2 * math.log(sigma) + LOG_2_PI)
        return count * (math.log(max(squares / count, LEAST_SIGMA**2)) + LOG_2_PI + 1)


def growth_limits(
    given: Observations, *, bent: Fit | None, value: float, level: float, sigma: float | None
) -> Estimate | None:
    """Return limits of the rate of growth at first; None where a capacity may lie anywhere.

    ``given`` lies between days 0 and 1; ``bent`` is the best logistic course, if any; ``value`` the
    rate of the course that was chosen; ``sigma`` the scatter where it is known.
    """
    freedom = math.inf if sigma is not None else float(given.seen - PARAMETERS)
    if not freedom > 0:
        return None
    start = np.polyfit(given.days, given.logs, 1)[::-1]
    straight = fit(Broken(), start, given, sigma=sigma)
    profile = GrowthProfile(given, straight, sigma)
    rate, least = float(straight.parameters[1]), straight.deviance
    highest = rate
    if bent is not None and bent.deviance < least:
        least, highest = bent.deviance, max(rate, float(bent.parameters[2]))
    reach = quantile(freedom, 0.5 + level / 2) ** 2
    cut = least + (reach if sigma is not None else given.seen * math.log1p(reach / freedom))
    step = max(math.sqrt(max(float(straight.covariance[1, 1]), 0.0)), 1e-6)
    if not math.isfinite(step):
        return None
    if straight.deviance <= cut:
        low = _edge(lambda at: profile.without_capacity(at) - cut, rate, -step)
    else:
        low = _root(lambda at: profile.deviance(at) - cut, rate, highest)
    # Growth that is faster than the straight line's only fits with a capacity.
    high = _edge(lambda at: profile.with_capacity(at) - cut, highest, step)
    if low is None or high is None or high > WIDEST * value:
        return None
    return Estimate(value, min(low, value), max(high, value))


def _edge(above: Callable[[float], float], start: float, step: float) -> float | None:
    """Return where what is below 0 at the start comes to 0, in ever longer steps."""
    inside = start
    for _step in range(40):
        outside = inside + step
        if above(outside) > 0:
            return _root(above, inside, outside)
        inside, step = outside, 1.6 * step
    return None


def _root(above: Callable[[float], float], one: float, other: float) -> float | None:
    low, high = min(one, other), max(one, other)
    if above(low) * above(high) > 0:
        return None
    return float(brentq(above, low, high, xtol=1e-6, rtol=1e-5))
