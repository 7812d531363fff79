"""python -m bench.kinetics: courses of a load, how often limits hold, and how fast a course is fitted.

Courses are simulated as `bench.load_courses` says: five kinds, CV 8, 15 and 25 %, 29 daily loads.
`--series` of each kind and CV (200), from `--seed`. Two peers see the same series: a loop of scipy's
curve_fit over models with 0, 1 and 2 breaks, started from the same days and chosen by the Bayesian
criterion, and a grid of least squares over all pairs of days. It ends non-zero where a goal is missed.
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from collections.abc import Callable
from itertools import combinations
from statistics import mean

import numpy as np
from scipy.optimize import OptimizeWarning, curve_fit

from assays.numerics.doubling import Direction
from assays.numerics.epidemic import reproduction_number
from assays.numerics.kinetics import fit_load
from bench.load_courses import KINDS, Course, simulated

CVS = (0.08, 0.15, 0.25)
SPEED = 40


def run(*, series: int = 200, seed: int = 2026) -> bool:
    """Print coverage by kind and CV, totals against the goals, and the speed beside the peers."""
    rng, told = np.random.default_rng(seed), Told()
    for kind in KINDS:
        for cv in CVS:
            own = Told()
            for _series in range(series):
                own.look(simulated(kind, cv, rng))
            told.add(own)
            print(f"{kind}, CV {cv:.0%}, {series} series: {own.line()}", flush=True)
    print(f"all: {told.line()}")
    _speed(rng)
    return told.reaches()


class Told:
    """What was right and what was not, over series."""

    def __init__(self) -> None:
        self.seen: dict[str, list[bool]] = {}

    def look(self, course: Course) -> None:
        found = fit_load(course.days, course.loads)
        times = [one.doubling.days for one in found.segments]
        if course.doubling is not None:
            first = found.segments[0].doubling
            is_held = first.days is not None and first.days.holds(course.doubling)
            self._note("doubling held", first.direction is Direction.GROWTH and is_held)
        else:
            plain = found.segments[0].doubling.direction is Direction.NOT_DETERMINABLE
            self._note("stable alarm", len(found.segments) > 1 or not plain)
        if course.fall is not None:
            at = found.change_points[0].day if found.change_points else None
            self._note("day within 1", at is not None and abs(at.value - course.fall) <= 1)
            self._note("day held", at is not None and at.holds(course.fall))
            half = times[1] if len(times) > 1 else None
            self._note("half-life held", half is not None and half.holds(course.half_life or 0))
        if course.rise is not None:
            self._note("rebound found", found.rebound.is_detected)
            if len(times) == 3:
                again = times[2]
                held = again is not None and again.holds(course.redoubling or 0)
                self._note("redoubling held", held)
        else:
            self._note("rebound false", found.rebound.is_detected)

    def _note(self, name: str, is_so: bool) -> None:
        self.seen.setdefault(name, []).append(is_so)

    def add(self, other: Told) -> None:
        for name, found in other.seen.items():
            self.seen.setdefault(name, []).extend(found)

    def share(self, name: str) -> float:
        return mean(self.seen[name])

    def line(self) -> str:
        return ", ".join(f"{name} {self.share(name):.1%}" for name in sorted(self.seen))

    def _holds(self, name: str) -> bool:
        """Say whether 93 to 97 % are held, as far as so many series can tell (2 SE)."""
        chance = 2 * (0.95 * 0.05 / len(self.seen[name])) ** 0.5
        return 0.93 - chance <= self.share(name) <= 0.97 + chance

    def reaches(self) -> bool:
        return (
            all(self._holds(name) for name in ("doubling held", "half-life held"))
            and self.share("day within 1") >= 0.95
            and self.share("rebound found") >= 0.95
            and self.share("rebound false") <= 0.02
        )


def _speed(rng: np.random.Generator) -> None:
    courses = [simulated(KINDS[place % 5], CVS[place % 3], rng) for place in range(SPEED)]
    ways: dict[str, Callable[[Course], object]] = {
        "fit_load": lambda one: fit_load(one.days, one.loads),
        "fit_load, a tenth below the limit": lambda one: fit_load(
            one.days, one.loads, limit=float(np.quantile(one.loads, 0.1))
        ),
        "scipy curve_fit loop, 0 to 2 breaks": by_curve_fit,
        "grid of least squares, all pairs of days": by_grid,
    }
    for way in ways.values():
        way(courses[0])
    for name, way in ways.items():
        begun = time.process_time()
        for one in courses:
            way(one)
        each = (time.process_time() - begun) / len(courses)
        print(f"{name}: {1000 * each:.1f} ms CPU a series of 29 loads", flush=True)
    cases = rng.poisson(20 * np.exp(0.05 * np.arange(60)))
    begun = time.process_time()
    for _round in range(50):
        reproduction_number(cases, mean_serial_interval=2.6, sd_serial_interval=1.5)
    each = (time.process_time() - begun) / 50
    print(f"reproduction_number: {1000 * each:.1f} ms CPU for 53 windows of 60 days")


def _broken(days: np.ndarray, level: float, rate: float, *more: float) -> np.ndarray:
    logs = level + rate * days
    for bend, at in zip(more[::2], more[1::2], strict=True):
        logs = logs + bend * np.maximum(days - at, 0)
    return logs


def by_curve_fit(one: Course) -> float:
    """Fit every start of one and two breaks with curve_fit, and return the least criterion."""
    logs, best = np.log(one.loads), np.inf
    starts: list[tuple[float, ...]] = [()]
    starts += [(0.0, at) for at in one.days[4:-4:3]]
    starts += [(0.0, a, 0.0, b) for a, b in combinations(one.days[4:-4:4], 2)]
    for start in starts:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", OptimizeWarning)
            try:
                found, _covariance = curve_fit(_broken, one.days, logs, (logs[0], 0.1, *start))
            except RuntimeError:
                continue
        squares = float(np.sum((logs - _broken(one.days, *found)) ** 2))
        best = min(best, logs.size * np.log(squares) + np.log(logs.size) * found.size)
    return best


def by_grid(one: Course) -> float:
    """Solve least squares for each pair of days as breaks, one after the other."""
    logs, best = np.log(one.loads), np.inf
    for a, b in combinations(one.days[2:-2], 2):
        columns = [np.ones(logs.size), one.days]
        columns += [np.maximum(one.days - at, 0) for at in (a, b)]
        matrix = np.stack(columns, axis=1)
        found = np.linalg.lstsq(matrix, logs, rcond=None)[0]
        best = min(best, float(np.sum((logs - matrix @ found) ** 2)))
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--series", type=int, default=200)
    parser.add_argument("--seed", type=int, default=2026)
    given = parser.parse_args()
    print(json.dumps({"series": given.series, "seed": given.seed}))
    if not run(series=given.series, seed=given.seed):
        raise SystemExit("A goal of the limits is missed.")


if __name__ == "__main__":
    main()
