"""The descent of ``batch_steps``, compiled by numba for one plate after the other."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np

from assays.numerics.calibration import batch_steps
from assays.numerics.calibration.batch_steps import (
    FARTHEST,
    LEAST_GAIN,
    MOST_STEPS,
    SETTLED,
    TOLD_APART,
    Found,
)
from assays.numerics.refusals import Floats

_AT_ONCE = 2048


@cache
def is_there() -> bool:
    """Return whether numba is installed; nothing is imported."""
    return find_spec("numba") is not None


def fit_each(x: Floats, y: Floats, weights: Floats) -> Found:
    """Return parameters, inverses of J'WJ, sums of squares, and which plates arrived."""
    descended = _compiled()
    middles, slopes, shares = batch_steps.grid(x)
    logs = np.where(x > 0, batch_steps.logarithms(x), -1e300)
    farthest = FARTHEST + float(np.abs(logs[x > 0]).max())
    parts = []
    for first in range(0, len(y), _AT_ONCE):
        some = np.ascontiguousarray(y[first : first + _AT_ONCE])
        heavy = np.ascontiguousarray(weights[first : first + _AT_ONCE])
        searched, normal = np.empty((len(some), 4)), np.empty((len(some), 4, 4))
        squares, arrived = np.empty(len(some)), np.zeros(len(some), dtype=np.bool_)
        descended(
            *(logs, some, heavy, searched, normal, squares, arrived, farthest),
            *(middles, slopes, shares),
        )
        parts.append(batch_steps.ended(searched, normal, squares, arrived))
    if not parts:
        return batch_steps.fit_all(x, y, weights)
    found = tuple(np.concatenate([part[place] for part in parts]) for place in range(4))
    return found[0], found[1], found[2], found[3]


@cache
def _compiled() -> Callable[..., None]:
    """Return the compiled descent; the first call of a process compiles, or reads what one has."""
    from numba import njit

    compiled = njit(cache=False, nogil=True, error_model="numpy")
    sums, solved, started = compiled(_sums), compiled(_solved), compiled(_started)

    def descended(
        logs: Any,
        y: Any,
        weights: Any,
        searched: Any,
        normals: Any,
        squares: Any,
        arrived: Any,
        farthest: float,
        middles: Any,
        slopes: Any,
        shares: Any,
    ) -> None:
        normal, gradient = np.empty((4, 4)), np.empty(4)
        tried_normal, tried_gradient = np.empty((4, 4)), np.empty(4)
        step, tried = np.empty(4), np.empty(4)
        for plate in range(y.shape[0]):
            at = searched[plate]
            started(y[plate], weights[plate], middles, slopes, shares, at)
            total = sums(at, logs, y[plate], weights[plate], normal, gradient)
            damping = 1e-3
            for _number in range(MOST_STEPS):
                if not math.isfinite(total):
                    break
                solved(normal, gradient, damping + 1e-14, step)
                largest, promised = 0.0, 0.0
                for place in range(4):
                    promised += step[place] * gradient[place]
                    tried[place] = at[place] + step[place]
                    largest = max(largest, abs(step[place]) / (abs(at[place]) + 1e-3))
                is_small = largest < SETTLED or promised < LEAST_GAIN * total
                there = sums(tried, logs, y[plate], weights[plate], tried_normal, tried_gradient)
                if there <= total * (1 + 1e-13):
                    total = there
                    at[:] = tried
                    normal[:] = tried_normal
                    gradient[:] = tried_gradient
                    damping = max(damping / 9, 1e-12)
                else:
                    damping *= 7
                is_lost = abs(at[2]) > farthest
                if is_small:
                    arrived[plate] = not is_lost
                    break
                if is_lost or damping > 1e12:
                    break
            normals[plate] = normal
            squares[plate] = total

    found: Callable[..., None] = compiled(descended)
    return found


def _started(y: Any, weights: Any, middles: Any, slopes: Any, shares: Any, at: Any) -> None:
    """Fill where one plate starts: the shape of the grid with the least sum of squares."""
    least = math.inf
    at[:] = 0.0
    for shape in range(middles.size):
        a = b = d = e = f = 0.0
        for well in range(y.size):
            one, heavy = shares[shape, well], weights[well]
            two = 1 - one
            a += heavy * one * one
            b += heavy * one * two
            d += heavy * two * two
            e += heavy * one * y[well]
            f += heavy * two * y[well]
        under = a * d - b * b
        if under > TOLD_APART * a * d:
            first, second = (e * d - f * b) / under, (a * f - b * e) / under
            loss = -(first * e + second * f)
            if loss < least:
                least = loss
                at[0], at[1], at[2], at[3] = first, second, middles[shape], slopes[shape]


def _sums(at: Any, logs: Any, y: Any, weights: Any, normal: Any, gradient: Any) -> float:
    """Fill J'WJ and J'Wr of one plate and return its sum of squares, infinite where it has none."""
    height = at[0] - at[1]
    steep = math.exp(min(at[3], 700.0))
    total = 0.0
    normal[:] = 0.0
    gradient[:] = 0.0
    for well in range(y.size):
        along = steep * (logs[well] - at[2])
        power = math.exp(min(along, 700.0))
        share = 1 / (1 + power)
        inner = height * share * (power * share)
        missed = y[well] - (at[1] + height * share)
        one, two = share, 1 - share
        three = inner * steep
        four = -inner * along if along > -1e200 else 0.0
        heavy = weights[well]
        total += heavy * missed * missed
        normal[0, 0] += heavy * one * one
        normal[0, 1] += heavy * one * two
        normal[0, 2] += heavy * one * three
        normal[0, 3] += heavy * one * four
        normal[1, 1] += heavy * two * two
        normal[1, 2] += heavy * two * three
        normal[1, 3] += heavy * two * four
        normal[2, 2] += heavy * three * three
        normal[2, 3] += heavy * three * four
        normal[3, 3] += heavy * four * four
        gradient[0] += heavy * one * missed
        gradient[1] += heavy * two * missed
        gradient[2] += heavy * three * missed
        gradient[3] += heavy * four * missed
    check = total
    for row in range(4):
        for column in range(row):
            normal[row, column] = normal[column, row]
        check += normal[row, row]
    return total if math.isfinite(check) else math.inf


def _solved(normal: Any, gradient: Any, damping: float, step: Any) -> None:
    """Fill the damped step by Cholesky's factors of the scaled matrix."""
    sizes, lower = np.empty(4), np.zeros((4, 4))
    for place in range(4):
        sizes[place] = math.sqrt(max(normal[place, place], 1e-30))
    for row in range(4):
        for column in range(row + 1):
            value = normal[row, column] / sizes[row] / sizes[column]
            if row == column:
                value += damping
            for place in range(column):
                value -= lower[row, place] * lower[column, place]
            if row == column:
                lower[row, row] = math.sqrt(max(value, 1e-30))
            else:
                lower[row, column] = value / lower[column, column]
    for row in range(4):
        value = gradient[row] / sizes[row]
        for place in range(row):
            value -= lower[row, place] * step[place]
        step[row] = value / lower[row, row]
    for row in range(3, -1, -1):
        value = step[row]
        for place in range(row + 1, 4):
            value -= lower[place, row] * step[place]
        step[row] = value / lower[row, row]
    for place in range(4):
        step[place] /= sizes[place]
