"""Figures of analytical quality: precision, trueness, sigma, goals from biology, moving averages.

All in floats; percentages are per cent (2.5 is 2.5 %), never fractions.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Summary:
    """Count, mean and SD of values. ``sd`` (n - 1) is None for one value, ``cv_percent`` too
    where the mean is 0.
    """

    count: int
    mean: float
    sd: float | None
    cv_percent: float | None


def summary(values: Sequence[float]) -> Summary:
    """Return count, mean, SD (n - 1) and CV of at least one finite value."""
    _check_finite(values)
    if not values:
        raise ValueError("a summary needs at least one value")
    count = len(values)
    mean = math.fsum(values) / count
    if count == 1:
        return Summary(count, mean, None, None)
    sd = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (count - 1))
    return Summary(count, mean, sd, abs(sd / mean) * 100 if mean else None)


def bias_percent(mean: float, target: float) -> float:
    """Return the deviation of a mean from its target in per cent of the target, which is not 0."""
    if target == 0:
        raise ValueError("a bias in per cent needs a target other than 0")
    return (mean - target) / abs(target) * 100


def sigma(tea_percent: float, bias_percent: float, cv_percent: float) -> float:
    """Return how many SD lie between the mean and the nearer limit of allowable total error.

    (TEa - abs(bias)) / CV; negative where the bias alone exceeds TEa. Raises ValueError for a CV
    of 0 or less, for a TEa below 0, and for what is not finite (Westgard, Six Sigma Quality Design
    and Control, 2001).
    """
    _check_finite((tea_percent, bias_percent, cv_percent))
    if not cv_percent > 0 or not tea_percent >= 0:
        raise ValueError("sigma needs a CV above 0 and a TEa of 0 or more")
    return (tea_percent - abs(bias_percent)) / cv_percent


@dataclass(frozen=True, slots=True)
class Goals:
    """Largest CV, bias and total error (95 and 99 %) in per cent that biology allows."""

    cv_percent: float
    bias_percent: float
    tea_percent: float
    tea_99_percent: float


# Shares of the biological variation: of CVi for imprecision, of the total for bias (Fraser,
# Biological Variation, 2001).
LEVELS = {"optimum": (0.25, 0.125), "desirable": (0.5, 0.25), "minimum": (0.75, 0.375)}
ONE_SIDED_95, ONE_SIDED_99 = 1.65, 2.33


def goals(
    cv_within_percent: float, cv_between_percent: float, *, level: str = "desirable"
) -> Goals:
    """Return analytical goals from within- and between-person biological variation.

    Desirable: CV = 0.5 CVi, bias = 0.25 sqrt(CVi^2 + CVg^2), TEa = 1.65 CV + bias, at 99 % with
    2.33 (Ricos et al., Scand J Clin Lab Invest 1999;59:491). Raises ValueError for a negative
    variation and KeyError for a level other than optimum, desirable, minimum.
    """
    if not (cv_within_percent >= 0 and cv_between_percent >= 0):
        raise ValueError("biological variation is not negative")
    of_within, of_total = LEVELS[level]
    cv = of_within * cv_within_percent
    bias = of_total * math.hypot(cv_within_percent, cv_between_percent)
    return Goals(cv, bias, ONE_SIDED_95 * cv + bias, ONE_SIDED_99 * cv + bias)


@dataclass(frozen=True, slots=True)
class Average:
    """A moving average after the value at ``index`` of those given; ``side`` 1 above its upper
    limit, -1 below its lower, 0 between them.
    """

    index: int
    value: float
    low: float
    high: float
    side: int


def ewma(
    values: Sequence[float],
    *,
    weight: float,
    target: float,
    sd: float,
    limit_sd: float = 3.0,
    from_start: bool = False,
) -> tuple[Average, ...]:
    """Return the exponentially weighted moving average after each value.

    z_t = weight * x_t + (1 - weight) * z_(t-1), z_0 = ``target``, limits target +- limit_sd * sd *
    sqrt(weight / (2 - weight)); with ``from_start`` the narrower limits of the first values, times
    sqrt(1 - (1 - weight)^(2t)) (Roberts, Technometrics 1959;1:239; Lucas and Saccucci,
    Technometrics 1990;32:1). A value at a limit is within it. Raises ValueError unless
    0 < weight <= 1, sd > 0 and limit_sd > 0.
    """
    _check_finite((target, sd, limit_sd, *values))
    if not 0 < weight <= 1 or not sd > 0 or not limit_sd > 0:
        raise ValueError("an EWMA needs 0 < weight <= 1, an SD and limits above 0")
    widest = limit_sd * sd * math.sqrt(weight / (2 - weight))
    found, average = [], target
    for index, value in enumerate(values):
        average = weight * value + (1 - weight) * average
        share = math.sqrt(1 - (1 - weight) ** (2 * (index + 1))) if from_start else 1.0
        found.append(_average(index, average, target, widest * share))
    return tuple(found)


def moving(
    values: Sequence[float],
    *,
    block: int,
    target: float,
    sd: float,
    limit_sd: float = 3.0,
    of_medians: bool = False,
) -> tuple[Average, ...]:
    """Return the mean (or median) of the last ``block`` values, from the block's last value on.

    Limits: target +- limit_sd * sd / sqrt(block), for medians times sqrt(pi / 2), the asymptotic
    ratio for normal values. ``block`` is at least 2.
    """
    _check_finite((target, sd, limit_sd, *values))
    if block < 2 or not sd > 0 or not limit_sd > 0:
        raise ValueError("a moving average needs a block of 2 or more, an SD and limits above 0")
    width = limit_sd * sd / math.sqrt(block) * (math.sqrt(math.pi / 2) if of_medians else 1.0)
    found = []
    for index in range(block - 1, len(values)):
        last = values[index - block + 1 : index + 1]
        average = median(last) if of_medians else math.fsum(last) / block
        found.append(_average(index, average, target, width))
    return tuple(found)


def within(
    values: Sequence[float], low: float | None, high: float | None
) -> Iterator[tuple[int, float]]:
    """Yield place and value of what lies within truncation limits, ends included; None is open."""
    if low is not None and high is not None and low > high:
        raise ValueError(f"the lower truncation limit {low} lies above the upper {high}")
    for index, value in enumerate(values):
        if (low is None or value >= low) and (high is None or value <= high):
            yield index, value


def _average(index: int, value: float, target: float, width: float) -> Average:
    low, high = target - width, target + width
    slack = 1e-9 * width
    side = (value > high + slack) - (value < low - slack)
    return Average(index, value, low, high, side)


def _check_finite(values: Sequence[float]) -> None:
    if not all(math.isfinite(value) for value in values):
        raise ValueError("every value is a finite number")
