"""Calibrators drawn from known curves, and the shared sets of published fits."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np

from assays.numerics.calibration import Parameters, signals_at

FOLDER = Path(__file__).parents[5] / "shared" / "data" / "immunoassay"
IS_THERE = FOLDER.exists()
ABSENT = "The published sets are not at hand."
LEVELS = np.repeat([0.0, 0.5, 1.5, 5, 15, 50, 150, 500], 2)
RISING = Parameters(at_zero=0.05, at_infinity=2.8, midpoint=40, slope=1.1)
FALLING = Parameters(at_zero=2.8, at_infinity=0.1, midpoint=40, slope=1.1)


def signals(
    parameters: Parameters,
    *,
    concentrations: Any = LEVELS,
    cv: float = 0.03,
    theta: float = 1.0,
    seed: int = 1,
) -> Any:
    exact = signals_at(parameters, concentrations)
    random = np.random.default_rng(seed)
    return exact + cv * exact**theta * random.standard_normal(np.shape(concentrations))


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open() as file:
        return list(csv.DictReader(file))


def columns(name: str, *wanted: str) -> list[np.ndarray]:
    found = rows(name)
    return [np.array([float(row[one]) for row in found]) for one in wanted]


def published(name: str) -> Any:
    return json.loads((FOLDER / "fits" / name).read_text())
