"""Simulated courses of a load with the truth they were made from."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

KINDS = ("growth", "growth_decay", "growth_decay_rebound", "logistic", "stable")


@dataclass(frozen=True, slots=True)
class Course:
    days: np.ndarray
    loads: np.ndarray
    doubling: float | None
    half_life: float | None
    fall: float | None
    rise: float | None
    redoubling: float | None


def simulated(kind: str, cv: float, rng: np.random.Generator, *, days: int = 29) -> Course:
    """Make daily loads with a log-normal error: growth, a fall from a day on, a rise, a capacity."""
    at = np.arange(days, dtype=float)
    first = math.exp(rng.uniform(math.log(50), math.log(500)))
    up, down, again = rng.uniform(1, 6), rng.uniform(1, 5), rng.uniform(1, 6)
    fall, rise = float(rng.integers(8, 13)), float(rng.integers(17, 22))
    rates = np.log(2) / np.array([up, down, again])
    logs = np.full(days, math.log(first))
    if kind.startswith("growth"):
        logs = logs + rates[0] * at
    if "decay" in kind:
        logs = logs - (rates[0] + rates[1]) * np.maximum(at - fall, 0)
    if "rebound" in kind:
        logs = logs + (rates[1] + rates[2]) * np.maximum(at - rise, 0)
    if kind == "logistic":
        logs = math.log(1e5) - np.log1p((1e5 / first - 1) * np.exp(-rates[0] * at))
    loads = np.exp(logs + math.sqrt(math.log1p(cv**2)) * rng.standard_normal(days))
    return Course(
        days=at,
        loads=loads,
        doubling=None if kind == "stable" else up,
        half_life=down if "decay" in kind else None,
        fall=fall if "decay" in kind else None,
        rise=rise if "rebound" in kind else None,
        redoubling=again if "rebound" in kind else None,
    )
