"""The same search compiled by numba, where it can be imported: see ``scans`` for the method."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from assays.numerics.profiles.scans import NONE, Asked, Best
from assays.numerics.profiles.segments import BLOCK, Segment, Words

# With more than so many asked for, keeping them in order costs more than numpy's sorting.
MOST = 1000


def best(segment: Segment, asked: Asked) -> Best:
    """Return up to k profiles that share a factor; the others share none."""
    held = asked.factors[segment.holders[asked.factors] > 0]
    if not held.size or not asked.k:
        return NONE
    zeros = segment.matrix.shape[0] - 1
    rows = segment.column[held].astype(np.int64)
    lists = np.zeros((int((rows < 0).sum()), segment.matrix.shape[1]), dtype=np.uint64)
    for line, factor in zip(lists, held[rows < 0], strict=True):
        own = segment.postings[segment.starts[factor] : segment.starts[factor + 1]]
        _mark(_fixed(own), line)
    chosen = np.r_[rows[rows >= 0], zeros + 1 + np.arange(len(lists))]
    chosen = np.r_[chosen, np.full(-chosen.size % 8, zeros)]
    k = min(asked.k, segment.count)
    found, counts, scores = _search(
        _fixed(segment.matrix),
        _fixed(lists),
        _fixed(segment.sizes),
        _fixed(segment.smallest),
        chosen,
        held.size,
        asked.total,
        k,
        asked.by_shared,
    )
    return Best(found, counts, scores)


def _fixed(array: NDArray[Any]) -> NDArray[Any]:
    """Return a view that is read only: one signature is compiled, for files and for memory."""
    view = np.asarray(array).view(np.ndarray)
    view.setflags(write=False)
    return view


@njit(cache=True, nogil=True)
def _search(
    matrix: Words,
    lists: Words,
    sizes: NDArray[np.uint32],
    smallest: NDArray[np.uint32],
    chosen: NDArray[np.int64],
    most: int,
    total: int,
    k: int,
    by_shared: bool,
) -> Any:
    width = matrix.shape[1]
    digits = 3
    while (1 << digits) <= most:
        digits += 1
    planes = np.zeros((digits, BLOCK), np.uint64)
    carry = np.zeros(BLOCK, np.uint64)
    mask = np.zeros(BLOCK, np.uint64)
    equal = np.zeros(BLOCK, np.uint64)
    rows, counts = np.zeros(k, np.int64), np.zeros(k, np.int64)
    scores = np.zeros(k, np.float64)
    filled = 0
    for start in range(0, width, BLOCK):
        if filled == k and scores[k - 1] >= _bound(most, total, 0, by_shared):
            break
        stop, small = min(start + BLOCK, width), int(smallest[start // BLOCK])
        least = 1
        if filled == k:
            least = _least(scores[k - 1], 1, most, total, small, by_shared)
        settled = least
        _add(matrix, lists, chosen, start, stop, planes, carry)
        _reaching(planes, stop - start, least, mask, equal)
        for at in range(stop - start):
            word = mask[at]
            if word != 0 and least != settled:
                word = _still(planes, at, least)
            bit = 0
            while word != 0:
                if word & np.uint64(1):
                    shared = 0
                    for digit in range(digits):
                        shared |= int((planes[digit, at] >> np.uint64(bit)) & np.uint64(1)) << digit
                    row = (start + at) * 64 + bit
                    value = float(shared)
                    if not by_shared:
                        value = shared / (total + int(sizes[row]) - shared)
                    if filled < k or value > scores[k - 1]:
                        filled = _insert(rows, counts, scores, filled, row, shared, value)
                        if filled == k:
                            least = _least(scores[k - 1], least, most, total, small, by_shared)
                word >>= np.uint64(1)
                bit += 1
    return rows[:filled], counts[:filled], scores[:filled]


@njit(cache=True, nogil=True)
def _bound(shared: int, total: int, small: int, by_shared: bool) -> float:
    """Return the highest score there is with so many shared, of sizes from a smallest on."""
    return float(shared) if by_shared else shared / (total + max(small - shared, 0))


@njit(cache=True, nogil=True)
def _least(worst: float, least: int, most: int, total: int, small: int, by_shared: bool) -> int:
    """Return the lowest count that can be better than the k-th found."""
    while least <= most and _bound(least, total, small, by_shared) <= worst:
        least += 1
    return least


@njit(cache=True, nogil=True)
def _still(planes: Words, at: int, bound: int) -> Any:
    """Return which bits of a word reach a bound that rose since its block was looked at."""
    above, equal = np.uint64(0), ~np.uint64(0)
    for digit in range(planes.shape[0] - 1, -1, -1):
        if (bound >> digit) & 1:
            equal &= planes[digit, at]
        else:
            above |= equal & planes[digit, at]
            equal &= ~planes[digit, at]
    return above | equal


@njit(cache=True, nogil=True)
def _mark(places: NDArray[np.uint32], line: Words) -> None:
    for place in places:
        line[place >> 6] |= np.uint64(1) << np.uint64(place & 63)


@njit(cache=True, nogil=True)
def _insert(
    rows: NDArray[np.int64],
    counts: NDArray[np.int64],
    scores: NDArray[np.float64],
    filled: int,
    row: int,
    shared: int,
    value: float,
) -> int:
    """Put a profile behind those as good: it comes later in the order of ids."""
    place = filled if filled < rows.size else filled - 1
    while place > 0 and scores[place - 1] < value:
        rows[place], counts[place] = rows[place - 1], counts[place - 1]
        scores[place] = scores[place - 1]
        place -= 1
    rows[place], counts[place], scores[place] = row, shared, value
    return min(filled + 1, rows.size)


@njit(cache=True, nogil=True)
def _reaching(planes: Words, width: int, bound: int, mask: Words, equal: Words) -> None:
    for at in range(width):
        mask[at] = np.uint64(0)
        equal[at] = ~np.uint64(0)
    for digit in range(planes.shape[0] - 1, -1, -1):
        plane = planes[digit]
        if (bound >> digit) & 1:
            for at in range(width):
                equal[at] &= plane[at]
        else:
            for at in range(width):
                mask[at] |= equal[at] & plane[at]
                equal[at] &= ~plane[at]
    for at in range(width):
        mask[at] |= equal[at]


@njit(cache=True, nogil=True)
def _add(
    matrix: Words,
    lists: Words,
    chosen: NDArray[np.int64],
    start: int,
    stop: int,
    planes: Words,
    carry: Words,
) -> None:
    """Add eight columns at a time to the digits of a block."""
    planes[:, :] = np.uint64(0)
    lines, width = matrix.shape[0], stop - start
    first, second, third = planes[0], planes[1], planes[2]
    for eight in range(0, chosen.size, 8):
        c0 = _column(matrix, lists, chosen[eight], lines)
        c1 = _column(matrix, lists, chosen[eight + 1], lines)
        c2 = _column(matrix, lists, chosen[eight + 2], lines)
        c3 = _column(matrix, lists, chosen[eight + 3], lines)
        c4 = _column(matrix, lists, chosen[eight + 4], lines)
        c5 = _column(matrix, lists, chosen[eight + 5], lines)
        c6 = _column(matrix, lists, chosen[eight + 6], lines)
        c7 = _column(matrix, lists, chosen[eight + 7], lines)
        for w in range(width):
            at = start + w
            ones, twos, fours = first[w], second[w], third[w]
            x, y = c0[at], c1[at]
            u = ones ^ x
            a = (ones & x) | (u & y)
            ones = u ^ y
            x, y = c2[at], c3[at]
            u = ones ^ x
            b = (ones & x) | (u & y)
            ones = u ^ y
            u = twos ^ a
            d = (twos & a) | (u & b)
            twos = u ^ b
            x, y = c4[at], c5[at]
            u = ones ^ x
            a = (ones & x) | (u & y)
            ones = u ^ y
            x, y = c6[at], c7[at]
            u = ones ^ x
            b = (ones & x) | (u & y)
            ones = u ^ y
            u = twos ^ a
            e = (twos & a) | (u & b)
            twos = u ^ b
            u = fours ^ d
            carry[w] = (fours & d) | (u & e)
            first[w], second[w], third[w] = ones, twos, u ^ e
        for digit in range(3, planes.shape[0]):
            plane = planes[digit]
            for w in range(width):
                held = plane[w]
                plane[w] = held ^ carry[w]
                carry[w] &= held


@njit(cache=True, nogil=True)
def _column(matrix: Words, lists: Words, number: int, lines: int) -> Any:
    return matrix[number] if number < lines else lists[number - lines]
