"""The descent of many plates in numpy; ``batch_compiled`` takes the same steps plate by plate.

Searched are both ends and the logarithms of midpoint and slope. It starts from the best of a small
grid of shapes with both ends solved for, and ends where a step changes nothing any more.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from assays.numerics.refusals import Floats

MOST_STEPS = 120
SETTLED = 1e-10
# A step that promises less than this share of the sum of squares moves no parameter by more than a
# millionth of its standard error.
LEAST_GAIN = 1e-13
# How much the error of a parameter may grow by those of the others, and still be determined.
MOST_INFLATED = 1e12
SLOPES = np.array([0.35, 0.7, 1.2, 2.2, 4.5])
MIDDLES = 9
# The determinant, as a share, from which a shape tells both ends apart.
TOLD_APART = 1e-9
# A curve whose midpoint lies this far (as a logarithm) from the calibrators is none.
FARTHEST = 9.0
_AT_ONCE = 1024

Found = tuple[Floats, Floats, Floats, NDArray[np.bool_]]


def signals(parameters: Floats, x: Floats) -> Floats:
    """Return the signals of plates' curves, (plates, wells)."""
    a, d, c, b = (parameters[:, place, None] for place in range(4))
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        found: Floats = d + (a - d) / (1 + (x / c) ** b)
    return found


def grid(x: Floats) -> tuple[Floats, Floats, Floats]:
    """Return logarithms of midpoints and slopes to start from, and the shares of ``at_zero``."""
    positive = x[x > 0]
    middles = np.linspace(np.log(positive.min()) - 0.7, np.log(positive.max()) + 0.7, MIDDLES)
    middle, slope = (one.ravel() for one in np.meshgrid(middles, np.log(SLOPES)))
    with np.errstate(over="ignore", under="ignore"):
        share = 1 / (1 + np.minimum((x / np.exp(middle)[:, None]) ** np.exp(slope)[:, None], 1e300))
    return middle, slope, share


def logarithms(x: Floats) -> Floats:
    """Return the logarithms of concentrations, minus infinity at 0."""
    with np.errstate(divide="ignore"):
        return np.log(x)


def fit_all(x: Floats, y: Floats, weights: Floats) -> Found:
    """Return parameters, inverses of J'WJ, sums of squares, and which plates arrived."""
    parts = [
        _fit_some(x, y[first : first + _AT_ONCE], weights[first : first + _AT_ONCE])
        for first in range(0, len(y), _AT_ONCE)
    ]
    if not parts:
        return np.empty((0, 4)), np.empty((0, 4, 4)), np.empty(0), np.empty(0, dtype=bool)
    searched, inverses, squares, arrived = (
        np.concatenate([part[place] for part in parts]) for place in range(4)
    )
    return searched, inverses, squares, arrived


def _fit_some(x: Floats, y: Floats, weights: Floats) -> Found:
    plates = len(y)
    searched = starts(x, y, weights)
    logs = logarithms(x)
    squares, normal, gradient = _sums(searched, logs, y, weights)
    damping = np.full(plates, 1e-3)
    arrived = np.zeros(plates, dtype=bool)
    going = np.isfinite(squares)
    for _step in range(MOST_STEPS):
        places = np.flatnonzero(going)
        if not places.size:
            break
        step = _steps(normal[places], gradient[places], damping[places])
        tried = searched[places] + step
        tried_squares, tried_normal, tried_gradient = _sums(tried, logs, y[places], weights[places])
        with np.errstate(invalid="ignore"):
            is_lower = tried_squares <= squares[places] * (1 + 1e-13)
            scale = np.abs(searched[places]) + 1e-3
            is_small = np.max(np.abs(step) / scale, axis=1) < SETTLED
            is_small |= np.sum(step * gradient[places], axis=1) < LEAST_GAIN * squares[places]
        better = places[is_lower]
        searched[better] = tried[is_lower]
        squares[better] = tried_squares[is_lower]
        normal[better], gradient[better] = tried_normal[is_lower], tried_gradient[is_lower]
        damping[better] = np.maximum(damping[better] / 9, 1e-12)
        damping[places[~is_lower]] *= 7
        arrived[places[is_small]] = True
        lost = np.abs(searched[places, 2]) > FARTHEST + np.abs(logs[np.isfinite(logs)]).max()
        going[places[is_small | lost | (damping[places] > 1e12)]] = False
        arrived[places[lost]] = False
    return ended(searched, normal, squares, arrived)


def starts(x: Floats, y: Floats, weights: Floats) -> Floats:
    middle, slope, share = grid(x)
    other = 1 - share
    a, b, d = weights @ (share**2).T, weights @ (share * other).T, weights @ (other**2).T
    e, f = (weights * y) @ share.T, (weights * y) @ other.T
    under = a * d - b * b
    sound = under > TOLD_APART * a * d
    under = np.where(sound, under, 1.0)
    first, second = (e * d - f * b) / under, (a * f - b * e) / under
    # The sum of squares of a linear fit, less what does not depend on the shape.
    loss = np.where(sound, -(first * e + second * f), np.inf)
    best = np.argmin(loss, axis=1)
    rows = np.arange(len(y))
    return np.stack([first[rows, best], second[rows, best], middle[best], slope[best]], axis=1)


def _sums(searched: Floats, logs: Floats, y: Floats, weights: Floats) -> tuple[Floats, ...]:
    """Return sums of squares, J'WJ and J'Wr of plates at what is searched."""
    height = (searched[:, 0] - searched[:, 1])[:, None]
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        steep = np.exp(searched[:, 3])[:, None]
        along = steep * (logs - searched[:, 2, None])
        power = np.exp(np.minimum(along, 700.0))
        share = 1 / (1 + power)
        inner = height * share * (power * share)
        missed = y - (searched[:, 1, None] + height * share)
        columns = np.stack(
            [share, 1 - share, inner * steep, -inner * np.where(np.isfinite(along), along, 0.0)],
            axis=1,
        )
        heavy = columns * weights[:, None, :]
        squares = np.sum(weights * missed**2, axis=1)
        normal = heavy @ columns.transpose(0, 2, 1)
        gradient = (heavy @ missed[:, :, None])[:, :, 0]
    squares = np.where(np.isfinite(squares) & np.isfinite(normal).all(axis=(1, 2)), squares, np.inf)
    return squares, normal, gradient


def _steps(normal: Floats, gradient: Floats, damping: Floats) -> Floats:
    sizes = np.sqrt(np.maximum(np.einsum("pii->pi", normal), 1e-30))
    scaled = normal / sizes[:, :, None] / sizes[:, None, :]
    scaled = scaled + (damping + 1e-14)[:, None, None] * np.eye(4)
    found: Floats
    try:
        found = np.linalg.solve(scaled, (gradient / sizes)[:, :, None])[:, :, 0] / sizes
    except np.linalg.LinAlgError:
        # One plate's: the others are not to fall with it. It tries again with more damping.
        inverses, is_regular = _inverted(scaled)
        found = (inverses @ (gradient / sizes)[:, :, None])[:, :, 0] / sizes
        found = np.where(is_regular[:, None], found, np.nan)
    return found


def _inverted(matrices: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Return inverses, and which matrices have one; the others get that of one that has."""
    try:
        every: Floats = np.asarray(np.linalg.inv(matrices), np.float64)
        return every, np.ones(len(matrices), dtype=np.bool_)
    except np.linalg.LinAlgError:
        found: Floats = np.tile(np.eye(4), (len(matrices), 1, 1))
        is_regular = []
        for place, matrix in enumerate(matrices):
            try:
                found[place] = np.linalg.inv(matrix)
                is_regular.append(True)
            except np.linalg.LinAlgError:
                is_regular.append(False)
        return found, np.array(is_regular, dtype=np.bool_)


def ended(searched: Floats, normal: Floats, squares: Floats, arrived: NDArray[np.bool_]) -> Found:
    """Return parameters as they are named, and inverses by them, where there is one."""
    sizes = np.sqrt(np.maximum(np.einsum("pii->pi", normal), 1e-30))
    scaled = normal / sizes[:, :, None] / sizes[:, None, :]
    scaled = np.where(arrived[:, None, None], scaled, np.eye(4))
    inverses, is_regular = _inverted(scaled + 1e-16 * np.eye(4))
    arrived = arrived & is_regular
    largest = np.einsum("pii->pi", inverses).max(axis=1)
    smallest = np.einsum("pii->pi", inverses).min(axis=1)
    arrived = arrived & (smallest > 0) & (largest < MOST_INFLATED)
    parameters = searched.copy()
    with np.errstate(over="ignore"):
        parameters[:, 2:] = np.exp(searched[:, 2:])
    scales = np.concatenate([np.ones((len(searched), 2)), parameters[:, 2:]], axis=1) / sizes
    with np.errstate(over="ignore", invalid="ignore"):
        inverses = inverses * scales[:, :, None] * scales[:, None, :]
    return parameters, inverses, squares, arrived
