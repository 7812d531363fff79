"""Logistic calibration curves of four and five parameters: values, derivatives, inverse.

signal = at_infinity + (at_zero - at_infinity) / (1 + (x / midpoint)^slope)^asymmetry

``slope`` and ``midpoint`` are above 0, so ``at_zero`` is always the signal of concentration 0 and a
curve falls where at_infinity < at_zero. With asymmetry 1 it is the four-parameter logistic (Rodbard,
Clin Chem 1974;20:1255), the log-logistic LL.4 of dose-response work with b = slope, d = at_zero,
c = at_infinity, e = midpoint; with another, the five-parameter logistic (Gottschalk and Dunn, Anal
Biochem 2005;343:54). Where one end is held at 0 it is LL.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from assays.numerics.refusals import Floats, Unusable, floats, made, number
from labsys.lib.wording import gettext_noop as _

NAMES = ("at_zero", "at_infinity", "midpoint", "slope", "asymmetry")
ENDS = 2


class Form(StrEnum):
    """How many parameters the curve has."""

    FOUR = "4PL"
    FIVE = "5PL"


@dataclass(frozen=True, slots=True)
class Parameters:
    """A curve; signals in the reader's unit, ``midpoint`` in that of the concentrations."""

    at_zero: float
    at_infinity: float
    midpoint: float
    slope: float
    asymmetry: float = 1.0

    def as_array(self) -> Floats:
        return np.array([getattr(self, name) for name in NAMES])


def signals_at(parameters: Parameters, concentrations: ArrayLike) -> Floats:
    """Return the signals of concentrations of 0 or more, of any shape.

    Raises Unusable (NOT_A_NUMBER, TOO_LOW, NOT_MADE).
    """
    ends = made(parameters, Parameters, name=_("parameters"), by="fit")
    x = floats(concentrations, name=_("concentrations"))
    if not (x >= 0).all():
        raise Unusable("TOO_LOW", _("Every concentration is a number of 0 or more."))
    return ends.at_infinity + (ends.at_zero - ends.at_infinity) * _share(ends, x)[0]


def slopes_at(parameters: Parameters, concentrations: ArrayLike) -> Floats:
    """Return the derivative of the signal by the concentration, at concentrations above 0."""
    x = np.asarray(concentrations, dtype=np.float64)
    share, power = _share(parameters, x)
    height = parameters.at_zero - parameters.at_infinity
    part = -parameters.asymmetry * parameters.slope * share * power / (1 + power)
    return height * part / x


def derivatives(parameters: Parameters, concentrations: ArrayLike) -> Floats:
    """Return the derivatives of the signals by the five parameters, (n, 5), in the order of NAMES."""
    x = np.asarray(concentrations, dtype=np.float64)
    share, power = _share(parameters, x)
    height = parameters.at_zero - parameters.at_infinity
    inner = -parameters.asymmetry * share * power / (1 + power)
    with np.errstate(divide="ignore"):
        logarithm = np.where(x > 0, np.log(np.where(x > 0, x, 1.0) / parameters.midpoint), 0.0)
    return np.stack(
        [
            share,
            1 - share,
            -height * inner * parameters.slope / parameters.midpoint,
            height * inner * logarithm,
            -height * share * np.log1p(power),
        ],
        axis=-1,
    )


def concentration_at(parameters: Parameters, signal: float) -> float | None:
    """Return the concentration of a signal: 0 at ``at_zero``, None beyond either end.

    Raises Unusable (NOT_A_NUMBER, NOT_MADE).
    """
    made(parameters, Parameters, name=_("parameters"), by="fit")
    height = parameters.at_zero - parameters.at_infinity
    if height == 0:
        return None
    share = (number(signal, name=_("signal")) - parameters.at_infinity) / height
    if not 0 < share <= 1:
        return None
    # expm1 of the logarithm keeps the digits of signals next to at_zero.
    with np.errstate(over="ignore"):
        power = np.expm1(-np.log(share) / parameters.asymmetry)
        found = float(parameters.midpoint * np.power(power, 1 / parameters.slope))
    return found if np.isfinite(found) else None


def _share(parameters: Parameters, x: Floats) -> tuple[Floats, Floats]:
    """Return the share of ``at_zero`` in the signals, and (x / midpoint)^slope."""
    with np.errstate(over="ignore", under="ignore"):
        power = np.minimum((x / parameters.midpoint) ** parameters.slope, 1e300)
        return (1 + power) ** -parameters.asymmetry, power
