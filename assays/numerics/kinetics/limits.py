"""Limits of what a fit says: of a combination of parameters, and averaged over two courses."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from assays.numerics.doubling import Estimate
from assays.numerics.kinetics.tobit import Fit
from assays.numerics.refusals import Floats


@dataclass(frozen=True, slots=True)
class Part:
    """One course's answer: estimate, standard error, freedom, and the course's weight."""

    value: float
    error: float
    freedom: float
    weight: float = 1.0


def part(fitted: Fit, gradient: Floats, *, weight: float = 1.0) -> Part:
    """Return a linear combination of a fit's parameters."""
    if not fitted.freedom > 0:
        return Part(float(gradient @ fitted.parameters), math.inf, 0.0, weight)
    variance = float(gradient @ fitted.covariance @ gradient)
    error = math.sqrt(max(variance, 0.0)) if math.isfinite(variance) else math.inf
    return Part(float(gradient @ fitted.parameters), error, fitted.freedom, weight)


def quantile(freedom: float, probability: float) -> float:
    """Return a quantile of Student's t, of the normal where the freedom is infinite."""
    if math.isinf(freedom):
        return float(ndtri(probability))
    return float(stdtrit(freedom, probability))


def below(one: Part, value: float = 0.0) -> float:
    """Return the probability that what was estimated lies below a value."""
    if not math.isfinite(one.error) or one.freedom <= 0:
        return 0.5
    if one.error == 0:
        return float(one.value < value)
    at = (value - one.value) / one.error
    return float(ndtr(at)) if math.isinf(one.freedom) else float(stdtr(one.freedom, at))


def estimate(one: Part, level: float) -> Estimate:
    """Return value and limits of one course."""
    if not math.isfinite(one.error) or one.freedom <= 0:
        return Estimate(one.value, None, None)
    reach = quantile(one.freedom, 0.5 + level / 2) * one.error
    return Estimate(one.value, one.value - reach, one.value + reach)


def averaged(parts: Sequence[Part], value: float, level: float) -> Estimate:
    """Return limits of what several courses estimate, averaged by their weights.

    At each limit the weighted tails of all add up to half of 1 - level (Turek and Fletcher,
    Comput Stat Data Anal 2012;56:2809), so that a course that cannot be told from the chosen one
    widens the limits and is not passed over. ``value`` is the chosen course's.
    """
    known = [one for one in parts if math.isfinite(one.error) and one.freedom > 0]
    if not known:
        return Estimate(value, None, None)
    total = sum(one.weight for one in known)
    tail = (1 - level) / 2

    def share(at: float) -> float:
        return sum(one.weight * below(one, at) for one in known) / total

    def upper(at: float) -> float:
        # From the other side, for 1 - (almost 1) loses digits.
        return sum(one.weight * (1 - below(one, at)) for one in known) / total

    reach = [quantile(one.freedom, 1 - tail) * one.error for one in known]
    edges = [(one.value - far, one.value + far) for one, far in zip(known, reach, strict=True)]
    lows, highs = [low for low, _high in edges], [high for _low, high in edges]
    low = _root(lambda at: share(at) - tail, min(lows), max(lows))
    high = _root(lambda at: tail - upper(at), min(highs), max(highs))
    return Estimate(value, min(low, value), max(high, value))


def _root(rising: Callable[[float], float], low: float, high: float) -> float:
    for _halving in range(200):
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        if rising(middle) < 0:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def exp_of(one: Estimate) -> Estimate:
    """Return an estimate of a logarithm as what it is the logarithm of."""

    def raised(value: float | None) -> float | None:
        return None if value is None else float(np.exp(min(value, 700.0)))

    return Estimate(
        float(np.exp(min(one.value, 700.0))),
        raised(one.low),
        None if one.high is not None and one.high > 700 else raised(one.high),
    )


def times(one: Estimate, factor: float, shift: float = 0.0) -> Estimate:
    """Return an estimate on another scale; the factor is above 0."""

    def moved(value: float | None) -> float | None:
        return None if value is None else value * factor + shift

    return Estimate(
        one.value * factor + shift,
        moved(one.low),
        moved(one.high),
    )
