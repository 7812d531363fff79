"""One weighted fit of a logistic curve: every shape on a grid is tried before any is followed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assays.numerics.calibration.curves import NAMES, Parameters, derivatives, signals_at
from assays.numerics.least_squares.descent import descend
from assays.numerics.refusals import Floats, NoSolution
from labsys.lib.wording import gettext_noop as _

# Slopes of immunoassays lie about 1; cell-based and steep enzymatic ones reach 10.
_SLOPES = np.geomspace(0.15, 12, 14)
_ASYMMETRIES = np.geomspace(0.1, 10, 7)
_MIDPOINTS = 28
_DECADES_BEYOND = 2.5
_FOLLOWED = 3
_POLISHING = 25
# How far beyond the calibrators a midpoint may come to lie, in decades, and still be one.
_FARTHEST = 6.0


@dataclass(frozen=True, slots=True)
class Minimum:
    """The least sum of weighted squares; ``inverse`` is that of J'WJ over the ``free`` places."""

    parameters: Parameters
    squares: float
    free: tuple[int, ...]
    inverse: Floats
    leverages: Floats


@dataclass(frozen=True, slots=True)
class Task:
    """What is fitted; ``fixed`` has NaN where a parameter is free."""

    x: Floats
    y: Floats
    weights: Floats
    fixed: Floats

    @property
    def free(self) -> tuple[int, ...]:
        return tuple(int(place) for place in np.flatnonzero(np.isnan(self.fixed)))


def least(task: Task, near: Parameters | None = None) -> Minimum:
    """Return the least weighted squares over the free parameters; raises NoSolution.

    Midpoint, slope and asymmetry are searched by their logarithms. ``near`` is where a fit with
    other weights ended: it alone is followed.
    """
    starts = _grid(task) if near is None else [near]
    best = None
    for start in starts:
        found = _followed(task, start)
        if found is not None and (best is None or found[1] < best[1] * (1 - 1e-7)):
            best = found
    if best is None:
        raise NoSolution("NO_MINIMUM", _("No calibration curve was found for these signals."))
    return _minimum(task, best[0])


def _grid(task: Task) -> list[Parameters]:
    """Return the best shapes of a grid, the ends of each solved for."""
    fixed = task.fixed
    positive = task.x[task.x > 0]
    low, high = np.log10(positive.min()), np.log10(positive.max())
    wide = np.logspace(low - _DECADES_BEYOND, high + _DECADES_BEYOND, _MIDPOINTS)
    middles = wide if np.isnan(fixed[2]) else fixed[2:3]
    slopes = _SLOPES if np.isnan(fixed[3]) else fixed[3:4]
    skews = _ASYMMETRIES if np.isnan(fixed[4]) else fixed[4:5]
    middle, slope, skew = (one.ravel() for one in np.meshgrid(middles, slopes, skews))
    with np.errstate(over="ignore", under="ignore"):
        power = np.minimum((task.x / middle[:, None]) ** slope[:, None], 1e300)
        share = (1 + power) ** -skew[:, None]
    ends = _ends(task, share)
    fitted = ends[:, 1:] + (ends[:, :1] - ends[:, 1:]) * share
    squares = np.sum(task.weights * (task.y - fitted) ** 2, axis=1)
    order = np.argsort(squares, kind="stable")
    chosen: list[int] = []
    for number in order:
        apart = [
            abs(np.log(middle[number] / middle[other])) + abs(np.log(slope[number] / slope[other]))
            for other in chosen
        ]
        if np.isfinite(squares[number]) and all(distance > 1.0 for distance in apart):
            chosen.append(int(number))
        if len(chosen) == _FOLLOWED:
            break
    return [
        Parameters(*map(float, (*ends[number], middle[number], slope[number], skew[number])))
        for number in chosen
    ]


def _ends(task: Task, share: Floats) -> Floats:
    """Return the weighted least squares of both ends for each row of shares, (rows, 2)."""
    at_zero, at_infinity = task.fixed[:2]
    weights, y, other = task.weights, task.y, 1 - share
    if not np.isnan(at_zero) and not np.isnan(at_infinity):
        return np.tile([at_zero, at_infinity], (len(share), 1))
    if not np.isnan(at_zero):
        rest = y - at_zero * share
        found = (rest * other) @ weights / np.maximum((other**2) @ weights, 1e-300)
        return np.stack([np.full(len(share), at_zero), found], axis=1)
    if not np.isnan(at_infinity):
        rest = y - at_infinity * other
        found = (rest * share) @ weights / np.maximum((share**2) @ weights, 1e-300)
        return np.stack([found, np.full(len(share), at_infinity)], axis=1)
    a, b, d = (share**2) @ weights, (share * other) @ weights, (other**2) @ weights
    e, f = (share * y) @ weights, (other * y) @ weights
    under = a * d - b * b
    # A shape whose calibrators all lie on one side tells the ends not apart.
    sound = under > 1e-12 * a * d
    under = np.where(sound, under, 1.0)
    found = np.stack([(e * d - f * b) / under, (a * f - b * e) / under], axis=1)
    return np.where(sound[:, None], found, np.nan)


def _followed(task: Task, start: Parameters) -> tuple[Parameters, float] | None:
    free = list(task.free)
    roots = np.sqrt(task.weights)
    whole = start.as_array()

    def parameters_of(searched: Floats) -> Parameters | None:
        values = whole.copy()
        values[free] = searched
        if np.any(np.abs(values[2:]) > 200):
            return None
        values[2:] = np.exp(values[2:])
        return Parameters(*map(float, values))

    def residuals(searched: Floats) -> Floats | None:
        at = parameters_of(searched)
        if at is None:
            return None
        missed = roots * (task.y - signals_at(at, task.x))
        return missed if np.isfinite(missed).all() else None

    def columns(searched: Floats) -> Floats | None:
        at = parameters_of(searched)
        if at is None:
            return None
        found = _scaled(at, task.x)[:, free]
        return roots[:, None] * found if np.isfinite(found).all() else None

    whole[2:] = np.log(whole[2:])
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        ended = descend(residuals, columns, whole[free], most=200)
    if ended is None:
        return None
    found = parameters_of(ended.parameters)
    return None if found is None else (found, ended.squares)


def _scaled(at: Parameters, x: Floats) -> Floats:
    """Return derivatives by both ends and by the logarithms of midpoint, slope and asymmetry."""
    found = derivatives(at, x)
    found[:, 2:] *= [at.midpoint, at.slope, at.asymmetry]
    return found


def _minimum(task: Task, parameters: Parameters) -> Minimum:
    """Return the fit polished by Gauss and Newton's steps, after judging that it is one."""
    free = list(task.free)
    roots = np.sqrt(task.weights)
    smallest = np.inf
    for _step in range(_POLISHING):
        columns = roots[:, None] * _scaled(parameters, task.x)[:, free]
        missed = roots * (task.y - signals_at(parameters, task.x))
        sizes = np.sqrt(np.sum(columns**2, axis=0))
        _check_determined(sizes, free)
        left, singular, right = np.linalg.svd(columns / sizes, full_matrices=False)
        if not singular[-1] > 1e-11 * singular[0]:
            raise _undetermined()
        along = left.T @ missed
        slope = float(np.linalg.norm(along))
        if slope >= smallest * 0.9:
            break
        smallest = slope
        step = right.T @ (along / singular) / sizes
        moved = parameters.as_array()
        moved[2:] = np.log(moved[2:])
        moved[free] += step
        if np.any(np.abs(step[[place >= 2 for place in free]]) > 0.5):
            break
        moved[2:] = np.exp(moved[2:])
        parameters = Parameters(*map(float, moved))
    _check_inside(task, parameters)
    columns = roots[:, None] * derivatives(parameters, task.x)[:, free]
    sizes = np.sqrt(np.sum(columns**2, axis=0))
    left, upper = np.linalg.qr(columns / sizes)
    root = np.linalg.solve(upper, np.eye(len(free))) / sizes[:, None]
    missed = roots * (task.y - signals_at(parameters, task.x))
    total = float(missed @ missed)
    if float(np.linalg.norm(left.T @ missed)) > 1e-4 * np.sqrt(total) + 1e-9 * np.linalg.norm(
        roots * task.y
    ):
        raise _undetermined()
    return Minimum(parameters, total, tuple(free), root @ root.T, np.sum(left**2, axis=1))


def _check_determined(sizes: Floats, free: list[int]) -> None:
    for place, size in zip(free, sizes, strict=True):
        if not size > 0 or not np.isfinite(size):
            raise _undetermined(NAMES[place])


def _check_inside(task: Task, parameters: Parameters) -> None:
    if 2 not in task.free:
        return
    positive = task.x[task.x > 0]
    where = np.log10(parameters.midpoint / np.sqrt(positive.min() * positive.max()))
    if abs(where) > _FARTHEST + np.log10(positive.max() / positive.min()):
        raise _undetermined("midpoint")


def _undetermined(name: str = "") -> NoSolution:
    return NoSolution(
        "NOT_DETERMINED",
        _(
            "The calibrators do not determine the curve%(which)s: widen their range, or hold an "
            "end fixed."
        ),
        which=f" ({name.replace('_', ' ')})" if name else "",
    )
