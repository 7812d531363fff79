"""python -m bench.profile_search: the catalogue of profiles against brute force, in one run.

Profiles have one of about 27 alleles at each of 38 markers, 1,024 factors together; half of the
questions are profiles of the catalogue with some markers changed, half are drawn anew. Every answer
of the search, compiled and by numpy alone, is compared with a ranking of all profiles.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assays.numerics.profiles import Catalogue
from bench import profile_peers

MARKERS, FACTORS = 38, 1024
EDGES = np.linspace(0, FACTORS, MARKERS + 1).astype(np.int64)
CHUNK = 200_000


def drawn(rng: np.random.Generator, count: int) -> NDArray[np.uint16]:
    """Draw profiles; low alleles are the common ones."""
    made = np.empty((count, MARKERS), dtype=np.uint16)
    for start in range(0, count, CHUNK):
        part = rng.random((min(CHUNK, count - start), MARKERS)) ** 1.5
        made[start : start + CHUNK] = EDGES[:-1] + (part * np.diff(EDGES)).astype(np.int64)
    return made


def packed(profiles: NDArray[np.uint16]) -> NDArray[np.uint64]:
    """Return one row of words for each 64 factors, as the fastest plain scan reads them."""
    words = np.zeros((FACTORS // 64, len(profiles)), dtype=np.uint64)
    place = np.arange(len(profiles))
    for column in profiles.T:
        words[column >> 6, place] |= np.uint64(1) << (column & np.uint16(63)).astype(np.uint64)
    return words


def scanned(words: NDArray[np.uint64], asked: NDArray[np.uint16], k: int) -> list[int]:
    """Rank all profiles by numpy: popcounts of every word, then the best k."""
    question = packed(asked[None, :])[:, 0]
    scores = np.empty(words.shape[1])
    for start in range(0, words.shape[1], 1 << 15):
        block = words[:, start : start + (1 << 15)] & question[:, None]
        shared = np.bitwise_count(block).sum(axis=0, dtype=np.int64)
        scores[start : start + (1 << 15)] = shared / (2 * MARKERS - shared)
    return best(scores, k)


def counted(profiles: NDArray[np.uint16], asked: NDArray[np.uint16], k: int) -> list[int]:
    """Rank all profiles by looking each of their factors up: slow, little memory."""
    held = np.zeros(FACTORS, dtype=np.uint8)
    held[asked] = 1
    scores = np.empty(len(profiles))
    for start in range(0, len(profiles), CHUNK):
        shared = held[profiles[start : start + CHUNK]].sum(axis=1, dtype=np.int64)
        scores[start : start + CHUNK] = shared / (2 * MARKERS - shared)
    return best(scores, k)


def best(scores: NDArray[np.float64], k: int) -> list[int]:
    worst = np.partition(scores, -k)[-k]
    some = np.flatnonzero(scores >= worst)
    return [int(one) for one in some[np.lexsort((some, -scores[some]))][:k]]


def timed(function: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.process_time()
    found = function()
    return (time.process_time() - begun) * 1e3, found


def told(name: str, times: list[float], goal: str = "") -> None:
    ordered = sorted(times)
    p95 = ordered[int(len(ordered) * 0.95) - 1]
    print(f"  {name:<34}{statistics.median(times):9.2f} ms CPU, p95 {p95:8.2f}  {goal}", flush=True)


def run(count: int, questions: int, k: int) -> bool:
    """Build, keep, open and ask; return whether every ranking was that of brute force."""
    rng = np.random.default_rng(1)
    profiles = drawn(rng, count)
    ids = np.array([f"{i:08d}" for i in range(count)], dtype="S8")
    names = [f"F{i}" for i in range(FACTORS)]
    offsets = np.arange(count + 1) * MARKERS
    build, catalogue = timed(lambda: Catalogue.from_arrays(ids, names, profiles.ravel(), offsets))
    print(
        f"{count:,} profiles, {FACTORS} factors, {questions} questions, load {os.getloadavg()[0]:.1f}"
    )
    print(f"  built in {build / 1e3:.1f} s CPU, {catalogue.nbytes / 2**20:,.0f} MiB", flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"  most memory of the process, what it was built from too: {peak:.2f} GiB")
    with tempfile.TemporaryDirectory(dir=os.environ.get("LABSYS_BENCH_DIR")) as folder:
        saving, _none = timed(partial(catalogue.save, folder))
        del catalogue
        opening, opened = timed(lambda: Catalogue.open(folder))
        print(f"  saved in {saving / 1e3:.1f} s, opened and verified in {opening / 1e3:.2f} s CPU")
        asked = drawn(rng, questions)
        asked[::2] = profiles[rng.integers(count, size=len(asked[::2]))]
        asked[::2, :9] = drawn(rng, questions)[::2, :9]
        return _compared(opened, profiles, asked, names, k)


def _compared(
    catalogue: Catalogue,
    profiles: NDArray[np.uint16],
    asked: NDArray[np.uint16],
    names: list[str],
    k: int,
) -> bool:
    is_large = len(profiles) > 2_000_000
    words = None if is_large else packed(profiles)
    goals = {True: "(goal 15)", False: ""} if is_large else {True: "(goal 3)", False: "(goal 60)"}
    times: dict[str, list[float]] = {}
    wrong = others_wrong = 0
    others, absent = ({}, []) if is_large else profile_peers.installed(profiles, FACTORS)
    for compiled in (True, False):
        catalogue.search(names[:40], k, compiled=compiled)
    for question in asked:
        factors = [names[number] for number in question]
        if words is None:
            taken, expected = timed(partial(counted, profiles, question, k))
        else:
            taken, expected = timed(partial(scanned, words, question, k))
        times.setdefault("brute force", []).append(taken)
        for compiled in (True, False):
            taken, found = timed(partial(catalogue.search, factors, k, compiled=compiled))
            times.setdefault("numba" if compiled else "numpy", []).append(taken)
            wrong += [int(hit.id) for hit in found] != expected
        for name, ask in others.items():
            taken, scores = timed(partial(ask, question, k))
            times.setdefault(name, []).append(taken)
            others_wrong += not np.allclose(
                scores, _scores(profiles, question, expected), atol=1e-4
            )
    told("search, compiled", times["numba"], goals[True])
    told("search, numpy alone", times["numpy"], goals[False])
    told(
        "brute force, numpy" + (" (by look-up)" if is_large else " (popcounts)"),
        times["brute force"],
    )
    print(f"  {2 * len(asked)} rankings compared, {wrong} wrong")
    for name in others:
        told(name, times[name])
    if others:
        print(f"  {len(others) * len(asked)} rankings of theirs compared, {others_wrong} different")
    if absent:
        print(f"  ({', '.join(absent)}: not installed here, and not asked.)")
    return not wrong


def _scores(
    profiles: NDArray[np.uint16], question: NDArray[np.uint16], ids: list[int]
) -> list[float]:
    """Return how alike these profiles are to the question, in their order."""
    shared = [len(np.intersect1d(profiles[id_], question)) for id_ in ids]
    return [one / (2 * MARKERS - one) for one in shared]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="10 million profiles too")
    parser.add_argument("--questions", type=int, default=40)
    parser.add_argument("--hits", type=int, default=10)
    given = parser.parse_args()
    is_exact = run(1_000_000, given.questions, given.hits)
    if given.large:
        is_exact = run(10_000_000, max(4, given.questions // 4), given.hits) and is_exact
    raise SystemExit(0 if is_exact else 1)
