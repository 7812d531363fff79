"""python -m bench.fuzz: feed hostile bytes to framing and parsing, and count.

Ten million inputs by default, of one of three engines: `made` from a seed by `bench.fuzzing.making`,
put together by `hypothesis`, or found by `atheris`, which goes on from what reached new code. What
fails is printed with a name that `--only` feeds again, and the run ends non-zero. An input that takes
longer than ten seconds hangs, and fails too.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from bench.fuzzing import given, searched
from bench.fuzzing.given import WHEEL
from bench.fuzzing.making import Maker
from bench.fuzzing.tally import SECONDS_OF_ONE, Tally, in_time, memory
from bench.fuzzing.targets import TARGETS

BATCH = 500
ENGINES = ("made", "hypothesis", "atheris")


def feed(seed: str, number: int) -> str:
    """Make one input and feed it; returns the target it was for."""
    maker = Maker(f"{seed}:{number}")
    name = maker.random.choice(WHEEL)
    TARGETS[name][0](maker)
    return name


def batch(work: tuple[str, int, int]) -> Tally:
    """Feed so many inputs of a seed, from a number on."""
    seed, first, count = work
    tally, begun, before = Tally(), time.monotonic(), memory()
    with in_time():
        for number in range(first, first + count):
            signal.alarm(SECONDS_OF_ONE)
            try:
                tally.fed[feed(seed, number)] += 1
            except Exception:  # noqa: BLE001 - whatever it is, it is what is looked for
                tally.failures.append(f"{seed}:{number}\n{traceback.format_exc(limit=-4)}")
    tally.seconds, tally.grown = time.monotonic() - begun, memory() - before
    return tally


def run(
    engine: str, seed: str, inputs: int, *, processes: int = 1, seconds: float | None = None
) -> Tally:
    """Feed so many inputs, or as many as the seconds allow."""
    begun, told, total = time.monotonic(), time.monotonic(), Tally()
    with _tallies(engine, seed, inputs, processes) as tallies:
        for tally in tallies:
            total.add(tally)
            now = time.monotonic()
            if now - told > 60:
                told = now
                print(total.progress(now - begun), flush=True)
            is_late = seconds is not None and now - begun > seconds
            if is_late or total.has_too_many_failures:
                break
    return total


@contextmanager
def _tallies(engine: str, seed: str, inputs: int, processes: int) -> Iterator[Iterator[Tally]]:
    if engine == "hypothesis":
        yield searched.tallies(seed, inputs)
        return
    work = ((seed, at, min(BATCH, inputs - at)) for at in range(0, inputs, BATCH))
    if processes == 1:
        yield map(batch, work)
        return
    with multiprocessing.Pool(processes) as pool:
        yield pool.imap_unordered(batch, work)


def again(name: str) -> str:
    """Feed one input again by its name; returns the target it was for."""
    seed, _, number = name.rpartition(":")
    return given.feed(bytes.fromhex(number)) if seed == "hex" else feed(seed, int(number))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engine", choices=ENGINES, default="made")
    parser.add_argument("--inputs", type=int, default=10_000_000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--processes", type=int, default=1, help="of the engine made")
    parser.add_argument("--minutes", type=float, help="end after so long, whatever is left")
    parser.add_argument("--only", metavar="NAME", help="feed one input again")
    options = parser.parse_args()
    if options.only:
        print(again(options.only))
        return 0
    if options.engine == "atheris":
        # It has to see everything imported: a program of its own takes the place of this one.
        given_ = [options.seed, str(options.inputs), str(options.minutes or "")]
        os.execv(sys.executable, [sys.executable, "-m", "bench.fuzzing.guided", *given_])
    begun = time.monotonic()
    total = run(
        options.engine,
        options.seed,
        options.inputs,
        processes=options.processes,
        seconds=options.minutes and options.minutes * 60,
    )
    return total.tell(f"{options.engine}, seed {options.seed},", time.monotonic() - begun)


if __name__ == "__main__":
    sys.exit(main())
