"""Whether two samples of nanites are drawn from one population."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from assays.numerics.profiles.profile import Profile, factors_of
from assays.numerics.refusals import Unusable, drawing, listed, whole
from labsys.lib.wording import cited
from labsys.lib.wording import gettext_noop as _

METHOD = "same_population/2"
SEED = 1
MOST = 4000
Given = Profile | Mapping[str, Iterable[object]] | Iterable[str]


class Note(StrEnum):
    """What a reader must know to judge the test."""

    WEAK = "too_few_profiles_to_tell_populations_apart"


@dataclass(frozen=True, slots=True)
class PopulationTest:
    """``distance``: mean Jaccard distance between the samples, less the mean of those within.

    ``between``, ``within``: these means. ``p``: how often samples dealt at random are as far apart.
    A high p does not prove one population: it may be few profiles.
    """

    distance: float
    between: float
    within: tuple[float, float]
    p: float
    least_p: float
    counts: tuple[int, int]
    permutations: int
    seed: int
    notes: tuple[Note, ...]
    method: str = METHOD


def same_population(
    first: Sequence[Given],
    second: Sequence[Given],
    *,
    permutations: int = 9999,
    seed: int = SEED,
) -> PopulationTest:
    """Test whether the profiles of single nanites of two samples are of one population.

    The statistic is the energy distance of the two samples under 1 - Jaccard (Székely and Rizzo,
    J Stat Plan Inference 2013;143:1249); p is (1 + as far apart) / (1 + permutations) over random
    deals of all profiles into samples of these sizes, so it holds whatever the distribution is.
    The same seed gives the same p. Raises Unusable: TOO_FEW (two a sample at least), TOO_MANY (4000
    in all), PERMUTATIONS, and what profiles raise.
    """
    first, second = (listed(one, name=_("profiles of a sample")) for one in (first, second))
    sizes = (len(first), len(second))
    if min(sizes) < 2:
        raise Unusable("TOO_FEW", _("Each sample needs the profiles of two nanites or more."))
    if sum(sizes) > MOST:
        raise Unusable(
            "TOO_MANY", _("Up to %(most)d profiles are compared; draw fewer."), most=MOST
        )
    if not 99 <= whole(permutations, name=_("number of deals")) <= 100_000:
        raise Unusable(
            "PERMUTATIONS",
            _("Deal 99 to 100000 times, not %(given)s."),
            given=cited(permutations),
        )
    distances = _distances([factors_of(one)[0] for one in (*first, *second)])
    is_first = np.arange(sum(sizes)) < sizes[0]
    between, within = _means(distances, is_first[None, :])
    found = 2 * between - within.sum(axis=0)
    rng, as_far = drawing(seed), 0
    left = permutations
    while left:
        step = min(left, 500)
        dealt = rng.permuted(np.tile(is_first, (step, 1)), axis=1)
        across, inside = _means(distances, dealt)
        as_far += int((2 * across - inside.sum(axis=0) >= found[0] - 1e-12).sum())
        left -= step
    # No deal can be rarer than one among all there are.
    from scipy.special import binom

    least = max(1 / (1 + permutations), 1 / float(binom(sum(sizes), sizes[0])))
    return PopulationTest(
        distance=float(found[0]) / 2,
        between=float(between[0]),
        within=(float(within[0, 0]), float(within[1, 0])),
        p=(1 + as_far) / (1 + permutations),
        least_p=least,
        counts=sizes,
        permutations=permutations,
        seed=seed,
        notes=(Note.WEAK,) if least > 0.05 else (),
    )


def _distances(held: Sequence[frozenset[str]]) -> NDArray[np.float64]:
    places = {f: i for i, f in enumerate(sorted({f for found in held for f in found}))}
    table = np.zeros((len(held), len(places)), dtype=np.float64)
    for row, found in zip(table, held, strict=True):
        row[[places[factor] for factor in found]] = 1
    shared = table @ table.T
    sizes = table.sum(axis=1)
    union = sizes[:, None] + sizes[None, :] - shared
    # Two without any factor are alike.
    return np.where(union > 0, 1 - shared / np.where(union > 0, union, 1), 0.0)


def _means(
    distances: NDArray[np.float64], is_first: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mean distances between and within both samples, for rows of deals."""
    one = is_first.astype(np.float64)
    other = 1 - one
    n, m = one.sum(axis=1), other.sum(axis=1)
    towards = one @ distances
    away = other @ distances
    across = (towards * other).sum(axis=1) / (n * m)
    inside = (towards * one).sum(axis=1) / (n * (n - 1))
    beyond = (away * other).sum(axis=1) / (m * (m - 1))
    return across, np.stack([inside, beyond])
