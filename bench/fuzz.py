"""python -m bench.fuzz: feed hostile bytes to framing and parsing, and count.

Ten million inputs by default, made from a seed by `bench.fuzzing.making`. An input is named by its
seed and number, `--only 1:4711` makes and feeds it alone. What fails is printed with its name, and
the run ends non-zero. An input that takes longer than ten seconds hangs, and fails too.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from types import FrameType

from bench.fuzzing.making import Maker
from bench.fuzzing.targets import TARGETS

SECONDS_OF_ONE = 10
BATCH = 500
MOST_FAILURES = 20
# What a connection may take; a process that feeds small inputs needs less in all.
MEMORY = 64 * 2**20
_WHEEL = [name for name, (_target, share) in TARGETS.items() for _ in range(share)]


@dataclass
class Tally:
    """What came of a number of inputs."""

    fed: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0
    grown: int = 0

    def add(self, other: Tally) -> None:
        self.fed += other.fed
        self.failures += other.failures
        self.seconds += other.seconds
        self.grown = max(self.grown, other.grown)


def feed(seed: str, number: int) -> str:
    """Make one input and feed it; returns the target it was for."""
    maker = Maker(f"{seed}:{number}")
    name = maker.random.choice(_WHEEL)
    TARGETS[name][0](maker)
    return name


def batch(given: tuple[str, int, int]) -> Tally:
    seed, first, count = given
    tally, begun, before = Tally(), time.monotonic(), _memory()
    signal.signal(signal.SIGALRM, _hang)
    for number in range(first, first + count):
        signal.alarm(SECONDS_OF_ONE)
        try:
            tally.fed[feed(seed, number)] += 1
        except Exception:  # noqa: BLE001 - whatever it is, it is what is looked for
            tally.failures.append(f"{seed}:{number}\n{traceback.format_exc(limit=-4)}")
    signal.alarm(0)
    tally.seconds, tally.grown = time.monotonic() - begun, _memory() - before
    return tally


def run(seed: str, inputs: int, *, processes: int = 1, seconds: float | None = None) -> Tally:
    """Feed so many inputs, or as many as the seconds allow."""
    begun, told, total = time.monotonic(), time.monotonic(), Tally()
    work = ((seed, at, min(BATCH, inputs - at)) for at in range(0, inputs, BATCH))
    with multiprocessing.Pool(processes) as pool:
        for tally in pool.imap_unordered(batch, work):
            total.add(tally)
            now = time.monotonic()
            if now - told > 60:
                told = now
                print(f"{total.fed.total():>12,}  {now - begun:8.0f} s", flush=True)
            is_late = seconds is not None and now - begun > seconds
            if is_late or len(total.failures) >= MOST_FAILURES:
                pool.terminate()
                break
    return total


def _hang(number: int, frame: FrameType | None) -> None:
    raise TimeoutError(f"not done after {SECONDS_OF_ONE} s")


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inputs", type=int, default=10_000_000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--minutes", type=float, help="end after so long, whatever is left")
    parser.add_argument("--only", metavar="SEED:NUMBER", help="feed one input again")
    options = parser.parse_args()
    if options.only:
        seed, _, number = options.only.rpartition(":")
        print(feed(seed, int(number)))
        return 0
    begun = time.monotonic()
    total = run(
        options.seed,
        options.inputs,
        processes=options.processes,
        seconds=options.minutes and options.minutes * 60,
    )
    spent = time.monotonic() - begun
    for name, count in sorted(total.fed.items()):
        print(f"{name:<20} {count:>12,}")
    print(
        f"{total.fed.total():,} inputs of seed {options.seed} in {spent:.0f} s "
        f"({total.fed.total() / spent:,.0f}/s), {len(total.failures)} failures, "
        f"most growth of a process in a batch {total.grown / 2**20:.1f} MiB"
    )
    for failure in total.failures:
        print(failure)
    return 1 if total.failures or total.grown > MEMORY else 0


if __name__ == "__main__":
    sys.exit(main())
