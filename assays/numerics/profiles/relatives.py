"""Likelihood ratios of one profile against every profile of a catalogue's segment, exactly.

A ratio is a product over markers, and at a marker a catalogue holds few genotypes: each is weighed
once, and every profile looks its own up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from assays.numerics.markers import key_of
from assays.numerics.profiles.frequencies import Frequencies
from assays.numerics.profiles.kinship import likelihood_ratio
from assays.numerics.profiles.profile import Profile
from assays.numerics.profiles.scans import Best, joined
from assays.numerics.profiles.segments import Places, Segment

Alleles = Mapping[str, Sequence[tuple[str, int, int]]]


def alleles_by_marker(numbers: Mapping[tuple[str, bool], int]) -> Alleles:
    """Return for each marker, by its one name, its alleles with their factor and their second copy's,
    -1 where nobody has two.
    """
    found: dict[str, list[tuple[str, int, int]]] = {}
    for (name, is_copy), number in numbers.items():
        marker, slash, allele = name.partition("/")
        if slash and not is_copy:
            own = (allele, number, numbers.get((name, True), -1))
            found.setdefault(key_of(marker), []).append(own)
    return found


def best(
    segment: Segment,
    alleles: Alleles,
    profile: Profile,
    table: Frequencies,
    *,
    relation: str | Sequence[float],
    theta: float,
    k: int,
) -> Best:
    """Return the k profiles of the highest log10 ratio; mixtures at a marker compared are none."""
    total, is_mixture = np.zeros(segment.count), np.zeros(segment.count, dtype=np.bool_)
    for marker, own in profile.markers.items():
        if table.marker(marker) is None:
            continue
        known = [one for one in alleles.get(key_of(marker), ()) if one[1] < len(segment.column)]
        codes, mixed = _genotypes(segment, known)
        is_mixture |= mixed
        weights = np.zeros((len(known) + 1) ** 2)
        for code in np.flatnonzero(np.bincount(codes[~mixed], minlength=weights.size)):
            places = [place for place in divmod(int(code), len(known) + 1) if place]
            if places:
                held = tuple(known[place - 1][0] for place in places)
                weights[code] = likelihood_ratio(
                    {marker: own}, {marker: held}, table, relation=relation, theta=theta
                ).log10
        total += weights[codes]
    rows = np.flatnonzero(~is_mixture)
    nothing = Best(rows[:0], rows[:0], total[:0])
    return joined(nothing, Best(rows, np.zeros_like(rows), total[rows]), k) if k else nothing


def _genotypes(
    segment: Segment, alleles: Sequence[tuple[str, int, int]]
) -> tuple[Places, NDArray[np.bool_]]:
    """Return each profile's first and second allele as one number, and who has more than two."""
    first, second = (np.zeros(segment.count, dtype=np.int64) for _ in range(2))
    is_mixture = np.zeros(segment.count, dtype=np.bool_)
    for place, (_allele, number, _copy) in enumerate(alleles, start=1):
        rows = segment.rows(number)
        is_later = first[rows] > 0
        later = rows[is_later]
        is_mixture[later] |= second[later] > 0
        second[later] = place
        first[rows[~is_later]] = place
    for place, (_allele, _number, copy) in enumerate(alleles, start=1):
        if 0 <= copy < len(segment.column):
            rows = segment.rows(copy)
            is_mixture[rows] |= second[rows] > 0
            second[rows] = place
    return first * (len(alleles) + 1) + second, is_mixture
