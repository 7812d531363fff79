"""python -m bench.removal_outcomes: how often the limits of a removal's effect, and verdicts on benefits, hold.

Loads grow and fall at known rates with log-normal scatter (CV 8, 15 and 25 %); at the removal the load is
cut by a known factor. `--series` of each CV (200), from `--seed`. What is told is the ratio of the two
loads beside it as they were without scatter, which its 95 % limits should hold.

Three values of a measure are simulated with the CVs they are judged by: without any change, with a
benefit that is kept, and with one that is lost.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np

from assays.numerics.kinetics import Intervention as Removal
from assays.numerics.kinetics import Kind, fit_load
from assays.rules import benefits
from assays.rules.analyses.removal_effects import effects
from assays.rules.benefit_changes import Value
from assays.rules.benefit_measures import Better, Measure, Windows
from assays.rules.benefits import Act, Facts, Load, Verdict
from assays.rules.interventions import Intervention
from labsys.lib.quantities import Quantity

CVS = (0.08, 0.15, 0.25)
ZERO = datetime(2026, 1, 1, tzinfo=UTC)
LEAST, MOST = 0.93, 0.97
MEASURE = Measure("CREAT", Better.LOWER, Decimal("0.01"), "mg/dL")
# By creatinine: CVa 3 %, CVi 6 %; both scatter a value.
CV_METHOD, CV_WITHIN = Decimal(3), Decimal(6)
COURSES = {"no change": (1.0, 1.0), "kept": (0.6, 0.6), "lost": (0.6, 1.0)}


def run(*, series: int = 200, seed: int = 2026) -> bool:
    """Print how often limits held by CV, and verdicts by what was simulated."""
    rng = np.random.default_rng(seed)
    held: list[bool] = []
    for cv in CVS:
        own = [one for one in (_effect(cv, rng) for _one in range(series)) if one is not None]
        held += own
        print(f"effect, CV {cv:.0%}: limits held {np.mean(own):.1%} of {len(own)}", flush=True)
    print(f"effect, all: limits held {np.mean(held):.1%} of {len(held)}")
    for name, (carried, after) in COURSES.items():
        told = Counter(_verdict(carried, after, rng) for _one in range(10 * series))
        shares = ", ".join(f"{one.value} {told[one] / told.total():.1%}" for one in Verdict)
        print(f"benefit, {name}: {shares}", flush=True)
        if name == "no change":
            wrong = 1 - (told[Verdict.NO_BENEFIT] + told[Verdict.NOT_DETERMINABLE]) / told.total()
    chance = 2 * (0.95 * 0.05 / len(held)) ** 0.5
    return bool(LEAST - chance <= np.mean(held) <= MOST + chance and wrong <= 0.05)


def _effect(cv: float, rng: np.random.Generator) -> bool | None:
    """Say whether the limits of one removal's effect hold the ratio without scatter; None: no limits."""
    days = np.arange(29, dtype=float)
    at = float(rng.integers(11, 17)) + 0.5
    up, down = np.log(2) / rng.uniform(2, 6, size=2)
    cut = float(rng.uniform(1, 5))
    logs = (
        np.log(5000) + up * np.minimum(days, at) - (down * (days - at) + np.log(cut)) * (days > at)
    )
    loads = np.exp(logs + np.sqrt(np.log1p(cv**2)) * rng.standard_normal(days.size))
    fit = fit_load(days, loads, interventions=[Removal(at, Kind.FILTRATION)])
    measured = [
        {"at": _at(day).isoformat(), "comparator": "", "value": str(load)}
        for day, load in zip(days, loads, strict=True)
    ]
    done = {"kind": "FILTRATION", "detail": "", "from": _at(at).isoformat(), "until": None}
    (found,) = effects(measured, [done], fit, ZERO)
    ratio = found["ratio"]
    if ratio is None or ratio["low"] is None or ratio["high"] is None:
        return None
    place = int(np.searchsorted(days, at))
    true = float(np.exp(logs[place] - logs[place - 1]))
    return bool(ratio["low"] <= true <= ratio["high"])


def _verdict(carried: float, after: float, rng: np.random.Generator) -> Verdict:
    """Return what is said of three values whose truth is 1 before, and these factors of it then."""
    sigma = float(np.hypot(float(CV_METHOD), float(CV_WITHIN))) / 100
    truths = {-60: 1.0, 38: carried, 55: after}
    values = [
        Value(
            *(number, MEASURE.analyte),
            Quantity(Decimal(f"{100 * truth * (1 + sigma * rng.standard_normal()):.4f}"), "mg/dL"),
            *(_at(day), _at(day), 1, CV_METHOD, CV_WITHIN),
        )
        for number, (day, truth) in enumerate(truths.items())
    ]
    trial = Act(Intervention("FILTRATION", _at(40), id=1), _at(40), None, _at(40))
    facts = Facts(values, [Load(_at(10), _at(10), is_detected=True)], (), [trial])
    (found,) = benefits.judge(
        [MEASURE], trial, facts, windows=Windows(), conversions={}, at=_at(99)
    )
    return found.verdict


def _at(day: float) -> datetime:
    return ZERO + timedelta(days=day)


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
