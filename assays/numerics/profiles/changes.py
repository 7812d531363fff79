"""How a host's profile drifts over weeks from its first, and when the drift changed its pace."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assays.numerics.profiles.profile import Profile, as_profile
from assays.numerics.refusals import Unusable, drawing, is_number, listed, numbers, option
from labsys.lib.wording import cited
from labsys.lib.wording import gettext_noop as _

METHOD = "profile_drift/2"
SEED = 1
FEW_MARKERS = 10
LEAST_STEPS = 3  # on either side of a change of pace
Floats = NDArray[np.float64]


class Against(StrEnum):
    """What each profile is compared with."""

    FIRST = "first"
    PREVIOUS = "previous"


class Missing(StrEnum):
    """What it means that a marker is in one of two profiles alone."""

    LOST = "its_factors_differ"
    NOT_READ = "it_is_not_compared"


class Note(StrEnum):
    """What a reader must know to judge the drift."""

    FEW_MARKERS = "few_markers_limits_are_rough"
    TOO_SHORT = "too_few_profiles_for_a_change_of_pace"
    NOTHING_COMPARED = "some_profiles_share_no_marker_with_what_they_are_compared_to"


@dataclass(frozen=True, slots=True)
class Drift:
    """One profile against the first or the one before: 1 - Jaccard with limits, None where nothing is compared."""

    time: float
    value: float | None
    low: float | None
    high: float | None
    markers: int


@dataclass(frozen=True, slots=True)
class Change:
    """The pace changed at ``time`` (after the last profile of the old pace).

    ``before``, ``after``: share of markers that changed per unit of time; ``p``: how likely the
    order of the steps alone shows so great a difference anywhere.
    """

    time: float
    before: float
    after: float
    p: float


@dataclass(frozen=True, slots=True)
class HostDrift:
    drifts: tuple[Drift, ...]
    changes: tuple[Change, ...]
    level: float
    alpha: float
    seed: int
    notes: tuple[Note, ...]
    method: str = METHOD


def drift(
    times: ArrayLike,
    profiles: Sequence[Profile | Mapping[str, Iterable[object]]],
    *,
    level: float = 0.95,
    alpha: float = 0.01,
    against: Against | str = Against.FIRST,
    missing: Missing | str = Missing.LOST,
    resamples: int = 2000,
    seed: int = SEED,
) -> HostDrift:
    """Return how far each profile of a host is from its first, and the changes of pace.

    ``times``: any unit, rising (weeks). Drift is 1 - shared factors / factors of either, against
    the host's first profile or the one before. Its limits
    are percentiles over ``resamples`` draws of markers with replacement, taken further out the
    fewer markers there are (expanded percentiles: Hesterberg, Am Stat 2015;69:371); one marker has
    none, so 0 to 1. Where every marker agrees, or none, no draw differs, and the limit away from it
    is the exact one of so many markers (Clopper and Pearson, Biometrika 1934;26:404).

    A change of pace is looked for in the steps from each profile to the next: the markers that
    changed are counted against markers x time (Poisson), the split with the greatest likelihood
    ratio is tested against random orders of the steps, and either side is split again while
    p <= ``alpha``; three steps at least on either side. The same seed gives the same answer.
    Raises Unusable: TOO_FEW (two profiles at least), LENGTHS, TIMES, LEVEL, RESAMPLES, OPTION.
    """
    at = numbers(times, name="times", least=2)
    found = [as_profile(given) for given in listed(profiles, name=_("profiles"))]
    _check(at, found, level, alpha, resamples)
    chosen = option(Missing, missing)
    rng = drawing(seed)
    is_first = option(Against, against) is Against.FIRST
    earlier = [found[0], *([found[0]] * (len(found) - 1) if is_first else found[:-1])]
    drifts = [
        _drift(float(moment), _counts(before, later, chosen), level, resamples, rng)
        for moment, before, later in zip(at, earlier, found, strict=True)
    ]
    steps = [_counts(a, b, chosen) for a, b in zip(found, found[1:], strict=False)]
    changed = np.array([float((shared < either).sum()) for shared, either in steps])
    exposed = np.array([float(either.size) for _shared, either in steps]) * np.diff(at)
    changes: list[Change] = []
    _split(at, changed, exposed, 0, len(steps), alpha, resamples, rng, changes)
    told = {
        Note.FEW_MARKERS: min(one.markers for one in drifts) < FEW_MARKERS,
        Note.TOO_SHORT: len(steps) < 2 * LEAST_STEPS,
        Note.NOTHING_COMPARED: any(one.value is None for one in drifts),
    }
    return HostDrift(
        drifts=tuple(drifts),
        changes=tuple(sorted(changes, key=lambda one: one.time)),
        level=level,
        alpha=alpha,
        seed=seed,
        notes=tuple(note for note, holds in told.items() if holds),
    )


def _counts(first: Profile, later: Profile, missing: Missing) -> tuple[Floats, Floats]:
    """Return shared factors and those of either, by marker."""
    one, other = first.by_key(), later.by_key()
    either = set(one) | set(other)
    if missing is Missing.NOT_READ:
        either = set(one) & set(other)
    sets = [(set(one.get(marker, ())), set(other.get(marker, ()))) for marker in sorted(either)]
    shared = np.array([len(a & b) for a, b in sets], dtype=np.float64)
    return shared, np.array([len(a | b) for a, b in sets], dtype=np.float64)


def _drift(
    time: float,
    counts: tuple[Floats, Floats],
    level: float,
    resamples: int,
    rng: np.random.Generator,
) -> Drift:
    shared, either = counts
    if not either.size:
        return Drift(time, None, None, None, 0)
    value = float(1 - shared.sum() / either.sum())
    tail = (1 - level) / 2
    if value in (0.0, 1.0):
        room = 1 - tail ** (1 / either.size)
        low, high = (0.0, room) if value == 0 else (1 - room, 1.0)
    elif either.size == 1:
        low, high = 0.0, 1.0
    else:
        tail = _widened(tail, either.size)
        drawn = rng.multinomial(either.size, np.full(either.size, 1 / either.size), size=resamples)
        low, high = np.quantile(1 - (drawn @ shared) / (drawn @ either), (tail, 1 - tail)).tolist()
    return Drift(time, value, min(low, value), max(high, value), either.size)


def _widened(tail: float, count: int) -> float:
    """Return the tail at which percentiles of a bootstrap are as wide as Student's limits."""
    from scipy.special import ndtr, stdtrit

    return float(ndtr(math.sqrt(count / (count - 1)) * stdtrit(count - 1, tail)))


def _split(
    at: Floats,
    changed: Floats,
    exposed: Floats,
    start: int,
    stop: int,
    alpha: float,
    resamples: int,
    rng: np.random.Generator,
    changes: list[Change],
) -> None:
    """Look for a change of pace among steps start to stop, then on either side of it."""
    own, size = slice(start, stop), stop - start
    if size < 2 * LEAST_STEPS or not changed[own].any() or not exposed[own].all():
        return
    ratios = _ratios(changed[own][None, :], exposed[own][None, :])[0]
    split = int(np.argmax(ratios))
    orders = rng.permuted(np.tile(np.arange(size), (resamples, 1)), axis=1)
    by_chance = _ratios(changed[own][orders], exposed[own][orders]).max(axis=1)
    # A hair's breadth: the same order summed otherwise is as great.
    as_great = int((by_chance >= ratios[split] - 1e-9).sum())
    p = (1 + as_great) / (1 + resamples)
    if p > alpha:
        return
    middle = start + LEAST_STEPS + split
    before = float(changed[start:middle].sum() / exposed[start:middle].sum())
    after = float(changed[middle:stop].sum() / exposed[middle:stop].sum())
    changes.append(Change(float(at[middle]), before, after, p))
    _split(at, changed, exposed, start, middle, alpha, resamples, rng, changes)
    _split(at, changed, exposed, middle, stop, alpha, resamples, rng, changes)


def _ratios(changed: Floats, exposed: Floats) -> Floats:
    """Return the log likelihood ratio of two paces over one at each split of rows of steps."""
    early, room = changed.cumsum(axis=1), exposed.cumsum(axis=1)
    total, whole = early[:, -1:], room[:, -1:]
    kept = slice(LEAST_STEPS - 1, changed.shape[1] - LEAST_STEPS)
    early, room = early[:, kept], room[:, kept]
    return (
        _likelihood(early, room)
        + _likelihood(total - early, whole - room)
        - _likelihood(total, whole)
    )


def _likelihood(changed: Floats, exposed: Floats) -> Floats:
    safe = np.where(changed > 0, changed, 1.0)
    return np.where(changed > 0, changed * np.log(safe / exposed), 0.0)


def _check(
    at: Floats, profiles: Sequence[Profile], level: float, alpha: float, resamples: int
) -> None:
    if at.size != len(profiles):
        raise Unusable(
            "LENGTHS",
            _("There are %(times)d times and %(profiles)d profiles."),
            times=int(at.size),
            profiles=len(profiles),
        )
    if not (np.diff(at) > 0).all() or not math.isfinite(float(at[-1] - at[0])):
        raise Unusable("TIMES", _("The times of profiles rise, each by itself."))
    if not (is_number(level) and is_number(alpha) and 0 < level < 1 and 0 < alpha < 1):
        raise Unusable(
            "LEVEL",
            _("Level and alpha lie between 0 and 1: %(given)s."),
            given=cited((level, alpha)),
        )
    if (
        isinstance(resamples, bool)
        or not isinstance(resamples, int)
        or not 100 <= resamples <= 100_000
    ):
        raise Unusable(
            "RESAMPLES", _("Draw 100 to 100000 times, not %(given)s."), given=cited(resamples)
        )
