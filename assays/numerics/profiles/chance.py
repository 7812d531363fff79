"""How many profiles of a catalogue would share so many factors by chance alone."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from assays.numerics.profiles.frequencies import Frequencies
from assays.numerics.profiles.profile import Profile

Shares = Sequence[float]  # probability of sharing 0, 1, 2 factors at a marker


def by_marker(profile: Profile, table: Frequencies, *, with_copies: bool) -> list[Shares]:
    """Return for each marker how likely an unrelated person shares none, one or two factors.

    Two alleles are drawn by their frequencies: with S their sum over the alleles asked for, none is
    shared with (1 - S)^2, two different ones with S^2 - sum p^2. With copies, a homozygote's second
    counts: two are shared with p^2. Markers that the table lacks share nothing.
    """
    found: list[Shares] = []
    for marker, alleles in profile.markers.items():
        if table.marker(marker) is None:
            continue
        shares = {allele: table.of(marker, allele)[0] for allele in Counter(alleles)}
        total = min(1.0, math.fsum(shares.values()))
        doubled = math.fsum(
            p * p for a, p in shares.items() if with_copies and alleles.count(a) > 1
        )
        none = (1 - total) ** 2
        two = max(0.0, total * total - math.fsum(p * p for p in shares.values())) + doubled
        found.append((none, max(0.0, 1 - none - two), two))
    return found


def by_factor(shares: Iterable[float]) -> list[Shares]:
    """Return the same for factors that profiles have independently of each other."""
    return [(1 - share, share) for share in shares]


def log10_tails(markers: Sequence[Shares]) -> NDArray[np.float64]:
    """Return log10 of the probability of sharing at least 0, 1, 2 ... factors.

    The distributions of the markers are folded one after the other, as logarithms where plain
    numbers would vanish.
    """
    folded = np.ones(1)
    for shares in markers:
        folded = np.convolve(folded, shares)
    tails = np.cumsum(folded[::-1])[::-1]
    if not tails.size or tails[-1] > 1e-290:
        return np.log10(np.clip(tails, 0.0, 1.0))
    logs = np.zeros(1)
    for shares in markers:
        wider = np.full(logs.size + len(shares) - 1, -np.inf)
        for more, share in enumerate(shares):
            if share > 0:
                place = slice(more, more + logs.size)
                wider[place] = np.logaddexp(wider[place], logs + math.log(share))
        logs = wider
    tail = np.logaddexp.accumulate(logs[::-1])[::-1]
    return np.minimum(tail, 0.0) / math.log(10)
