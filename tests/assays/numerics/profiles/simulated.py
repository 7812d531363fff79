"""Invented people and hosts, the same from the same seed."""

from __future__ import annotations

import numpy as np

from assays.numerics.profiles import Frequencies, Profile


def frequencies(*, seed: int, markers: int = 15, alleles: int = 8) -> Frequencies:
    """Draw allele frequencies; markers are M00, M01 ..., alleles 10, 11 ..."""
    rng = np.random.default_rng(seed)
    return Frequencies(
        {
            f"M{number:02d}": {
                str(10 + allele): float(share)
                for allele, share in enumerate(rng.dirichlet(np.full(alleles, 2.0)))
            }
            for number in range(markers)
        }
    )


def people(table: Frequencies, count: int, *, seed: int) -> dict[str, Profile]:
    """Draw unrelated people: two alleles a marker by their frequencies."""
    rng = np.random.default_rng(seed)
    drawn = {
        marker: rng.choice(list(shares), p=list(shares.values()), size=(count, 2))
        for marker, shares in table.table.items()
    }
    return {
        f"P{number:04d}": Profile({m: tuple(map(str, found[number])) for m, found in drawn.items()})
        for number in range(count)
    }


def hosts(count: int, factors: int, share: float, *, seed: int) -> dict[str, set[str]]:
    """Draw hosts that have each of many factors by chance."""
    held = np.random.default_rng(seed).random((count, factors)) < share
    return {f"H{i:03d}": {f"F{j:04d}" for j in np.flatnonzero(row)} for i, row in enumerate(held)}


def drifting(
    weeks: int, rate_by_week: list[float], *, seed: int, markers: int = 60
) -> list[Profile]:
    """Draw a host's profiles: each week each marker becomes a new allele with that week's rate."""
    rng = np.random.default_rng(seed)
    alleles = dict.fromkeys((f"N{i}" for i in range(markers)), 0)
    found = [Profile({m: (str(a),) for m, a in alleles.items()})]
    for week in range(1, weeks):
        for marker in alleles:
            if rng.random() < rate_by_week[week - 1]:
                alleles[marker] = week
        found.append(Profile({m: (str(a),) for m, a in alleles.items()}))
    return found
