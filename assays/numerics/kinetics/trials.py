"""What a removal did across patients: load after against load before, each with its own."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.special import log_ndtr, stdtrit

from assays.numerics.doubling import Estimate
from assays.numerics.refusals import (
    LARGEST,
    SMALLEST,
    Floats,
    NoSolution,
    Unusable,
    drawing,
    is_number,
    is_within,
    listed,
    numbers,
    pairs,
)
from labsys.lib.wording import cited
from labsys.lib.wording import gettext_noop as _

METHOD = "removal_trial/1"
EXACT_UP_TO = 16
SIGNS = 20_000
SEED = 20140722


class Test(StrEnum):
    """How p was found: all changes of sign, some at random, or signs alone (loads below a limit)."""

    EXACT_SIGN_FLIPS = "exact_sign_flips"
    RANDOM_SIGN_FLIPS = "random_sign_flips"
    EXACT_SIGNS = "exact_signs"


@dataclass(frozen=True, slots=True)
class Removal:
    """The factor by which loads changed (after / before): geometric mean over patients.

    0.2 means that a fifth is left. ``ratio`` has its limits; ``removed_percent`` says the same as
    a share that was removed. ``p`` of no change, two-sided, by ``test``. ``left_out``: patients
    below the limit both before and after, who say nothing.
    """

    ratio: Estimate
    removed_percent: Estimate
    p: float
    test: Test
    patients: int
    below_limit: int
    left_out: int
    method: str = METHOD


def compare_removal(
    before: ArrayLike,
    after: ArrayLike,
    *,
    limit: float | None = None,
    below: tuple[ArrayLike, ArrayLike] | None = None,
    level: float = 0.95,
    seed: int = SEED,
) -> Removal:
    """Compare loads (n patients) before and after a removal, patient by patient.

    Loads in nanites per microlitre, above 0; those below ``limit`` (0 included) are only known to
    lie below, and so is their ratio: below (after / before) with the limit for the one that is not
    known, or above. Where limits differ from load to load, ``below`` says of the loads before and of
    those after which are limits that the load lies below. The logarithms of ratios are taken as normal; limits are Student's, with loads
    below the limit those of the likelihood. p is exact up to 16 patients: the share of all changes
    of sign of the log ratios whose mean is as far from 0 (Fisher's randomisation); from 20 000
    random ones beyond. With loads below the limit it is that of the signs alone. Raises Unusable
    for fewer than two patients who say something.
    """
    check_level(level)
    drawing(seed)
    ratios, side, left_out = log_ratios(before, after, limit=limit, below=below)
    if ratios.size < 2:
        raise Unusable("TOO_FEW", _("Fewer than two patients have a load above the limit."))
    mean = mean_of(ratios, side, level)
    p, test = p_of_no_change(ratios, side, seed)
    return Removal(
        ratio=Estimate(math.exp(mean.value), _exp(mean.low), _exp(mean.high)),
        removed_percent=Estimate(
            -100 * math.expm1(mean.value), _removed(mean.high), _removed(mean.low)
        ),
        p=p,
        test=test,
        patients=int(ratios.size),
        below_limit=int(np.count_nonzero(side)),
        left_out=left_out,
    )


def check_level(level: float) -> None:
    """Raise Unusable (LEVEL) unless it is a level that limits can have."""
    if not (is_number(level) and 0.5 <= level < 1):
        raise Unusable("LEVEL", _("The level of limits is a fraction from 0.5 to below 1."))


def log_ratios(
    before: ArrayLike,
    after: ArrayLike,
    *,
    limit: float | None = None,
    below: tuple[ArrayLike, ArrayLike] | None = None,
) -> tuple[Floats, NDArray[np.int64], int]:
    """Return log(after / before) of each patient, whether it is a bound, and how many say nothing.

    Side -1: the ratio lies below (the load after is below its limit), 1: above, 0: it is known.
    """
    first = numbers(before, name=_("loads before"), least=2, lowest=0.0)
    second = numbers(after, name=_("loads after"), least=2, lowest=0.0)
    pairs(first, second, names=(_("loads before"), _("loads after")))
    if limit is not None and not is_within(limit, SMALLEST, LARGEST):
        raise Unusable("LIMIT", _("The limit of detection is a number above 0."))
    least = limit if limit is not None else 0.0
    low_first, low_second = first < least, second < least
    first, second = np.where(low_first, least, first), np.where(low_second, least, second)
    if below is not None:
        both = listed(below, name=_("marks of loads before and after"))
        marked = [marks(one, first.size) for one in both]
        if len(marked) != 2:
            raise Unusable("LENGTHS", _("There is not one mark of being below for each load."))
        low_first, low_second = low_first | marked[0], low_second | marked[1]
    if (first == 0).any() or (second == 0).any():
        raise Unusable(
            "ZERO_LOAD",
            _("A load of 0 is one below the limit of detection; give the limit."),
        )
    ratios = np.log(second) - np.log(first)
    tells = ~(low_first & low_second)
    side = low_first.astype(int) - low_second.astype(int)
    return ratios[tells], side[tells], int(np.count_nonzero(~tells))


def marks(given: ArrayLike, count: int) -> NDArray[np.bool_]:
    """Return which of so many loads are limits that they lie below, by yes or no, 1 or 0.

    Raises Unusable (MARKS, LENGTHS).
    """
    try:
        found = np.asarray(given)
    except (TypeError, ValueError):
        found = np.empty(0, dtype=object)
    if isinstance(given, np.ma.MaskedArray) or not (
        found.dtype == np.bool_ or (found.dtype.kind in "iuf" and np.isin(found, (0, 1)).all())
    ):
        raise Unusable(
            "MARKS",
            _(
                "Which loads lie below their limit is marked by yes or no, 1 or 0, not by %(given)s."
            ),
            given=cited(given),
        )
    if found.shape != (count,):
        raise Unusable("LENGTHS", _("There is not one mark of being below for each load."))
    return found.astype(np.bool_)


def _exp(value: float | None) -> float | None:
    return None if value is None or value > 700 else math.exp(value)


def _removed(value: float | None) -> float | None:
    return None if value is None or value > 700 else -100 * math.expm1(value)


def mean_of(ratios: Floats, side: NDArray[np.int64], level: float) -> Estimate:
    """Return the mean of log ratios with its limits; a side below or above 0 marks bounds."""
    if (side == 0).sum() < 2:
        raise NoSolution(
            "TOO_FEW_ABOVE",
            _("Fewer than two patients have loads above the limit before and after."),
        )
    quantile = float(stdtrit(ratios.size - 1, 0.5 + level / 2))
    if not side.any():
        middle, error = float(ratios.mean()), float(ratios.std(ddof=1)) / math.sqrt(ratios.size)
        return Estimate(middle, middle - quantile * error, middle + quantile * error)
    return _mean_below(ratios, side, quantile)


def _mean_below(ratios: Floats, side: NDArray[np.int64], quantile: float) -> Estimate:
    """Return the mean by maximum likelihood, with the limits of its profile.

    The fall of the profile that belongs to Student's t of n values is n log(1 + t^2 / (n - 1)).
    """
    fall = ratios.size * math.log1p(quantile**2 / (ratios.size - 1))
    known = ratios[side == 0]
    start = np.array([ratios.mean(), math.log(max(float(known.std()), 1e-3))])

    def deviance(theta: Floats) -> float:
        scale = math.exp(min(max(theta[1], -12.0), 12.0))
        z = (ratios - theta[0]) / scale
        seen = z[side == 0]
        edges = log_ndtr(-side[side != 0] * z[side != 0])
        return float(seen @ seen + 2 * seen.size * math.log(scale) - 2 * edges.sum())

    best = minimize(deviance, start, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-10})
    middle, spread = float(best.x[0]), math.exp(float(best.x[1]))

    def profile(at: float) -> float:
        found = minimize(
            lambda one: deviance(np.array([at, one[0]])),
            best.x[1:],
            method="Nelder-Mead",
            options={"xatol": 1e-5, "fatol": 1e-7},
        )
        return float(found.fun) - float(best.fun)

    def edge(sign: float) -> float | None:
        step = spread / math.sqrt(known.size)
        inner, outer = middle, middle + sign * step
        for _further in range(40):
            if profile(outer) > fall:
                break
            inner, outer = outer, outer + sign * (step := 2 * step)
        else:
            return None
        for _halving in range(24):
            half = 0.5 * (inner + outer)
            inner, outer = (half, outer) if profile(half) <= fall else (inner, half)
        return 0.5 * (inner + outer)

    return Estimate(middle, edge(-1.0), edge(1.0))


def p_of_no_change(ratios: Floats, side: NDArray[np.int64], seed: int) -> tuple[float, Test]:
    """Return p of changes that are as often a rise as a fall, two-sided, and how it was found."""
    if side.any():
        return _of_signs(ratios, side), Test.EXACT_SIGNS
    seen = abs(float(ratios.sum())) * (1 - 1e-12)
    if ratios.size <= EXACT_UP_TO:
        signs = np.array(list(product((-1.0, 1.0), repeat=ratios.size)))
        return float(np.mean(np.abs(signs @ ratios) >= seen)), Test.EXACT_SIGN_FLIPS
    rng = drawing(seed)
    signs = rng.integers(0, 2, size=(SIGNS, ratios.size)) * 2.0 - 1.0
    as_far = int(np.sum(np.abs(signs @ ratios) >= seen))
    return (as_far + 1) / (SIGNS + 1), Test.RANDOM_SIGN_FLIPS


def _of_signs(ratios: Floats, side: NDArray[np.int64]) -> float:
    """Return the two-sided p of the signs; a bound that leaves the sign open is left out."""
    falls = int(np.sum((ratios < 0) & (side <= 0)))
    rises = int(np.sum((ratios > 0) & (side >= 0)))
    count = falls + rises
    tail = sum(math.comb(count, place) for place in range(min(falls, rises) + 1))
    return min(1.0, float(2 * tail) / 2.0**count)
