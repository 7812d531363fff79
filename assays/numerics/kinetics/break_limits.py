"""Limits of rates and of days of change that hold the uncertainty of where the breaks are.

A course has a corner at each break, so that limits from its derivatives at the best days are too
narrow (in simulations 92 % where 95 % was said). Here rates are taken at every set of days around
the best: given the days the course is linear and a rate is Student's; each set weighs as much as it
is likely with flat priors for levels, rates and log scatter, |X'X|^(-1/2) RSS^(-(n - p) / 2)
(Carlin, Gelfand, Smith, Appl Stat 1992;41:389; Raftery and Akman, Biometrika 1986;73:85). Limits
leave half of 1 - level on either side of that mixture.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, stdtr

from assays.numerics.doubling import Estimate
from assays.numerics.kinetics.curves import Broken
from assays.numerics.kinetics.observations import Observations
from assays.numerics.kinetics.tobit import LEAST_SIGMA, Fit, working
from assays.numerics.refusals import Floats

# Days tried for each of one, two, three breaks; with more the derivatives speak.
POINTS = {1: 161, 2: 33, 3: 13}
LEAST_POINTS = 9
MOST_NUMBERS = 4_000_000
REACH = 5.0  # standard errors of a day on either side
FORGET = 1e-4  # sets of days of less than this share of the best weigh nothing


@dataclass(frozen=True, slots=True)
class OverDays:
    """Sets of days (m, k) with their weights (m), coefficients (m, p) and covariances (m, p, p)."""

    days: Floats
    steps: Floats
    weights: Floats
    coefficients: Floats
    covariances: Floats
    freedom: float

    def limits(self, gradient: Floats, value: float, level: float) -> Estimate:
        """Return limits of a combination (p) of the linear parameters about its best value."""
        middles = self.coefficients @ gradient
        variances = np.einsum("i,mij,j->m", gradient, self.covariances, gradient)
        errors = np.sqrt(np.maximum(variances, 1e-300))
        tail = (1 - level) / 2

        def share(at: float, side: float) -> float:
            away = side * (at - middles) / errors
            lower = ndtr(away) if math.isinf(self.freedom) else stdtr(self.freedom, away)
            return float(self.weights @ lower) - tail

        # At these places one tail is surely smaller, and surely larger, than asked for.
        far = 40.0 * float(errors.max()) + float(np.ptp(middles))
        low, high = float(middles.min()) - far, float(middles.max()) + far
        if not share(low, 1.0) < 0 < share(high, 1.0) or not share(high, -1.0) < 0:
            return Estimate(value, None, None)
        first = float(brentq(share, low, high, args=(1.0,), xtol=1e-12, rtol=1e-10))
        last = float(brentq(share, low, high, args=(-1.0,), xtol=1e-12, rtol=1e-10))
        return Estimate(value, min(first, value), max(last, value))

    def day(self, which: int, value: float, level: float) -> Estimate:
        """Return limits of the day of a break, on the fit's scale."""
        order = np.argsort(self.days[:, which], kind="stable")
        places, heaped = self.days[order, which], np.cumsum(self.weights[order])
        tail = (1 - level) / 2
        low = places[min(int(np.searchsorted(heaped, tail)), places.size - 1)]
        high = places[min(int(np.searchsorted(heaped, 1 - tail)), places.size - 1)]
        # Each day stands for those up to half a step away.
        half = 0.5 * float(self.steps[which])
        return Estimate(value, min(float(low) - half, value), max(float(high) + half, value))


def over_days(shape: Broken, fitted: Fit, given: Observations, *, known: bool) -> OverDays | None:
    """Look at every set of days around the best; None where there are too many to look at.

    ``known`` says that the scatter was given, not estimated.
    """
    count = shape.unknown
    if count not in POINTS or not fitted.freedom > 0:
        return None
    width = given.days.size * shape.linear
    points = POINTS[count]
    while points**count * width > MOST_NUMBERS and points > LEAST_POINTS:
        points -= 2
    if points**count * width > MOST_NUMBERS:
        return None
    sets, steps = _sets(shape, fitted, given, points)
    logs, weights = working(shape, fitted, given)
    return _weighed(shape, fitted, given.days, logs, weights, sets, steps, known=known)


def _sets(shape: Broken, fitted: Fit, given: Observations, points: int) -> tuple[Floats, Floats]:
    """Return sets of days (m, k) in the order of the breaks, and the step of each break's days."""
    best = fitted.parameters[shape.linear :]
    places = given.places
    errors = np.sqrt(np.diag(fitted.covariance)[shape.linear :])
    edges = np.sort(np.concatenate([[places[1], places[-2]], best, np.asarray(shape.known)]))
    ranges, steps = [], []
    for day, error in zip(best, errors, strict=True):
        at = min(max(int(np.searchsorted(places, day)), 1), places.size - 1)
        gap = float(places[at] - places[at - 1])
        reach = max(REACH * float(error) if math.isfinite(error) else 0.0, 2.0 * gap)
        others = edges[edges != day]
        before, after = others[others < day], others[others > day]
        low = max(day - reach, float(before.max()) if before.size else places[0])
        high = min(day + reach, float(after.min()) if after.size else places[-1])
        ranges.append(np.linspace(low, high, points))
        steps.append((high - low) / (points - 1))
    grid = np.stack(np.meshgrid(*ranges, indexing="ij"), axis=-1).reshape(-1, best.size)
    least = 0.5 * float(np.min(np.diff(places)))
    kept = grid[(np.diff(grid, axis=1) >= least).all(axis=1)] if best.size > 1 else grid
    return (kept if kept.size else best[None, :]), np.array(steps)


def _weighed(
    shape: Broken,
    fitted: Fit,
    days: Floats,
    logs: Floats,
    weights: Floats,
    sets: Floats,
    steps: Floats,
    *,
    known: bool,
) -> OverDays | None:
    fixed = shape.linear - shape.unknown
    base = shape(np.zeros(shape.linear + shape.unknown), days)[1][:, :fixed]
    matrix = np.concatenate(
        [
            np.broadcast_to(base, (sets.shape[0], *base.shape)),
            np.maximum(days[None, :, None] - sets[:, None, :], 0.0),
        ],
        axis=2,
    )
    root = np.sqrt(weights)
    matrix = matrix * root[None, :, None]
    inner = matrix.transpose(0, 2, 1) @ matrix
    signs, volumes = np.linalg.slogdet(inner)
    is_sound = (signs > 0) & np.isfinite(volumes)
    if not is_sound.any():
        return None
    sets, matrix, inner, volumes = (one[is_sound] for one in (sets, matrix, inner, volumes))
    inverse = np.linalg.inv(inner)
    coefficients = (inverse @ (matrix.transpose(0, 2, 1) @ (logs * root))[:, :, None])[:, :, 0]
    rest = logs * root - (matrix @ coefficients[:, :, None])[:, :, 0]
    squares = np.maximum((rest**2).sum(axis=1), days.size * LEAST_SIGMA**2)
    freedom = math.inf if known else fitted.freedom + shape.unknown
    chances = -0.5 * volumes - 0.5 * (
        squares / fitted.sigma**2 if known else freedom * np.log(squares)
    )
    shares = np.exp(chances - chances.max())
    kept = shares > FORGET
    scatter = np.full(squares.size, fitted.sigma**2) if known else squares / freedom
    return OverDays(
        days=sets[kept],
        steps=steps,
        weights=shares[kept] / shares[kept].sum(),
        coefficients=coefficients[kept],
        covariances=inverse[kept] * scatter[kept][:, None, None],
        freedom=freedom,
    )
