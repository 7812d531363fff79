"""A block of profiles as bitmaps: for each factor, who has it.

A catalogue could hold a row of bits for each profile. It holds a column for each factor instead, of
one bit a profile, because a question of 40 factors then reads 40 columns and not the whole table:
of a million profiles of 1,024 factors 5 MB instead of 128 MB. A factor that hardly anybody has is a
list of places instead, made into a column when it is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Places = NDArray[np.int64]

# Words of a block: profiles that are searched at once, and whose least size is known.
BLOCK = 1024
# Rows that are laid out at once; a table of booleans of so many cells is 16 MiB.
CELLS_AT_ONCE = 1 << 24
# Columns are faster than lists; where they would take more than this, only common factors have one.
MOST_BYTES = 2 << 30
# Of how many profiles one has to have a factor that gets a column: from 512 on a list costs next to
# nothing to search, below 32 it takes more memory than the column.
RARITIES = (512, 256, 128, 64, 32)


@dataclass(frozen=True, slots=True)
class Members:
    """Who has what, as a compressed table: profile i has ``factors[offsets[i]:offsets[i + 1]]``."""

    factors: NDArray[np.integer]
    offsets: Places


@dataclass(frozen=True, slots=True)
class Segment:
    """Profiles in the order of their ids, as bitmaps.

    ``ids``: bytes of UTF-8, sorted. ``sizes``: how many factors each has, second copies not
    counted. ``matrix``: a row for each factor with a column, and a row of zeros as the last;
    ``column``: the row of a factor in it, -1 for a list. ``postings``: the lists, of factor f from
    ``starts[f]`` to ``starts[f + 1]``. ``holders``: how many profiles have a factor. ``smallest``: the
    least size above 0 in each block of profiles.
    """

    ids: NDArray[np.bytes_]
    sizes: NDArray[np.uint32]
    matrix: Words
    column: NDArray[np.int32]
    starts: Places
    postings: NDArray[np.uint32]
    holders: Places
    smallest: NDArray[np.uint32]

    @property
    def count(self) -> int:
        return len(self.ids)

    def nbytes(self) -> int:
        return sum(getattr(self, name).nbytes for name in ARRAYS)

    def places(self, ids: NDArray[np.bytes_]) -> Places:
        """Return the row of each id, -1 where it is not here."""
        if not self.count:
            return np.full(len(ids), -1, dtype=np.int64)
        found = np.minimum(np.searchsorted(self.ids, ids), self.count - 1)
        return np.where(self.ids[found] == ids, found, -1)

    def lists(self, factors: Places) -> Words:
        """Return columns made of the lists of factors, a row each."""
        made = np.zeros((factors.size, self.matrix.shape[1]), dtype=np.uint64)
        for row, factor in zip(made, factors, strict=True):
            places = self.postings[self.starts[factor] : self.starts[factor + 1]].astype(np.uint64)
            if not places.size:
                continue
            words, bits = places >> np.uint64(6), np.uint64(1) << (places & np.uint64(63))
            first = np.flatnonzero(np.diff(words, prepend=words[0] + np.uint64(1)))
            row[words[first].astype(np.int64)] = np.bitwise_or.reduceat(bits, first)
        return made

    def has(self, factors: Places, rows: Places) -> NDArray[np.bool_]:
        """Return which of the factors each of the rows has, a row of booleans each."""
        found = np.zeros((rows.size, factors.size), dtype=np.bool_)
        is_column = self.column[factors] >= 0
        lines = self.column[factors[is_column]]
        words = self.matrix[lines[None, :], (rows >> 6)[:, None]]
        found[:, is_column] = (words >> (rows & 63).astype(np.uint64)[:, None]) & np.uint64(1)
        for place in np.flatnonzero(~is_column):
            own = self.postings[self.starts[factors[place]] : self.starts[factors[place] + 1]]
            if own.size:
                at = np.searchsorted(own, rows.astype(np.uint32))
                found[:, place] = own[np.minimum(at, own.size - 1)] == rows
        return found

    def rows(self, factor: int) -> Places:
        """Return the places of the profiles that have a factor."""
        if self.column[factor] < 0:
            listed = self.postings[self.starts[factor] : self.starts[factor + 1]]
            return listed.astype(np.int64)
        words = self.matrix[self.column[factor]]
        return np.flatnonzero(np.unpackbits(words.view(np.uint8), bitorder="little"))

    def members(self, row: int) -> Places:
        """Return the factors of one profile, second copies too."""
        word, bit = row >> 6, np.uint64(row & 63)
        held = np.flatnonzero((self.matrix[:-1, word] >> bit) & np.uint64(1))
        dense = np.flatnonzero(self.column >= 0)[held]
        listed = np.flatnonzero(self.postings == row)
        return np.sort(np.r_[dense, np.searchsorted(self.starts, listed, side="right") - 1])


ARRAYS = ("ids", "sizes", "matrix", "column", "starts", "postings", "holders", "smallest")


def build(ids: NDArray[np.bytes_], members: Members, *, is_copy: NDArray[np.bool_]) -> Segment:
    """Lay out profiles; ``is_copy`` tells of each factor whether it is a second copy of another."""
    count, kinds = len(ids), len(is_copy)
    order = np.argsort(ids, kind="stable")
    words = (count + 63) // 64
    spread = np.zeros(kinds, dtype=np.int64)
    for start in range(0, len(members.factors), CELLS_AT_ONCE):
        spread += np.bincount(members.factors[start : start + CELLS_AT_ONCE], minlength=kinds)
    is_dense = _common(spread, count)
    lines = int(is_dense.sum())
    column = np.full(kinds, -1, dtype=np.int32)
    column[is_dense] = np.arange(lines, dtype=np.int32)
    matrix = np.zeros((lines + 1, words), dtype=np.uint64)
    sizes = np.zeros(count, dtype=np.uint32)
    sparse: list[tuple[NDArray[np.uint32], NDArray[np.uint32]]] = []
    step = max(64, CELLS_AT_ONCE // (lines + 1) // 64 * 64)
    for start in range(0, count, step):
        stop = min(start + step, count)
        rows, factors = _pairs(members, order[start:stop])
        dense = is_dense[factors]
        held = np.zeros((lines + 1, (stop - start + 63) // 64 * 64), dtype=np.bool_)
        held[column[factors[dense]], rows[dense]] = True
        matrix[:, start // 64 : (stop + 63) // 64] = np.packbits(
            held, axis=1, bitorder="little"
        ).view("<u8")
        own = held[:-1][~is_copy[is_dense]].sum(axis=0, dtype=np.uint32)
        sizes[start:stop] = own[: stop - start]
        rare = (rows[~dense] + start, factors[~dense])
        sparse.append((rare[0].astype(np.uint32), rare[1].astype(np.uint32)))
    starts, postings = _lists(sparse, kinds)
    listed = np.repeat(np.arange(kinds), np.diff(starts))
    sizes += np.bincount(postings[~is_copy[listed]], minlength=count).astype(np.uint32)
    holders = np.diff(starts)
    for factor in np.flatnonzero(is_dense):
        holders[factor] = np.bitwise_count(matrix[column[factor]]).sum(dtype=np.int64)
    smallest = _smallest(sizes)
    return Segment(ids[order], sizes, matrix, column, starts, postings, holders, smallest)


def _smallest(sizes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    some = np.where(sizes > 0, sizes, np.uint32(0xFFFFFFFF))
    return np.minimum.reduceat(some, np.arange(0, some.size, 64 * BLOCK))


def _common(spread: Places, count: int) -> NDArray[np.bool_]:
    """Return which factors get a column: as many as memory allows, the commonest first."""
    for rarity in RARITIES:
        is_dense = spread * rarity > count
        if int(is_dense.sum()) * count // 8 <= MOST_BYTES:
            break
    return is_dense


def merged(parts: Sequence[Segment], kinds: int) -> tuple[NDArray[np.bytes_], Members]:
    """Return the ids and the factors of several segments as what one is built from."""
    lengths, factors = [], []
    for part in parts:
        rows, held = _every_pair(part)
        order = np.argsort(rows, kind="stable")
        lengths.append(np.bincount(rows, minlength=part.count))
        factors.append(held[order].astype(np.uint16 if kinds < 1 << 16 else np.uint32))
    offsets = np.concatenate([[0], np.cumsum(np.concatenate(lengths))]).astype(np.int64)
    return np.concatenate([part.ids for part in parts]), Members(np.concatenate(factors), offsets)


def lacking(
    part: Segment, ids: NDArray[np.bytes_], kinds: int, *, is_copy: NDArray[np.bool_]
) -> Segment:
    """Return a segment without these profiles; the same where it holds none of them."""
    gone = part.places(ids)
    gone = gone[gone >= 0]
    if not gone.size:
        return part
    stays = np.ones(part.count, dtype=np.bool_)
    stays[gone] = False
    names, held = merged([part], kinds)
    lengths = np.diff(held.offsets)
    factors = held.factors[np.repeat(stays, lengths)]
    offsets = np.concatenate([[0], np.cumsum(lengths[stays])]).astype(np.int64)
    if not stays.any():
        return replace(part, ids=part.ids[:0])
    return build(names[stays], Members(factors, offsets), is_copy=is_copy)


def _every_pair(part: Segment) -> tuple[Places, NDArray[np.integer]]:
    rows, factors = [part.postings.astype(np.int64)], []
    factors.append(np.repeat(np.arange(len(part.column)), np.diff(part.starts)))
    for factor in np.flatnonzero(part.column >= 0):
        held = part.rows(int(factor))
        rows.append(held)
        factors.append(np.full(held.size, factor))
    return np.concatenate(rows), np.concatenate(factors)


def _pairs(members: Members, old: Places) -> tuple[Places, Places]:
    """Return (row, factor) of the profiles at old places, rows counted from 0 in their order."""
    begins = members.offsets[old]
    lengths = members.offsets[old + 1] - begins
    ends = np.cumsum(lengths)
    within = np.arange(int(ends[-1])) - np.repeat(ends - lengths, lengths)
    taken = members.factors[np.repeat(begins, lengths) + within]
    return np.repeat(np.arange(old.size), lengths), taken.astype(np.int64)


def _lists(
    sparse: Sequence[tuple[NDArray[np.uint32], NDArray[np.uint32]]], kinds: int
) -> tuple[Places, NDArray[np.uint32]]:
    """Return where the list of each factor begins, and the lists; the rows come in their order."""
    rows = np.concatenate([np.empty(0, np.uint32), *(one[0] for one in sparse)])
    factors = np.concatenate([np.empty(0, np.uint32), *(one[1] for one in sparse)])
    order = np.argsort(factors, kind="stable")
    rows, factors = rows[order], factors[order]
    is_new = np.ones(rows.size, dtype=np.bool_)
    is_new[1:] = (rows[1:] != rows[:-1]) | (factors[1:] != factors[:-1])
    rows, factors = rows[is_new], factors[is_new]
    starts = np.zeros(kinds + 1, dtype=np.int64)
    np.cumsum(np.bincount(factors, minlength=kinds), out=starts[1:])
    return starts, rows
