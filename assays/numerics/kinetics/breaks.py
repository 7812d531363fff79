"""Where the rate of a course changes: every set of days is tried.

A course on the logarithmic scale is straight lines joined at breaks. For breaks at days of loads,
least squares of all sets of K such days follow from one table of products between hinges
max(t - break, 0), so all are solved at once and the best of all is found, not the best of a path.
Days between loads are reached from there by the fit itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from assays.numerics.refusals import Floats

# More different days than this are thinned for the first look; all are looked at near what it finds.
CANDIDATES = 40
MOST_SETS = 12_000
# Different days at least in each stretch beside an unknown break, the break's own not counted.
STRETCH = 2


@dataclass(frozen=True, slots=True)
class Found:
    days: tuple[float, ...]
    squares: float


def search(
    days: Floats, logs: Floats, *, most: int, base: Floats, known: tuple[float, ...] = ()
) -> list[Found]:
    """Return the best breaks for each number of them from 0 to ``most``.

    ``days`` (n) and ``logs`` (n); ``base`` (n, q) are the columns that are always there; ``known``
    are the days of known breaks, which unknown ones keep away from. The list ends early where
    there is no room for more.
    """
    places = np.unique(days)
    allowed = _allowed(places, known)
    table = _Table(days, logs, base, allowed)
    found = [Found((), table.squares(np.zeros((1, 0), dtype=np.int64))[0])]
    room = np.searchsorted(places, allowed)
    first = _thinned(allowed.size)
    for count in range(1, most + 1):
        if comb(first.size, count) <= MOST_SETS:
            sets = _sets(first, room, count)
        else:
            sets = _extended([int(np.flatnonzero(allowed == d)[0]) for d in found[-1].days], room)
        if not sets.size:
            break
        squares = table.squares(sets)
        best, least = sets[int(np.argmin(squares))], float(np.min(squares))
        best, least = _near(table, best, least, room)
        found.append(Found(tuple(float(allowed[place]) for place in best), least))
    return found


def _allowed(places: Floats, known: tuple[float, ...]) -> Floats:
    inner = places[STRETCH:-STRETCH] if places.size > 2 * STRETCH else places[:0]
    far = np.ones(inner.size, dtype=np.bool_)
    for day in known:
        between = np.abs(np.searchsorted(places, inner) - np.searchsorted(places, day))
        far &= between > STRETCH
    return inner[far]


def _thinned(count: int) -> NDArray[np.int64]:
    if count <= CANDIDATES:
        return np.arange(count)
    return np.unique(np.linspace(0, count - 1, CANDIDATES).round().astype(np.int64))


def _sets(first: NDArray[np.int64], room: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    every = np.array(list(combinations(first.tolist(), count)), dtype=np.int64).reshape(-1, count)
    return _apart(every, room)


def _apart(sets: NDArray[np.int64], room: NDArray[np.int64]) -> NDArray[np.int64]:
    if sets.shape[1] < 2 or not sets.size:
        return sets
    kept: NDArray[np.int64] = sets[(np.diff(room[sets], axis=1) > STRETCH).all(axis=1)]
    return kept


def _extended(best: list[int], room: NDArray[np.int64]) -> NDArray[np.int64]:
    more = [sorted([*best, place]) for place in range(room.size) if place not in best]
    return _apart(np.array(more, dtype=np.int64).reshape(-1, len(best) + 1), room)


def _near(
    table: _Table, best: NDArray[np.int64], least: float, room: NDArray[np.int64]
) -> tuple[NDArray[np.int64], float]:
    """Move one break after another to the best of all its places until none moves."""
    if room.size <= CANDIDATES:
        return best, least
    for _round in range(10):
        before = best
        for which in range(best.size):
            sets = np.repeat(best[None, :], room.size, axis=0)
            sets[:, which] = np.arange(room.size)
            sets = _apart(np.sort(sets, axis=1), room)
            squares = table.squares(sets)
            if squares.size and float(np.min(squares)) < least:
                best, least = sets[int(np.argmin(squares))], float(np.min(squares))
        if (best == before).all():
            break
    return best, least


class _Table:
    """Products between the base, every hinge and the logarithms, after the base is taken out."""

    def __init__(self, days: Floats, logs: Floats, base: Floats, allowed: Floats) -> None:
        hinges = np.maximum(days[:, None] - allowed, 0.0)
        norms = np.linalg.norm(hinges, axis=0)
        hinges = hinges / np.where(norms > 0, norms, 1.0)
        q, _r = np.linalg.qr(base)
        rest = logs - q @ (q.T @ logs)
        hinges = hinges - q @ (q.T @ hinges)
        self.total = float(rest @ rest)
        self.gram = hinges.T @ hinges
        self.onto = hinges.T @ rest

    def squares(self, sets: NDArray[np.int64]) -> Floats:
        """Return the residual sum of squares of each set of places (m, k)."""
        if not sets.shape[1]:
            return np.full(sets.shape[0], self.total)
        gram = self.gram[sets[:, :, None], sets[:, None, :]]
        onto = self.onto[sets]
        gram = gram + 1e-12 * np.eye(sets.shape[1])
        bends = np.linalg.solve(gram, onto[:, :, None])[:, :, 0]
        found: Floats = np.maximum(self.total - np.einsum("ij,ij->i", bends, onto), 0.0)
        return found
