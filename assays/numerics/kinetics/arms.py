"""Removals against each other, and changes of growth rate across patients."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assays.numerics.doubling import Estimate
from assays.numerics.kinetics.trials import (
    SEED,
    Test,
    check_level,
    log_ratios,
    mean_of,
    p_of_no_change,
)
from assays.numerics.refusals import Floats, Unusable, drawing, numbers, pairs
from labsys.lib.wording import cited
from labsys.lib.wording import gettext_noop as _

METHOD = "removal_arms/1"
EXACT_UP_TO = 20_000
DRAWS = 20_000

Arm = tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike]  # before, after, and which are below


@dataclass(frozen=True, slots=True)
class RateChange:
    """The mean change of growth rate per day (after - before) over patients, with its limits."""

    change: Estimate
    p: float
    test: Test
    patients: int
    method: str = METHOD


@dataclass(frozen=True, slots=True)
class Contrast:
    """What the second removal leaves of what the first leaves: the ratio of their factors.

    Below 1 the second removes more. For rates, the difference of their mean changes. ``p`` of no
    difference, two-sided, by orders: every one of them, or some at random (``is_exact``).
    """

    contrast: Estimate
    p: float
    is_exact: bool
    patients: tuple[int, int]
    method: str = METHOD


def compare_rates(
    before: ArrayLike, after: ArrayLike, *, level: float = 0.95, seed: int = SEED
) -> RateChange:
    """Compare rates of growth (per day, n patients) before and after, patient by patient.

    Limits are Student's of the differences; p is that of all changes of sign, as for loads.
    Raises Unusable for fewer than two patients.
    """
    check_level(level)
    drawing(seed)
    changes = _changes(before, after)
    side = np.zeros(changes.size, dtype=np.int64)
    p, test = p_of_no_change(changes, side, seed)
    return RateChange(mean_of(changes, side, level), p, test, int(changes.size))


def contrast_removals(
    first: Arm, second: Arm, *, level: float = 0.95, seed: int = SEED
) -> Contrast:
    """Compare the factors of two removals in different patients.

    The limits are recovered from those of either (MOVER: Zou and Donner, Stat Med 2008;27:1693),
    so that loads below the limit count as in ``compare_removal``. p is that of Gehan's scores
    (Biometrika 1965;52:203) over orders of patients: who is certainly above whom. An arm is (loads
    before, loads after, marks before, marks after), n values each. Raises Unusable for another
    shape (ARM) and as ``compare_removal`` does, and NoSolution (TOO_FEW_ABOVE).
    """
    check_level(level)
    drawing(seed)
    ours, theirs = (
        log_ratios(before, after, below=(marks_before, marks_after))
        for before, after, marks_before, marks_after in (
            _parts(one, 4, _("loads before, loads after, and which of either are limits"))
            for one in (first, second)
        )
    )
    means = [mean_of(one[0], one[1], level) for one in (ours, theirs)]
    found = _recovered(means[0], means[1])
    p, is_exact = _by_orders(
        np.concatenate([ours[0], theirs[0]]),
        np.concatenate([ours[1], theirs[1]]),
        ours[0].size,
        seed,
    )
    exp = Estimate(
        math.exp(min(found.value, 700.0)),
        None if found.low is None else math.exp(min(found.low, 700.0)),
        None if found.high is None else math.exp(min(found.high, 700.0)),
    )
    return Contrast(exp, p, is_exact, (int(ours[0].size), int(theirs[0].size)))


def contrast_rates(
    first: tuple[ArrayLike, ArrayLike],
    second: tuple[ArrayLike, ArrayLike],
    *,
    level: float = 0.95,
    seed: int = SEED,
) -> Contrast:
    """Compare changes of growth rate of two removals: the second's mean less the first's.

    Either: (rates before, rates after), n patients each. Raises Unusable (ARM for another shape).
    """
    check_level(level)
    drawing(seed)
    ours, theirs = (
        _changes(*_parts(one, 2, _("rates before and after"))) for one in (first, second)
    )
    means = [mean_of(one, np.zeros(one.size, dtype=np.int64), level) for one in (ours, theirs)]
    every = np.concatenate([ours, theirs])
    p, is_exact = _by_orders(every, np.zeros(every.size, dtype=np.int64), ours.size, seed)
    return Contrast(_recovered(*means), p, is_exact, (int(ours.size), int(theirs.size)))


def _parts(arm: Sequence[ArrayLike], count: int, what: str) -> list[ArrayLike]:
    """Return what an arm is made of; something else is refused (ARM)."""
    parts = list(arm) if isinstance(arm, list | tuple) else []
    if len(parts) != count:
        raise Unusable(
            "ARM",
            _("A removal is given by %(what)s: %(count)d lists, not %(given)s."),
            what=what,
            count=count,
            given=cited(arm),
        )
    return parts


def _changes(before: ArrayLike, after: ArrayLike) -> Floats:
    first = numbers(before, name=_("rates before"), least=2)
    second = numbers(after, name=_("rates after"), least=2)
    pairs(first, second, names=(_("rates before"), _("rates after")))
    if first.size < 2:
        raise Unusable("TOO_FEW", _("Fewer than two patients have a rate before and after."))
    return second - first


def _recovered(first: Estimate, second: Estimate) -> Estimate:
    """Return second - first with limits from either's own."""
    value = second.value - first.value
    low = high = None
    if second.low is not None and first.high is not None:
        low = value - math.hypot(second.value - second.low, first.high - first.value)
    if second.high is not None and first.low is not None:
        high = value + math.hypot(second.high - second.value, first.value - first.low)
    return Estimate(value, low, high)


def _by_orders(
    values: Floats, side: NDArray[np.int64], count: int, seed: int
) -> tuple[float, bool]:
    scores = _scores(values, side)
    seen = abs(float(scores[:count].sum())) - 1e-9
    if math.comb(values.size, count) <= EXACT_UP_TO:
        chosen = np.array(list(combinations(range(values.size), count)))
        return float(np.mean(np.abs(scores[chosen].sum(axis=1)) >= seen)), True
    rng = drawing(seed)
    as_far = sum(
        abs(float(rng.permutation(scores)[:count].sum())) >= seen for _draw in range(DRAWS)
    )
    return (as_far + 1) / (DRAWS + 1), False


def _scores(values: Floats, side: NDArray[np.int64]) -> Floats:
    """Return of each value how many others lie certainly below it, less those above it."""
    lowest = np.where(side >= 0, values, -np.inf)
    highest = np.where(side <= 0, values, np.inf)
    above = lowest[:, None] > highest[None, :]
    found: Floats = above.sum(axis=1).astype(np.float64) - above.sum(axis=0)
    return found
