"""How precisely a curve reads concentrations, and what follows: detection and quantitation."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from assays.numerics.calibration.curves import concentration_at, signals_at
from assays.numerics.calibration.fitting import METHOD, Curve
from assays.numerics.calibration.reading import standard_error, variance_of_curve
from assays.numerics.refusals import (
    LARGEST,
    Floats,
    NoSolution,
    Unusable,
    is_within,
    made,
    number,
    numbers,
    whole,
)
from labsys.lib.wording import cited
from labsys.lib.wording import gettext_noop as _

_POINTS = 400
_HALVINGS = 80


@dataclass(frozen=True, slots=True)
class ProfilePoint:
    """SD and CV of a concentration read from the mean of some signals."""

    concentration: float
    sd: float
    cv_percent: float


@dataclass(frozen=True, slots=True)
class CurveLimits:
    """What a curve by itself can detect and quantify, in concentrations; None where it cannot.

    ``minimum_detectable``: its mean signal lies at the upper limit of those of concentration 0.
    ``reliably_detectable``: the lower limit of its signals lies there. ``quantitation``: the lowest
    from which the CV is ``cv_percent`` or less.
    """

    minimum_detectable: float | None
    reliably_detectable: float | None
    quantitation: float | None
    replicates: int
    level: float
    cv_percent: float
    method: str


def precision_profile(
    curve: Curve, concentrations: ArrayLike | None = None, *, replicates: int = 1
) -> tuple[ProfilePoint, ...]:
    """Return SD and CV of readings along the curve, the curve's own error included.

    ``concentrations`` are above 0; None takes 60 from a tenth of the lowest calibrator above 0 to
    the highest. Concentrations at which the curve is flat to rounding are left out.
    """
    made(curve, Curve, name=_("curve"), by="fit")
    _check_replicates(replicates)
    if concentrations is None:
        positive = curve.concentrations[curve.concentrations > 0]
        asked = np.geomspace(positive.min() / 10, positive.max(), 60)
    else:
        asked = numbers(concentrations, name=_("concentrations"), lowest=0.0)
        if not asked.all():
            raise Unusable("TOO_LOW", _("At concentration 0 there is no CV; leave it out."))
    found = []
    for one in asked:
        error = _error(curve, float(one), replicates)
        if math.isfinite(error):
            found.append(ProfilePoint(float(one), error, error / float(one) * 100))
    return tuple(found)


def curve_limits(
    curve: Curve, *, replicates: int = 1, level: float = 0.95, cv_percent: float = 20.0
) -> CurveLimits:
    """Return what the curve can detect and quantify from the mean of some replicate signals.

    Two-sided limits with Student's t of the curve's degrees of freedom, as O'Connell, Belanger and
    Haaland, Chemom Intell Lab Syst 1993;20:97.
    """
    from scipy.stats import t

    made(curve, Curve, name=_("curve"), by="fit")
    _check_replicates(replicates)
    number(level, name=_("level of confidence"))
    number(cv_percent, name=_("CV goal"))
    if not 0 < level < 1 or not cv_percent > 0:
        raise Unusable("LEVEL", _("A level lies between 0 and 1, a CV goal above 0."))
    if curve.residual_sd is None:
        raise NoSolution("NO_ERROR", _("A curve without degrees of freedom has no limits."))
    quantile = float(t.ppf((1 + level) / 2, curve.degrees_of_freedom))
    direction = 1.0 if curve.is_increasing else -1.0
    blank = curve.parameters.at_zero
    variance = float(curve.sd_of_signal(blank)) ** 2 / replicates
    variance += float(variance_of_curve(curve, 0.0))
    critical = blank + direction * quantile * math.sqrt(variance)

    def is_above(concentration: float) -> bool:
        signal = float(signals_at(curve.parameters, concentration))
        spread = float(curve.sd_of_signal(signal)) ** 2 / replicates
        spread += float(variance_of_curve(curve, concentration))
        return direction * (signal - critical) >= quantile * math.sqrt(spread)

    def is_precise(concentration: float) -> bool:
        return _error(curve, concentration, replicates) <= cv_percent / 100 * concentration

    grid = _grid(curve)
    return CurveLimits(
        minimum_detectable=concentration_at(curve.parameters, critical),
        reliably_detectable=_first(is_above, grid),
        quantitation=_first(is_precise, grid),
        replicates=replicates,
        level=level,
        cv_percent=cv_percent,
        method=METHOD,
    )


def _grid(curve: Curve) -> Floats:
    positive = curve.concentrations[curve.concentrations > 0]
    found: Floats = np.geomspace(positive.min() / 1e4, positive.max(), _POINTS)
    return found


def _first(is_met: Callable[[float], bool], grid: Floats) -> float | None:
    """Return the lowest concentration from which something holds, by halving the step before it."""
    met = [number for number, one in enumerate(grid) if is_met(float(one))]
    if not met:
        return None
    if met[0] == 0:
        return float(grid[0])
    low, high = float(grid[met[0] - 1]), float(grid[met[0]])
    for _step in range(_HALVINGS):
        middle = math.sqrt(low * high)
        if is_met(middle):
            high = middle
        else:
            low = middle
    return high


def _error(curve: Curve, concentration: float, replicates: int) -> float:
    found = standard_error(curve, concentration, replicates)
    return math.inf if found is None else found


def _check_replicates(replicates: int) -> None:
    if not is_within(whole(replicates, name=_("number of replicates")), 1, LARGEST):
        raise Unusable(
            "REPLICATES",
            _("A reading rests on at least 1 signal, not on %(given)s."),
            given=cited(replicates),
        )
