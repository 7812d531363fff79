"""The last digits of a fit: steps in long doubles, and what the parameters' errors come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assays.numerics.least_squares.model import Model, Values
from assays.numerics.refusals import Floats, NoSolution
from labsys.lib.wording import gettext_noop as _

_MOST_STEPS = 60
# Columns that are a combination of others to more digits than this tell nothing apart.
_DETERMINED = 2e-14
# The largest slope (cosine) at what is called a minimum, where residuals are more than rounding.
_FLAT = 1e-5


@dataclass(frozen=True, slots=True)
class Polished:
    """A minimum: ``inverse`` is that of J'WJ, ``condition`` that of J in scaled columns."""

    parameters: Floats
    residuals: Floats
    squares: float
    inverse: Floats
    condition: float
    evaluations: int


def polish(model: Model, x: Any, given: Floats, roots: Floats, parameters: Floats) -> Polished:
    """Return the minimum next to ``parameters`` to the precision that the function computes in.

    Raises NoSolution where columns of derivatives are combinations of each other (NOT_DETERMINED)
    or where the steps lead away (NO_MINIMUM).
    """
    fine = model.at_precision(_decimal(x))
    wanted, scales = _decimal(given), roots.astype(np.longdouble)
    best = _descended(fine, wanted, scales, parameters.astype(np.longdouble))
    if best is None:
        best = _descended(model, given, roots, parameters)
    if best is None:
        raise NoSolution(
            "NO_MINIMUM", _("The sum of squares falls without end: the data determine no fit.")
        )
    found, missed, columns = best
    inverse, condition = _inverse(columns)
    _check_flat(columns, (scales * missed).astype(np.float64), roots * given)
    weighted = scales * missed
    return Polished(
        parameters=found.astype(np.float64),
        residuals=missed.astype(np.float64),
        squares=float(weighted @ weighted),
        inverse=inverse,
        condition=condition,
        evaluations=fine.evaluations,
    )


def _descended(
    model: Model, given: Values, roots: Values, parameters: Values
) -> tuple[Values, Values, Floats] | None:
    """Return parameters, residuals and weighted derivatives where Gauss and Newton's steps end."""
    best = None
    smallest, last = np.inf, np.inf
    for _step in range(_MOST_STEPS):
        values, derivatives = model.values(parameters), model.derivatives(parameters)
        if values is None or derivatives is None:
            return best
        missed = given - values
        weighted = (roots * missed).astype(np.float64)
        columns = (roots[:, None] * derivatives).astype(np.float64)
        squares = float(np.sum((roots * missed) ** 2))
        if best is not None and squares > last * (1 + 1e-9):
            return best
        step, size = _gauss_newton(columns, weighted)
        if best is None or size < smallest:
            best, smallest = (parameters, missed, columns), size
        elif size >= smallest:
            return best
        last = squares
        ahead = parameters + step.astype(parameters.dtype)
        if np.array_equal(ahead, parameters):
            return best
        parameters = ahead
    return best


def _gauss_newton(columns: Floats, weighted: Floats) -> tuple[Floats, float]:
    sizes = _sizes(columns)
    left, right = np.linalg.qr(columns / sizes)
    along = left.T @ weighted
    step, *_rest = np.linalg.lstsq(right, along, rcond=None)
    return step / sizes, float(np.linalg.norm(along))


def _inverse(columns: Floats) -> tuple[Floats, float]:
    """Return the inverse of J'J by QR of scaled columns; J'J itself loses half of the digits."""
    sizes = _sizes(columns)
    _left, right = np.linalg.qr(columns / sizes)
    singular = np.linalg.svd(right, compute_uv=False)
    if not singular[-1] > _DETERMINED * singular[0]:
        raise NoSolution(
            "NOT_DETERMINED",
            _(
                "The data do not determine all %(count)d parameters: some change together without "
                "changing the fit."
            ),
            count=columns.shape[1],
        )
    root = np.linalg.solve(right, np.eye(len(right))) / sizes[:, None]
    return root @ root.T, float(singular[0] / singular[-1])


def _check_flat(columns: Floats, weighted: Floats, given: Floats) -> None:
    missed = float(np.linalg.norm(weighted))
    if missed <= 1e-12 * float(np.linalg.norm(given)):
        return
    left, _right = np.linalg.qr(columns / _sizes(columns))
    if float(np.linalg.norm(left.T @ weighted)) > _FLAT * missed:
        raise NoSolution(
            "NO_MINIMUM", _("The sum of squares falls without end: the data determine no fit.")
        )


def _sizes(columns: Floats) -> Floats:
    sizes: Floats = np.sqrt(np.einsum("ij,ij->j", columns, columns))
    return np.where(sizes > 0, sizes, 1.0)


def _decimal(values: Any) -> Any:
    """Return floats as long doubles of the shortest decimals that read as them: 0.1 is a tenth.

    What was written down as 0.1 becomes 0.1 to the precision of long doubles; where they are no
    more than doubles nothing changes.
    """
    if not isinstance(values, np.ndarray) or values.dtype.kind != "f":
        return values
    if values.dtype == np.longdouble:
        return values
    written: NDArray[np.longdouble] = np.array(
        [np.longdouble(repr(float(value))) for value in values.ravel()], dtype=np.longdouble
    )
    return written.reshape(values.shape)
