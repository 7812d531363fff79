"""Weighted nonlinear least squares with standard errors."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from assays.numerics.least_squares.model import Function, Model
from assays.numerics.least_squares.polish import Polished, polish
from assays.numerics.least_squares.search import Search
from assays.numerics.least_squares.separable import linear_places
from assays.numerics.refusals import Floats, NoSolution, Unusable, drawing, numbers, pairs
from labsys.lib.wording import gettext_noop as _

METHOD = "least_squares/1"
MOST_PARAMETERS = 100
_ROUNDS = 3


class Note(StrEnum):
    """What a reader must know to judge a fit."""

    NO_DEGREES_OF_FREEDOM = "as_many_values_as_parameters_no_standard_errors"
    EXACT = "residuals_are_rounding_errors_standard_errors_mean_nothing"
    ILL_CONDITIONED = "parameters_barely_told_apart_by_the_data"
    FROM_ANOTHER_START = "the_start_given_led_to_a_worse_fit_or_none"


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Parameters at the least sum of weighted squares, and what they rest on.

    ``parameters`` (p,), ``standard_errors`` (p,) and ``covariance`` (p, p) in the function's order;
    ``residuals`` (n,) are given minus fitted, unweighted. ``residual_sd`` is
    sqrt(sum of weighted squares / degrees_of_freedom). With as many values as parameters there are
    no degrees of freedom, and ``standard_errors``, ``covariance`` and ``residual_sd`` are None.
    ``linear`` are the places of parameters that were found to be linear and were solved for.
    """

    parameters: Floats
    standard_errors: Floats | None
    residual_sd: float | None
    covariance: Floats | None
    residuals: Floats
    residual_sum_of_squares: float
    degrees_of_freedom: int
    linear: tuple[int, ...]
    evaluations: int
    method: str
    notes: tuple[Note, ...]


def fit(
    function: Function,
    x: Any,
    y: ArrayLike,
    start: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    seed: int = 1,
) -> Fit:
    """Fit ``function(x, *parameters)`` to ``y`` by least squares, weighted where weights are given.

    ``x`` is handed to the function as it is (a list or tuple of numbers as an array): one predictor
    (n,), several (k, n), or whatever the function takes. ``y`` is (n,); ``start`` (p,), p <= n, or
    one number. A function of exactly two arguments gets the parameters as one array. ``weights``
    (n,), not negative, multiply the *squared* residuals: 1 / variance up to a factor.

    The function is called with arrays of floats, complex numbers and long doubles; where it takes
    no complex numbers, derivatives come from differences, with some digits less. Values are read as
    the shortest decimals that they are, and the last steps are made in long doubles where the
    function computes in them.

    The search goes from ``start`` and from other starts drawn around it from ``seed``; a fit from
    another start is taken only where it is better. The same input gives the same bits.

    Raises Unusable for input of which no fit can be made (EMPTY, NOT_FINITE, LENGTHS, TOO_FEW,
    WEIGHTS, FUNCTION), NoSolution where there is no least sum of squares at finite parameters that
    the data determine (NOT_DETERMINED, NO_VALUES, NO_MINIMUM).
    """
    given = numbers(y, name=_("values to be fitted"), smallest=0.0)
    if isinstance(start, int | float | np.number):
        start = np.array([start])
    first = numbers(start, name=_("starting values"))
    drawing(seed)
    roots = _roots(weights, given)
    used = int(np.count_nonzero(roots))
    if used < first.size or first.size > MOST_PARAMETERS:
        raise Unusable(
            "TOO_FEW",
            _("%(given)d values cannot determine %(parameters)d parameters."),
            given=used,
            parameters=int(first.size),
        )
    handed = _as_array(x)
    model = Model(function, handed, given.size, first)
    model.check(first)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        # A function that drops the imaginary part of a complex step is not one that takes it.
        warnings.simplefilter("error", np.exceptions.ComplexWarning)
        linear = linear_places(model, first)
        looked = Search(model, given, roots, first, linear)
        polished = _polished(looked, model, handed, given, roots, seed)
        return _told(polished, model, given, roots, first.size, linear, looked.is_own)


def _polished(
    looked: Search, model: Model, x: Any, given: Floats, roots: Floats, seed: int
) -> Polished:
    """Return the polished lowest fit; where it is none, look further before saying so."""
    looked.from_start()
    for last in range(_ROUNDS):
        looked.from_around(seed + last)
        try:
            return polish(model, x, given, roots, looked.found().parameters)
        except NoSolution:
            if last + 1 == _ROUNDS:
                raise
    raise AssertionError


def _told(
    polished: Polished,
    model: Model,
    given: Floats,
    roots: Floats,
    count: int,
    linear: Sequence[int],
    is_own: bool,
) -> Fit:
    freedom = int(np.count_nonzero(roots)) - count
    notes = [] if is_own else [Note.FROM_ANOTHER_START]
    if polished.condition > 1e10:
        notes.append(Note.ILL_CONDITIONED)
    size = float(np.sqrt(np.sum((roots * given) ** 2)))
    if freedom and np.sqrt(polished.squares) <= 8 * np.finfo(np.float64).eps * size:
        notes.append(Note.EXACT)
    sd = errors = covariance = None
    if freedom:
        sd = float(np.sqrt(polished.squares / freedom))
        covariance = polished.inverse * sd**2
        errors = np.sqrt(np.diag(covariance))
    else:
        notes.append(Note.NO_DEGREES_OF_FREEDOM)
    return Fit(
        parameters=polished.parameters,
        standard_errors=errors,
        residual_sd=sd,
        covariance=covariance,
        residuals=polished.residuals,
        residual_sum_of_squares=polished.squares,
        degrees_of_freedom=freedom,
        linear=tuple(linear),
        evaluations=model.evaluations + polished.evaluations,
        method=METHOD,
        notes=tuple(notes),
    )


def _roots(weights: ArrayLike | None, given: Floats) -> Floats:
    if weights is None:
        return np.ones(given.size)
    found = numbers(weights, name=_("weights"), lowest=0.0)
    pairs(found, given, names=(_("weights"), _("values to be fitted")))
    largest = float(found.max())
    if largest <= 0:
        raise Unusable("WEIGHTS", _("Every weight is 0: nothing is left to be fitted."))
    return np.sqrt(found)


def _as_array(x: Any) -> Any:
    """Return ``x`` as an array of floats where it is numbers, else as it is; each has to be finite."""
    try:
        found = np.asarray(x)
    except ValueError:
        return x
    if found.dtype.kind not in "iufb":
        return x
    array = found if found.dtype.kind == "f" else found.astype(np.float64)
    if not np.isfinite(array).all():
        place = int(np.flatnonzero(~np.isfinite(array.ravel()))[0])
        raise Unusable(
            "NOT_FINITE",
            _("Number %(place)d of the predictors is %(value)s: no finite number."),
            place=place + 1,
            value=f"{array.ravel()[place]:g}",
        )
    return array
