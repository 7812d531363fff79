"""Limits of what a fit says: of a combination of parameters, and of two courses together."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from assays.numerics.doubling import Estimate
from assays.numerics.kinetics.tobit import Fit
from assays.numerics.refusals import Floats


@dataclass(frozen=True, slots=True)
class Part:
    """One course's answer: estimate, standard error, freedom."""

    value: float
    error: float
    freedom: float


def part(fitted: Fit, gradient: Floats) -> Part:
    """Return a linear combination of a fit's parameters."""
    if not fitted.freedom > 0:
        return Part(float(gradient @ fitted.parameters), math.inf, 0.0)
    variance = float(gradient @ fitted.covariance @ gradient)
    error = math.sqrt(max(variance, 0.0)) if math.isfinite(variance) else math.inf
    return Part(float(gradient @ fitted.parameters), error, fitted.freedom)


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


def hull(one: Estimate, other: Estimate) -> Estimate:
    """Return the limits that hold both; none on a side on which either has none."""
    low = None if one.low is None or other.low is None else min(one.low, other.low)
    high = None if one.high is None or other.high is None else max(one.high, other.high)
    return Estimate(one.value, low, high)


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
