"""python -m bench.calibration: certified digits, coverage of limits, and fits per second.

Beside each stands scipy's `curve_fit` in the same run. The certified sets (NIST StRD) are read from
the folder that `LABSYS_BENCH_STRD` names; without it they are left out. Processor time is counted.
`LABSYS_BENCH_PLATES` (2,000 if not said) is how many plates the coverage rests on.
"""

from __future__ import annotations

import json
import os
import time
import warnings
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from scipy.optimize import OptimizeWarning, curve_fit

from assays.numerics.calibration import (
    Engine,
    Parameters,
    back_calculate,
    fit,
    fit_plates,
    signals_at,
)
from assays.numerics.calibration.batch_compiled import is_there
from assays.numerics.least_squares import fit as least_squares
from assays.numerics.refusals import NoSolution

COVERED = int(os.environ.get("LABSYS_BENCH_PLATES", "2000"))
FITTED, BY_SCIPY, ROUNDS = 20_000, 400, 5
LEVELS = np.repeat([0.0, 0.5, 1.5, 5, 15, 50, 150, 500], 2)
TOLD = (2.0, 20.0, 150.0)
RISING = Parameters(0.05, 2.8, 40.0, 1.1)
FALLING = Parameters(2.8, 0.1, 40.0, 1.1)


def run() -> None:
    certified()
    coverage()
    speed()


def certified() -> None:
    folder = os.environ.get("LABSYS_BENCH_STRD")
    if not folder:
        print("certified sets: LABSYS_BENCH_STRD names no folder; left out")
        return
    from tests.assays.numerics.least_squares.models import MODELS, digits

    ours, theirs = [], []
    for path in sorted(Path(folder).glob("*.json")):
        one = json.loads(path.read_text())
        data, parameters = np.array(one["data"]), one["parameters"]
        exact = [part["certified"] for part in parameters]
        for start in ("start1", "start2"):
            begun = [part[start] for part in parameters]
            model = MODELS[one["name"]]
            found = least_squares(model, data[:, 1], data[:, 0], begun)
            ours.append(
                (
                    digits(found.parameters, exact),
                    digits(found.standard_errors, [part["sd"] for part in parameters]),
                )
            )
            theirs.append(by_scipy(model, data, begun, exact, digits))
    print(
        f"certified sets x starts: {len(ours)}; ours at least {min(d for d, _se in ours):.1f} digits "
        f"(errors {min(se for _d, se in ours):.1f}), {sum(d >= 6 and se >= 5 for d, se in ours)} reach "
        f"6 and 5; scipy curve_fit reaches 6 in {sum(d >= 6 for d in theirs)}"
    )


def by_scipy(model: Any, data: Any, begun: Any, exact: Any, digits: Any) -> float:
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore", OptimizeWarning)
            return float(digits(curve_fit(model, data[:, 1], data[:, 0], begun)[0], exact))
    except RuntimeError:
        return 0.0


def coverage() -> None:
    """Count how often 95 % limits hold the truth at three concentrations."""
    for name, truth, theta, given in (
        ("rising, CV 4 %, theta given", RISING, 1.0, 1.0),
        ("rising, CV 4 %, theta estimated", RISING, 1.0, None),
        ("falling, SD 0.04 mean^0.7, theta estimated", FALLING, 0.7, None),
    ):
        generator = np.random.default_rng(3)
        exact = signals_at(truth, LEVELS)
        hits, made = np.zeros(len(TOLD)), 0
        for _plate in range(COVERED):
            y = exact + 0.04 * exact**theta * generator.standard_normal(exact.size)
            try:
                curve = fit(LEVELS, y, theta=given)
            except NoSolution:
                continue
            made += 1
            for place, level in enumerate(TOLD):
                signal = float(signals_at(truth, level))
                read = back_calculate(
                    curve, [signal + 0.04 * signal**theta * generator.standard_normal()]
                )
                low = 0.0 if read.low is None else read.low
                hits[place] += low <= level and (read.high is None or level <= read.high)
        shares = ", ".join(
            f"{one:.1%} at {level:g}" for one, level in zip(hits / made, TOLD, strict=True)
        )
        print(f"95 % limits, {name}: {shares} ({made} of {COVERED} plates fitted)", flush=True)


def plates() -> tuple[Any, Any]:
    generator = np.random.default_rng(1)
    low, high = generator.uniform(0.02, 0.2, FITTED), generator.uniform(2, 3.5, FITTED)
    middle, slope = 10 ** generator.uniform(0.8, 2.2, FITTED), generator.uniform(0.7, 1.8, FITTED)
    falls = generator.random(FITTED) < 0.5
    ends = np.where(falls[:, None], np.stack([high, low], 1), np.stack([low, high], 1))
    share = 1 / (1 + (LEVELS / middle[:, None]) ** slope[:, None])
    exact = ends[:, 1:] + (ends[:, :1] - ends[:, 1:]) * share
    return exact * (1 + 0.04 * generator.standard_normal(exact.shape)), exact**-2.0


def speed() -> None:
    """Time the engines and a loop of curve_fit by turns, so that all see the same neighbours."""
    y, weights = plates()
    engines = [one for one in Engine if one is not Engine.NUMBA or is_there()]
    for one in engines:
        fit_plates(LEVELS, y[:8], weights=weights[:8], engine=one)
    rates: dict[str, list[float]] = {"scipy curve_fit": [], **{one.value: [] for one in engines}}
    for _round in range(ROUNDS):
        rates["scipy curve_fit"].append(BY_SCIPY / timed(lambda: looped(y, weights)))
        for one in engines:
            rates[one.value].append(
                FITTED / timed(lambda one=one: fit_plates(LEVELS, y, weights=weights, engine=one))
            )
    base = median(rates["scipy curve_fit"])
    for name, found in rates.items():
        print(f"weighted 4PL fits/s, {name}: {median(found):,.0f} ({median(found) / base:.1f}x)")


def looped(y: Any, weights: Any) -> None:
    def model(x: Any, a: float, d: float, c: float, b: float) -> Any:
        return d + (a - d) / (1 + (x / c) ** b)

    for signals, heavy in zip(y[:BY_SCIPY], weights, strict=False):
        begun = (signals[:2].mean(), signals[-2:].mean(), 30.0, 1.0)
        try:
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore", OptimizeWarning)
                curve_fit(model, LEVELS, signals, p0=begun, sigma=heavy**-0.5)
        except RuntimeError:
            continue


def timed(work: Any) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


if __name__ == "__main__":
    run()
