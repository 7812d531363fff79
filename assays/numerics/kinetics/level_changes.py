"""Whether and when a level changed at once: the best place of all, tried one by one."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assays.numerics.doubling import Estimate
from assays.numerics.kinetics.limits import quantile
from assays.numerics.refusals import (
    Floats,
    NoSolution,
    Unusable,
    drawing,
    is_number,
    numbers,
    pairs,
    whole,
)
from labsys.lib.wording import gettext_noop as _

METHOD = "level_change/1"
SEED = 18980101
SHUFFLES = 1999
MOST_LEAST = 1_000_000


@dataclass(frozen=True, slots=True)
class LevelChange:
    """The change of level that fits best: after ``after``, the last time of the old level.

    ``earliest`` and ``latest``: the times after which the change may have been, by the likelihood.
    ``p``: share of random orders of the same values with a change at least as clear. ``before``,
    ``since`` and ``difference`` (since less before) are means with their limits, given the place.
    """

    after: float
    earliest: float
    latest: float
    p: float
    before: Estimate
    since: Estimate
    difference: Estimate
    method: str = METHOD


def level_change(
    times: ArrayLike, values: ArrayLike, *, least: int = 2, level: float = 0.95, seed: int = SEED
) -> LevelChange:
    """Return the one change of mean that leaves the least sum of squares (n values, any order).

    ``least`` values at least lie on either side. ``p`` comes from 1999 random orders with a fixed
    seed, so that the search over places is in it. The places that remain have a deviance within
    that of the best plus 6.6 (the 95 % point of the likelihood ratio of a change's place is about
    that for clear changes, above the 3.84 of a regular parameter). Raises NoSolution (code
    CONSTANT) where all values are equal.
    """
    if not 1 <= whole(least, name=_("number of values on either side")) <= MOST_LEAST:
        raise Unusable("LEVEL", _("Either side needs a value, and limits a level from 0.5 on."))
    rng = drawing(seed)
    days = numbers(times, name=_("times"), least=2 * least)
    raw = numbers(values, name=_("values"), least=2 * least)
    pairs(days, raw, names=(_("times"), _("values")))
    if not (is_number(level) and 0.5 <= level < 1):
        raise Unusable("LEVEL", _("Either side needs a value, and limits a level from 0.5 on."))
    order = np.argsort(days, kind="stable")
    days, ordered = days[order], raw[order]
    size = float(np.max(np.abs(ordered - ordered.mean())))
    if size == 0 or not math.isfinite(size):
        raise NoSolution("CONSTANT", _("All values are equal; no level changed."))
    scaled = (ordered - ordered.mean()) / size
    allowed = np.flatnonzero(np.diff(days) > 0) + 1
    allowed = allowed[(allowed >= least) & (allowed <= days.size - least)]
    if not allowed.size:
        raise Unusable("ONE_TIME", _("All values are of one time; no change can be placed."))
    squares = _squares(scaled[None, :], allowed)[0]
    best = int(np.argmin(squares))
    shuffled = rng.permuted(np.broadcast_to(scaled, (SHUFFLES, scaled.size)), axis=1)
    as_clear = int(np.sum(_squares(shuffled, allowed).min(axis=1) <= squares[best] * (1 + 1e-12)))
    near = _near(squares, days.size)
    before, since, difference = _levels(ordered[: allowed[best]], ordered[allowed[best] :], level)
    return LevelChange(
        after=float(days[allowed[best] - 1]),
        earliest=float(days[allowed[near[0]] - 1]),
        latest=float(days[allowed[near[-1]] - 1]),
        p=(as_clear + 1) / (SHUFFLES + 1),
        before=before,
        since=since,
        difference=difference,
    )


def _near(squares: Floats, count: int) -> NDArray[np.intp]:
    least = float(squares.min())
    if least <= 0:
        return np.flatnonzero(squares <= least)
    return np.flatnonzero(count * np.log(squares / least) <= 6.6)


def _squares(rows: Floats, allowed: NDArray[np.intp]) -> Floats:
    """Return the sum of squares (m, k) about two means of each row, for each place of a change."""
    count = rows.shape[1]
    sums = np.cumsum(rows, axis=1)[:, allowed - 1]
    total = rows.sum(axis=1, keepdims=True)
    explained = sums**2 / allowed + (total - sums) ** 2 / (count - allowed)
    found: Floats = np.maximum((rows**2).sum(axis=1, keepdims=True) - explained, 0.0)
    return found


def _levels(before: Floats, since: Floats, level: float) -> tuple[Estimate, Estimate, Estimate]:
    freedom = before.size + since.size - 2
    squares = float(np.sum((before - before.mean()) ** 2) + np.sum((since - since.mean()) ** 2))

    def limited(value: float, share: float) -> Estimate:
        if freedom < 1:
            return Estimate(value, None, None)
        reach = quantile(freedom, 0.5 + level / 2) * math.sqrt(squares / freedom * share)
        return Estimate(value, value - reach, value + reach)

    first, second = float(before.mean()), float(since.mean())
    return (
        limited(first, 1 / before.size),
        limited(second, 1 / since.size),
        limited(second - first, 1 / before.size + 1 / since.size),
    )
