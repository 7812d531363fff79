"""The best of a segment by shared factors, exactly, with numpy alone.

The columns of the asked factors are added up as 64 profiles a word: full adders on whole words
(carry-save addition, as in Muła, Kurz and Lemire, Comput J 2018;61:111) leave the counts as binary
digits, one array a digit. With k profiles known, none whose count lies below a bound can be better,
and a comparison of the digits finds the few that are not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assays.numerics.profiles.segments import BLOCK, Places, Segment, Words

# Words at once: an array of 32 KiB stays in the processor's cache.
CHUNK = 4 * BLOCK


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to one segment: its factors, how many the question has in all, and by what.

    ``total`` counts factors too that nobody has: they belong to the union.
    """

    factors: Places
    total: int
    k: int
    by_shared: bool


@dataclass(frozen=True, slots=True)
class Best:
    """Places, shared factors and scores, best first, equal ones in the order of ids."""

    rows: Places
    shared: Places
    scores: NDArray[np.float64]


NONE = Best(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float64))


def best(segment: Segment, asked: Asked) -> Best:
    """Return up to k profiles that share a factor; the others share none."""
    held = asked.factors[segment.holders[asked.factors] > 0]
    if not held.size or not asked.k:
        return NONE
    rows = segment.column[held]
    columns = [segment.matrix[row] for row in rows[rows >= 0]]
    columns += list(segment.lists(held[rows < 0]))
    found = NONE
    for start in range(0, segment.matrix.shape[1], CHUNK):
        small = int(segment.smallest[start // BLOCK : (start + CHUNK) // BLOCK].min())
        least = _least(found, asked, len(columns), small)
        if least > len(columns):
            continue
        digits = _added([column[start : start + CHUNK] for column in columns])
        if found.rows.size < asked.k:
            least = max(least, _enough(digits, asked.k, len(columns)))
            found = joined(found, _those(segment, asked, digits, least, start), asked.k)
            settled, least = least, _least(found, asked, len(columns), small, is_before=True)
            if least >= settled:
                continue
        new = _those(segment, asked, digits, least, start)
        found = joined(found, new, asked.k)
    return found


def score(
    shared: NDArray[np.integer], sizes: NDArray[np.integer], asked: Asked
) -> NDArray[np.float64]:
    """Return what profiles are ranked by: shared factors, or these over the union of both."""
    counts = shared.astype(np.float64)
    if asked.by_shared:
        return counts
    union = asked.total + sizes.astype(np.int64) - shared
    return np.divide(counts, union, out=np.zeros_like(counts), where=union > 0)


def _added(columns: Sequence[Words]) -> list[Words]:
    """Return the number of columns that have each bit, as binary digits, lowest first."""
    pending = list(columns)
    digits: list[Words] = []
    while pending:
        carried = []
        while len(pending) > 2:
            a, b, c = pending.pop(), pending.pop(), pending.pop()
            carry, either = a & b, a ^ b
            pending.insert(0, either ^ c)
            either &= c
            carry |= either
            carried.append(carry)
        if len(pending) == 2:
            carried.append(pending[0] & pending[1])
            pending = [pending[0] ^ pending[1]]
        digits.append(pending[0])
        pending = carried
    return digits


def _at_least(digits: Sequence[Words], bound: int) -> Words:
    """Return a mask of the bits whose count reaches a bound."""
    above = np.zeros_like(digits[0])
    equal = ~above
    for place in range(len(digits) - 1, -1, -1):
        if bound >> place & 1:
            equal &= digits[place]
        else:
            above |= equal & digits[place]
            equal &= ~digits[place]
    above |= equal
    return above


def _enough(digits: Sequence[Words], k: int, most: int) -> int:
    """Return the highest count that k profiles of a chunk reach, 1 where fewer share anything."""
    low, high = 1, most
    while low < high:
        middle = (low + high + 1) // 2
        if int(np.bitwise_count(_at_least(digits, middle)).sum(dtype=np.int64)) >= k:
            low = middle
        else:
            high = middle - 1
    return low


def _least(found: Best, asked: Asked, most: int, small: int, *, is_before: bool = False) -> int:
    """Return the lowest count with which a profile can take the place of the k-th found.

    One that comes later by id has to be better; one that may come before it, as good.
    """
    if found.rows.size < asked.k:
        return 1
    worst = float(found.scores[-1])
    if asked.by_shared:
        return max(1, int(worst) + (not is_before))
    least = 1
    while least <= most:
        # A profile has the factors it shares, and no fewer than the smallest of its block.
        bound = least / (asked.total + max(small - least, 0))
        if bound > worst or (is_before and bound == worst):
            break
        least += 1
    return least


def _those(segment: Segment, asked: Asked, digits: Sequence[Words], least: int, start: int) -> Best:
    mask = _at_least(digits, least)
    words = np.flatnonzero(mask)
    if not words.size:
        return NONE
    bits = np.unpackbits(
        mask[words].view(np.uint8).reshape(words.size, 8), axis=1, bitorder="little"
    )
    at, bit = np.nonzero(bits)
    place, shift = words[at], bit.astype(np.uint64)
    shared = np.zeros(at.size, dtype=np.int64)
    for number, digit in enumerate(digits):
        shared += ((digit[place] >> shift) & np.uint64(1)).astype(np.int64) << number
    rows = (start + place) * 64 + bit
    return Best(rows, shared, score(shared, segment.sizes[rows], asked))


def joined(found: Best, new: Best, k: int) -> Best:
    """Return the k best of both; what was found before and again is there once."""
    if not new.rows.size:
        return found
    rows = np.r_[found.rows, new.rows]
    rows, first = np.unique(rows, return_index=True)
    shared = np.r_[found.shared, new.shared][first]
    scores = np.r_[found.scores, new.scores][first]
    if rows.size > k:
        # Only what reaches the k-th best is put in order: equal profiles may be many.
        worst = -np.partition(-scores, k - 1)[k - 1]
        better, equal = np.flatnonzero(scores > worst), np.flatnonzero(scores == worst)
        kept = np.r_[better, equal[: k - better.size]]
        rows, shared, scores = rows[kept], shared[kept], scores[kept]
    order = np.lexsort((rows, -scores))
    return Best(rows[order], shared[order], scores[order])
