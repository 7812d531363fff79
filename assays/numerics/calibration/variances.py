"""Precision profiles of whole assays: variance as a function of concentration, from estimates."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike

from assays.numerics.refusals import Floats, NoSolution, Unusable, numbers, pairs
from labsys.lib.wording import gettext_noop as _

METHOD = "calibration.variances/1"
_LARGE = 1e30


class Model(IntEnum):
    """Sadler's variance functions of the concentration u, by their numbers.

    6: b1 + b2 u + b3 u^J; 7: b1 + b2 u^J; 8: (b1 + b2 u)^J (Sadler, Variance Function Program;
    Clin Chem 1988;34:1058).
    """

    SIX = 6
    SEVEN = 7
    EIGHT = 8


@dataclass(frozen=True, slots=True)
class VarianceProfile:
    """A fitted variance function; ``coefficients`` end with the exponent J.

    ``deviance`` is the gamma deviance, by which models of equal size can be compared.
    """

    model: Model
    coefficients: tuple[float, ...]
    deviance: float
    degrees_of_freedom: int
    method: str

    def variance_at(self, concentration: ArrayLike) -> Floats:
        return _variance(self.model, np.asarray(self.coefficients), np.asarray(concentration))

    def cv_percent_at(self, concentration: float) -> float:
        """Return the CV in per cent at a concentration above 0."""
        return math.sqrt(float(self.variance_at(concentration))) / concentration * 100


def fit_variances(
    means: ArrayLike,
    variances: ArrayLike,
    degrees_of_freedom: ArrayLike,
    *,
    model: Model | int = Model.SIX,
) -> VarianceProfile:
    """Fit a variance function to variances at mean concentrations with their degrees of freedom.

    Estimated variances are gamma distributed with df / 2 as shape: the least gamma deviance
    2 sum(df / 2 (v / f - 1 - log(v / f))) is the maximum of the likelihood. Searched by simplices
    from a grid of exponents, which a positive variance at every mean keeps within bounds. Raises
    Unusable and NoSolution (NO_MINIMUM).
    """
    u = numbers(means, name=_("mean concentrations"), lowest=0.0)
    v = numbers(variances, name=_("variances"))
    freedom = numbers(degrees_of_freedom, name=_("degrees of freedom"))
    pairs(u, v, names=(_("mean concentrations"), _("variances")))
    pairs(u, freedom, names=(_("mean concentrations"), _("degrees of freedom")))
    if np.any(v <= 0) or np.any(freedom <= 0):
        raise Unusable("TOO_LOW", _("Variances and degrees of freedom are above 0."))
    try:
        chosen = Model(model)
    except ValueError as error:
        raise Unusable(
            "MODEL", _("There is no model %(model)s; there are 6, 7 and 8."), model=str(model)
        ) from error
    count = 4 if chosen is Model.SIX else 3
    if np.unique(u).size < count or not np.any(u > 0):
        raise Unusable(
            "TOO_FEW",
            _("%(given)d concentrations cannot determine %(count)d coefficients."),
            given=int(np.unique(u).size),
            count=count,
        )
    across, up = float(u.max()), float(np.median(v))
    with np.errstate(all="ignore"):
        found, loss = _searched(chosen, u / across, v / up, freedom)
        coefficients = _in_units(chosen, found, np.float64(across), np.float64(up))
    if not np.isfinite(coefficients).all():
        raise NoSolution("NO_MINIMUM", _("No variance function of this form fits these variances."))
    return VarianceProfile(
        chosen, tuple(map(float, coefficients)), 2 * loss, u.size - count, METHOD
    )


def _searched(model: Model, u: Floats, v: Floats, freedom: Floats) -> tuple[Floats, float]:
    from scipy.optimize import minimize

    def loss(at: Floats) -> float:
        with np.errstate(all="ignore"):
            fitted = _variance(model, at, u)
            if not np.isfinite(fitted).all() or np.any(fitted <= 0):
                return _LARGE
            ratio = v / fitted
            total = float(np.sum(freedom / 2 * (ratio - 1 - np.log(ratio))))
        return total if math.isfinite(total) else _LARGE

    best, least = None, _LARGE
    for start in _starts(model, u, v, freedom):
        at = start
        for _round in range(6):
            ended = minimize(
                loss,
                at,
                method="Nelder-Mead",
                options={"xatol": 1e-12, "fatol": 1e-14, "maxiter": 4000, "maxfev": 4000},
            )
            has_settled = np.allclose(ended.x, at, rtol=1e-10, atol=0)
            at = ended.x
            if has_settled:
                break
        if float(ended.fun) < least - 1e-12:
            best, least = at, float(ended.fun)
    if best is None:
        raise NoSolution("NO_MINIMUM", _("No variance function of this form fits these variances."))
    return best, least


def _starts(model: Model, u: Floats, v: Floats, freedom: Floats) -> list[Floats]:
    """Return starts over exponents; coefficients by least squares of relative errors."""
    found = []
    for exponent in (1.5, 2.0, 3.0, 4.5):
        power = u**exponent
        if model is Model.EIGHT:
            columns, target = np.stack([np.ones(u.size), u], axis=1), v ** (1 / exponent)
        else:
            parts = [np.ones(u.size), u, power] if model is Model.SIX else [np.ones(u.size), power]
            columns, target = np.stack(parts, axis=1), v
        heavy = np.sqrt(freedom) / target
        solved, *_rest = np.linalg.lstsq(columns * heavy[:, None], target * heavy, rcond=None)
        if np.any(columns @ solved <= 0):
            solved = np.abs(solved) + 1e-6
        found.append(np.array([*solved, exponent]))
    return found


def _variance(model: Model, at: Floats, u: Floats) -> Floats:
    exponent = at[-1]
    found: Floats
    if model is Model.SIX:
        found = at[0] + at[1] * u + at[2] * u**exponent
    elif model is Model.SEVEN:
        found = at[0] + at[1] * u**exponent
    else:
        base = at[0] + at[1] * u
        found = np.where(base > 0, np.maximum(base, 1e-300) ** exponent, np.nan)
    return found


def _in_units(model: Model, at: Floats, across: float, up: float) -> Floats:
    exponent = at[-1]
    if model is Model.SIX:
        return np.array([at[0] * up, at[1] * up / across, at[2] * up / across**exponent, exponent])
    if model is Model.SEVEN:
        return np.array([at[0] * up, at[1] * up / across**exponent, exponent])
    scale = up ** (1 / exponent)
    return np.array([at[0] * scale, at[1] * scale / across, exponent])
