"""Four-parameter curves of many plates at once, weighted, with standard errors.

The same descent on every plate side by side: with numba compiled for each plate by itself, else in
numpy over all plates in one array. Both take the same steps and agree to rounding.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assays.numerics.calibration import batch_compiled, batch_steps
from assays.numerics.refusals import LARGEST, SMALLEST, Floats, Unusable, floats, is_within
from labsys.lib.wording import cited
from labsys.lib.wording import gettext_noop as _

METHOD = "calibration.batches/1"
MOST_THETA = 5
PARAMETERS = ("at_zero", "at_infinity", "midpoint", "slope")


class Engine(StrEnum):
    NUMPY = "numpy"
    NUMBA = "numba"


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """One curve a plate, in the order of the plates; NaN throughout where ``is_fitted`` is False.

    ``parameters`` and ``standard_errors`` (plates, 4) in the order of PARAMETERS, ``covariances``
    (plates, 4, 4), ``residual_sd`` (plates,). A plate that is not fitted is to be fitted by itself
    with ``calibration.fit``, which looks further and says why.
    """

    parameters: Floats
    standard_errors: Floats
    covariances: Floats
    residual_sd: Floats
    degrees_of_freedom: int
    is_fitted: NDArray[np.bool_]
    engine: Engine
    method: str


def fit_plates(
    concentrations: ArrayLike,
    signals: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    theta: float | None = None,
    engine: Engine | str | None = None,
) -> Batch:
    """Fit a 4PL to each plate's calibrators: concentrations (wells,), signals (plates, wells).

    ``weights`` (plates, wells) or (wells,) multiply the squared residuals; or ``theta`` weights by
    signal^(-2 theta), iterated once on fitted signals; neither weights all alike. ``engine`` is
    numba where it is installed. A plate with a signal that is no finite number is not fitted, and
    its neighbours are. Raises Unusable for shapes that do not belong together (SHAPE), fewer than 5
    wells (TOO_FEW), fewer than 4 concentrations (TOO_FEW_LEVELS), negative ones or weights
    (TOO_LOW), and both weights and theta (WEIGHTS).
    """
    x, y = _wells(concentrations, signals)
    chosen = _engine(engine)
    given = _weights(weights, y)
    if weights is not None and theta is not None:
        raise Unusable("WEIGHTS", _("Give weights or theta, not both."))
    if theta is not None and not is_within(theta, 0, MOST_THETA):
        raise Unusable("THETA", _("Theta lies from 0 to 5, not at %(theta)s."), theta=cited(theta))
    sound = np.asarray(np.isfinite(y).all(axis=1) & np.isfinite(given).all(axis=1))
    sound = sound & (np.ptp(np.where(sound[:, None], y, 0.0), axis=1) > 0)
    own, units = y[sound], np.abs(y[sound]).max(axis=1, initial=0.0)
    along = float(np.sqrt(x[x > 0].min() * x.max()))
    own = own / units[:, None]
    heavy = given[sound]
    heavy = heavy / np.maximum(heavy.max(axis=1, initial=0.0), 1e-300)[:, None]
    if theta is not None:
        heavy = np.maximum(np.abs(own), 1e-3) ** (-2 * theta)
        first = _fitted(x / along, own, heavy, chosen)[0]
        means = np.abs(batch_steps.signals(first, x / along))
        heavy = np.maximum(np.where(np.isfinite(means), means, 1.0), 1e-3) ** (-2 * theta)
    found, inverses, squares, arrived = _fitted(x / along, own, heavy, chosen)
    return _told(found, inverses, squares, arrived, sound, units, along, x.size, chosen)


def _fitted(x: Floats, y: Floats, weights: Floats, engine: Engine) -> batch_steps.Found:
    """Fit the weighted means of replicates, which have the same minimum as the wells themselves."""
    levels, place = np.unique(x, return_inverse=True)
    belongs = np.zeros((x.size, levels.size))
    belongs[np.arange(x.size), place] = 1.0
    heavy = weights @ belongs
    means = (weights * y) @ belongs / np.where(heavy > 0, heavy, 1.0)
    fitting = batch_compiled.fit_each if engine is Engine.NUMBA else batch_steps.fit_all
    found, inverses, squares, arrived = fitting(levels, means, heavy)
    within = np.sum(weights * (y - means[:, place]) ** 2, axis=1)
    return found, inverses, squares + within, arrived


def _told(
    found: Floats,
    inverses: Floats,
    squares: Floats,
    arrived: NDArray[np.bool_],
    sound: NDArray[np.bool_],
    units: Floats,
    along: float,
    wells: int,
    engine: Engine,
) -> Batch:
    plates, freedom = sound.size, wells - len(PARAMETERS)
    scales = np.stack([units, units, np.full(units.size, along), np.ones(units.size)], axis=1)
    parameters = np.full((plates, 4), np.nan)
    covariances = np.full((plates, 4, 4), np.nan)
    spread = np.full(plates, np.nan)
    places = np.flatnonzero(sound)[arrived]
    variances = squares[arrived] / freedom
    parameters[places] = found[arrived] * scales[arrived]
    outer = scales[arrived][:, :, None] * scales[arrived][:, None, :]
    covariances[places] = inverses[arrived] * variances[:, None, None] * outer
    spread[places] = np.sqrt(variances) * units[arrived]
    is_fitted = np.zeros(plates, dtype=bool)
    is_fitted[places] = True
    return Batch(
        parameters=parameters,
        standard_errors=np.sqrt(np.einsum("pii->pi", covariances)),
        covariances=covariances,
        residual_sd=spread,
        degrees_of_freedom=freedom,
        is_fitted=is_fitted,
        engine=engine,
        method=METHOD,
    )


def _wells(concentrations: ArrayLike, signals: ArrayLike) -> tuple[Floats, Floats]:
    x = floats(concentrations, name=_("concentrations"))
    y = floats(signals, name=_("signals"))
    if x.ndim != 1 or y.ndim != 2 or y.shape[1] != x.size:
        raise Unusable(
            "SHAPE",
            _("Signals of shape %(signals)s do not belong to concentrations of shape %(given)s."),
            signals=str(y.shape),
            given=str(x.shape),
        )
    if not (x <= LARGEST).all() or np.any(x < 0) or np.any((x < SMALLEST) & (x != 0)):
        raise Unusable("TOO_LOW", _("Every concentration is a number of 0 or more."))
    if x.size < 5:
        raise Unusable("TOO_FEW", _("%(given)d wells are too few; give at least 5."), given=x.size)
    levels = np.unique(x).size
    if levels < 4:
        raise Unusable(
            "TOO_FEW_LEVELS",
            _(
                "%(given)d different concentrations cannot determine a curve of %(free)d parameters."
            ),
            given=int(levels),
            free=4,
        )
    return x, y


def _weights(weights: ArrayLike | None, y: Floats) -> Floats:
    if weights is None:
        return np.ones(y.shape)
    given = floats(weights, name=_("weights"))
    try:
        found = np.broadcast_to(given, y.shape)
    except ValueError as error:
        raise Unusable("SHAPE", _("The weights do not belong to these signals.")) from error
    if np.any(found < 0):
        raise Unusable("TOO_LOW", _("Every weight is a number of 0 or more."))
    return found


def _engine(engine: Engine | str | None) -> Engine:
    if engine is None:
        return Engine.NUMBA if batch_compiled.is_there() else Engine.NUMPY
    try:
        chosen = Engine(engine)
    except ValueError as error:
        raise Unusable(
            "ENGINE",
            _("There is no engine %(engine)s; there are numba and numpy."),
            engine=str(engine),
        ) from error
    if chosen is Engine.NUMBA and not batch_compiled.is_there():
        raise Unusable("ENGINE", _("numba is not installed; take the engine numpy."))
    return chosen
