"""What else finds the most alike of many profiles exactly: RDKit, faiss and usearch, where installed.

None of them comes with labsys. Each is asked with one thread for the k best of the same profiles as bits.
Profiles here have equally many factors, so the order by Hamming distance is that by shared factors.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

Profiles = NDArray[np.uint16]
# From a profile and k to the similarities of the best, the greatest first.
Asked = Callable[[Profiles, int], list[float]]


def bits(profiles: Profiles, factors: int) -> NDArray[np.uint8]:
    """Return a row of packed bits for each profile."""
    packed = np.zeros((len(profiles), factors // 8), dtype=np.uint8)
    place = np.arange(len(profiles))
    for column in profiles.T:
        packed[place, column >> 3] |= (128 >> (column & 7)).astype(np.uint8)
    return packed


def rdkit(profiles: Profiles, factors: int) -> Asked:
    from rdkit import DataStructs  # type: ignore[import-not-found,unused-ignore]

    def vector(profile: Profiles) -> object:
        made = DataStructs.ExplicitBitVect(factors)
        made.SetBitsFromList(profile.tolist())
        return made

    held = [vector(profile) for profile in profiles]

    def ask(profile: Profiles, k: int) -> list[float]:
        scores = np.array(DataStructs.BulkTanimotoSimilarity(vector(profile), held))
        return sorted(np.partition(scores, -k)[-k:].tolist(), reverse=True)

    return ask


def faiss(profiles: Profiles, factors: int) -> Asked:
    import faiss as library  # type: ignore[import-not-found,unused-ignore]

    library.omp_set_num_threads(1)
    index = library.IndexBinaryFlat(factors)
    index.add(bits(profiles, factors))

    def ask(profile: Profiles, k: int) -> list[float]:
        far, _ids = index.search(bits(profile[None, :], factors), k)
        shared = len(profile) - far[0] / 2
        return (shared / (2 * len(profile) - shared)).tolist()  # type: ignore[no-any-return]

    return ask


def usearch(profiles: Profiles, factors: int) -> Asked:
    from usearch.index import MetricKind, search  # type: ignore[import-not-found,unused-ignore]

    held = bits(profiles, factors)

    def ask(profile: Profiles, k: int) -> list[float]:
        asked = bits(profile[None, :], factors)[0]
        found = search(held, asked, k, MetricKind.Tanimoto, exact=True, threads=1)
        return sorted((1 - np.asarray(found.distances, dtype=np.float64)).tolist(), reverse=True)

    return ask


PEERS: Mapping[str, Callable[[Profiles, int], Asked]] = {
    "RDKit, BulkTanimotoSimilarity": rdkit,
    "faiss, IndexBinaryFlat": faiss,
    "usearch, exact": usearch,
}


def installed(profiles: Profiles, factors: int) -> tuple[dict[str, Asked], list[str]]:
    """Return what is there, ready to be asked, and the names of what is not."""
    found, absent = {}, []
    for name, make in PEERS.items():
        try:
            found[name] = make(profiles, factors)
        except ImportError:
            absent.append(name.partition(",")[0])
    return found, absent
