"""How many others each person exposed: the mean, and how unequally it is spread.

The numbers are taken to follow a negative binomial distribution with mean R and dispersion k, as in
Lloyd-Smith et al., Nature 438 (2005) 355-359: the smaller k, the fewer persons account for most. The
mean's maximum-likelihood estimate is the arithmetic mean whatever k is; k's is searched for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import exp, lgamma, log

LEAST, GREATEST = log(1e-4), log(1e4)  # the range of k that is searched, as logarithms
HALF_CHI2 = 3.841458820694124 / 2  # of one degree of freedom, 95 %: a likelihood interval
STEPS = 48  # each leaves 0.62 (or half) of a range of 18: far closer than is ever shown


@dataclass(frozen=True, slots=True)
class Offspring:
    """Of `persons`, `sources` exposed somebody; `mean` is R among those known.

    `dispersion` is None where the numbers differ no more than by chance (Poisson) or too few are
    known; of `low` and `high` (95 %, by the likelihood's profile) each is None where open.
    """

    persons: int
    sources: int
    mean: float
    most: int
    dispersion: float | None
    low: float | None
    high: float | None


def summarise(counts: Iterable[int] | Counter[int]) -> Offspring | None:
    """Return what numbers of exposed persons say; None of none.

    `counts` holds one number for each person, 0 included, or says how often each number occurs.
    """
    times = Counter(counts)
    persons = times.total()
    if not persons:
        return None
    mean = sum(number * n for number, n in times.items()) / persons
    dispersion = low = high = None
    if _is_overdispersed(times, mean):
        fits = _likelihood(times, mean)
        at = _peak(fits)
        dispersion = exp(at)
        needed = fits(at) - HALF_CHI2
        low = _crossing(fits, needed, inside=at, outside=LEAST)
        high = _crossing(fits, needed, inside=at, outside=GREATEST)
    return Offspring(
        persons=persons,
        sources=persons - times[0],
        mean=mean,
        most=max(times),
        dispersion=dispersion,
        low=low,
        high=high,
    )


def _is_overdispersed(times: Counter[int], mean: float) -> bool:
    """Return whether a finite k fits best: exactly where the variance (by n) exceeds the mean.

    Levin and Reeds, Ann. Statist. 5 (1977) 79-87, show that the likelihood then has one maximum.
    """
    persons = times.total()
    return sum(n * (number - mean) ** 2 for number, n in times.items()) / persons > mean > 0


def _likelihood(times: Counter[int], mean: float) -> Callable[[float], float]:
    def of(log_k: float) -> float:
        k = exp(log_k)
        told = 0.0
        for number, n in times.items():
            one = lgamma(number + k) - lgamma(k) - lgamma(number + 1) + k * log(k / (k + mean))
            told += n * (one + number * log(mean / (k + mean)))
        return told

    return of


def _peak(fits: Callable[[float], float]) -> float:
    """Golden-section search: the likelihood has one maximum."""
    ratio = (5**0.5 - 1) / 2
    left, right = LEAST, GREATEST
    one, other = right - ratio * (right - left), left + ratio * (right - left)
    f_one, f_other = fits(one), fits(other)
    for _step in range(STEPS):
        if f_one < f_other:
            left, one, f_one = one, other, f_other
            other = left + ratio * (right - left)
            f_other = fits(other)
        else:
            right, other, f_other = other, one, f_one
            one = right - ratio * (right - left)
            f_one = fits(one)
    return (left + right) / 2


def _crossing(
    fits: Callable[[float], float], needed: float, *, inside: float, outside: float
) -> float | None:
    if fits(outside) > needed:
        return None
    for _step in range(STEPS):
        middle = (inside + outside) / 2
        if fits(middle) > needed:
            inside = middle
        else:
            outside = middle
    return exp(inside)
