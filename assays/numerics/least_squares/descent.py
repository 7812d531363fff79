"""Levenberg and Marquardt's descent from one start, in scaled columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from assays.numerics.refusals import Floats

# Residuals (given minus fitted) at parameters, None where there is no finite value.
Residuals = Callable[[Floats], Floats | None]
# Derivatives of the fitted values at parameters.
Derivatives = Callable[[Floats], Floats | None]

_MOST_TRIALS = 25
_SMALLEST_GAIN = 1e-16


@dataclass(frozen=True, slots=True)
class Descent:
    """Where a descent ended; ``squares`` is the sum of squared residuals there.

    ``slope`` is the cosine of the angle between residuals and what parameters can still change:
    0 at a minimum.
    """

    parameters: Floats
    squares: float
    slope: float
    steps: int


def descend(
    residuals: Residuals, derivatives: Derivatives, start: Floats, *, most: int = 300
) -> Descent | None:
    """Return where the sum of squares stops falling, None where ``start`` has no value.

    Damping follows the gain (Nielsen, IMM-REP-1999-05, DTU 1999); columns are scaled by the largest
    norm each has had (Moré, LNM 630, 1978); a step onto no finite value is a step too far. The
    second-order correction of a step (Transtrum and Sethna, arXiv:1201.5885) follows curved
    valleys in a tenth of the steps.
    """
    parameters = start
    missed = residuals(parameters)
    if missed is None:
        return None
    squares, scale, damping = _squares(missed), np.zeros(len(start)), 1e-3
    slope, growth = 1.0, 2.0
    for step in range(most):
        columns = derivatives(parameters)
        if columns is None:
            return Descent(parameters, squares, slope, step)
        scale = np.maximum(scale, np.sqrt(np.einsum("ij,ij->j", columns, columns)))
        if not np.isfinite(scale).all():
            return Descent(parameters, squares, slope, step)
        safe = np.where(scale > 0, scale, 1.0)
        left, sizes, right = np.linalg.svd(columns / safe, full_matrices=False)
        along = left.T @ missed
        slope = float(np.linalg.norm(along) / max(np.sqrt(squares), 1e-300))
        if squares == 0 or slope < 1e-15:
            return Descent(parameters, squares, slope, step)
        moved = None
        for _trial in range(_MOST_TRIALS):
            shrunk = sizes / (sizes**2 + damping)
            change = right.T @ (shrunk * along) / safe
            expected = float(np.sum(along**2 * (1 - (damping / (sizes**2 + damping)) ** 2)))
            if expected <= _SMALLEST_GAIN * squares:
                return Descent(parameters, squares, slope, step)
            bent = _bend(residuals, parameters, missed, columns, change)
            if bent is not None:
                second = right.T @ (shrunk * (left.T @ bent)) / safe
                if np.linalg.norm(second * safe) <= 0.75 * np.linalg.norm(change * safe):
                    change = change + 0.5 * second
            trial = parameters + change
            if np.array_equal(trial, parameters):
                return Descent(parameters, squares, slope, step)
            there = residuals(trial)
            fallen = squares - _squares(there) if there is not None else -1.0
            if there is not None and fallen > 0:
                gain = min(fallen / expected, 1.5)
                damping *= max(1 / 5, 1 - (2 * gain - 1) ** 3)
                growth = 2.0
                moved = trial, there
                break
            damping, growth = damping * growth, growth * 2
        if moved is None:
            return Descent(parameters, squares, slope, step)
        parameters, missed = moved
        squares = _squares(missed)
    return Descent(parameters, squares, slope, most)


def _bend(
    residuals: Residuals, parameters: Floats, missed: Floats, columns: Floats, change: Floats
) -> Floats | None:
    """Return minus the second derivative of the values along a step, by one difference."""
    share = 0.1
    there = residuals(parameters + share * change)
    if there is None:
        return None
    # residuals = given - fitted: their second difference is minus that of the fitted values.
    return 2 / share * ((there - missed) / share + columns @ change)


def _squares(missed: Floats) -> float:
    with np.errstate(over="ignore"):
        total = float(missed @ missed)
    return total if np.isfinite(total) else np.inf
