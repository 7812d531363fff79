"""The same search compiled by numba, where it can be imported: see ``scans`` for the method."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from assays.numerics.profiles.scans import NONE, Asked, Best
from assays.numerics.profiles.segments import Segment, Words

BLOCK = 1024
# With more than so many asked for, keeping them in order costs more than numpy's sorting.
MOST = 1000


def best(segment: Segment, asked: Asked) -> Best:
    """Return up to k profiles that share a factor; the others share none."""
    held = asked.factors[segment.holders[asked.factors] > 0]
    if not held.size or not asked.k:
        return NONE
    zeros = segment.matrix.shape[0] - 1
    rows = segment.column[held].astype(np.int64)
    lists = segment.lists(held[rows < 0])
    chosen = np.r_[rows[rows >= 0], zeros + 1 + np.arange(len(lists))]
    chosen = np.r_[chosen, np.full(-chosen.size % 8, zeros)]
    k = min(asked.k, segment.count)
    found, counts, scores = _search(
        _fixed(segment.matrix),
        _fixed(lists),
        _fixed(segment.sizes),
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
    filled, least = 0, 1
    for start in range(0, width, BLOCK):
        stop = min(start + BLOCK, width)
        _add(matrix, lists, chosen, start, stop, planes, carry)
        _reaching(planes, stop - start, least, mask, equal)
        for at in range(stop - start):
            word = mask[at]
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
                            while least <= most:
                                bound = float(least) if by_shared else least / total
                                if bound > scores[k - 1]:
                                    break
                                least += 1
                word >>= np.uint64(1)
                bit += 1
        if least > most:
            break
    return rows[:filled], counts[:filled], scores[:filled]


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
