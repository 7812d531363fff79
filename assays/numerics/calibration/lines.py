"""Straight calibration lines: reading back, and limits after DIN 32645 and Massart."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from assays.numerics.refusals import (
    LARGEST,
    Floats,
    NoSolution,
    Unusable,
    is_between,
    is_within,
    made,
    number,
    numbers,
    pairs,
)
from labsys.lib.wording import gettext_noop as _

METHOD = "calibration.lines/1"


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """signal = intercept + slope * x by (weighted) least squares."""

    intercept: float
    slope: float
    residual_sd: float
    degrees_of_freedom: int
    concentrations: Floats
    signals: Floats
    weights: Floats
    method: str

    @property
    def mean_concentration(self) -> float:
        return float(self.weights @ self.concentrations / self.weights.sum())

    @property
    def spread(self) -> float:
        """Return the weighted sum of squares of concentrations about their mean."""
        return float(self.weights @ (self.concentrations - self.mean_concentration) ** 2)

    @property
    def intercept_sd(self) -> float:
        """Return the standard error of the intercept."""
        apart = self.mean_concentration**2 / self.spread
        return self.residual_sd * math.sqrt(1 / float(self.weights.sum()) + apart)


@dataclass(frozen=True, slots=True)
class LineReading:
    """A concentration with limits; ``low`` and ``high`` None where they do not exist."""

    concentration: float
    standard_error: float
    low: float | None
    high: float | None
    level: float


@dataclass(frozen=True, slots=True)
class LineLimits:
    """Critical value, limits of detection and quantitation, in concentrations.

    ``detection`` is where the lower prediction limit of the signal meets the critical signal;
    ``detection_din`` the simpler sum of DIN 32645 with equal errors.
    """

    critical: float
    detection: float
    detection_din: float
    quantitation: float
    detection_signal: float
    method: str


@dataclass(frozen=True, slots=True)
class SlopeLimits:
    """Limits of detection and quantitation, in concentrations, from an SD of signals."""

    detection: float
    quantitation: float
    sd: float
    method: str


def fit_line(
    concentrations: ArrayLike, signals: ArrayLike, *, weights: ArrayLike | None = None
) -> Line:
    """Fit a straight line to at least three calibrators of at least two concentrations."""
    x = numbers(concentrations, name=_("concentrations"), least=3)
    y = numbers(signals, name=_("signals"), least=3)
    pairs(x, y, names=(_("concentrations"), _("signals")))
    heavy = np.ones(x.size) if weights is None else numbers(weights, name=_("weights"), lowest=0.0)
    pairs(x, heavy, names=(_("concentrations"), _("weights")))
    total = float(heavy.sum())
    if not total > 0:
        raise Unusable("WEIGHTS", _("Every weight is 0: nothing is left to be fitted."))
    mean, height = float(heavy @ x / total), float(heavy @ y / total)
    spread = float(heavy @ (x - mean) ** 2)
    if spread <= 1e-24 * float(heavy @ x**2) or np.count_nonzero(heavy) < 3:
        raise Unusable("CONSTANT", _("One concentration alone gives no line."))
    slope = float(heavy @ ((x - mean) * (y - height))) / spread
    intercept = height - slope * mean
    freedom = int(np.count_nonzero(heavy)) - 2
    squares = float(heavy @ (y - intercept - slope * x) ** 2)
    if slope == 0:
        raise NoSolution("FLAT", _("The line is flat: no concentration can be read from it."))
    return Line(intercept, slope, math.sqrt(squares / freedom), freedom, x, y, heavy, METHOD)


def read_line(
    line: Line, signals: ArrayLike, *, level: float = 0.95, weight: float | None = None
) -> LineReading:
    """Return the concentration of replicate signals with symmetric limits.

    s_x = s / |slope| * sqrt(1 / (w m) + 1 / sum(w) + (mean - ymean)^2 / (slope^2 Sxx)), after Massart
    et al., Handbook of Chemometrics and Qualimetrics, part A, 1997, section 8.2. ``weight`` is that
    of one such signal, 1 where the line is not weighted.
    """
    made(line, Line, name=_("line"), by="fit_line")
    given = numbers(signals, name=_("signals"))
    own = _own_weight(line, weight)
    mean = float(given.mean())
    found = (mean - line.intercept) / line.slope
    quantile = _quantile(line, (1 + number(level, name=_("level of confidence"))) / 2)
    error = _error(line, found, given.size * own)
    reach = quantile * error
    return LineReading(found, error, found - reach, found + reach, level)


def invert_line(
    line: Line, signals: ArrayLike, *, level: float = 0.95, weight: float | None = None
) -> LineReading:
    """Return the same with limits that invert the prediction band (Fieller).

    A limit is None where the slope is not told from 0 at this level.
    """
    made(line, Line, name=_("line"), by="fit_line")
    given = numbers(signals, name=_("signals"))
    own = _own_weight(line, weight)
    mean = float(given.mean())
    found = (mean - line.intercept) / line.slope
    quantile = _quantile(line, (1 + number(level, name=_("level of confidence"))) / 2)
    error = _error(line, found, given.size * own)
    shrunk = quantile**2 * line.residual_sd**2 / (line.slope**2 * line.spread)
    if shrunk >= 1:
        return LineReading(found, error, None, None, level)
    apart = found - line.mean_concentration
    middle = line.mean_concentration + apart / (1 - shrunk)
    steady = 1 / (given.size * own) + 1 / float(line.weights.sum())
    reach = quantile * line.residual_sd / abs(line.slope) / (1 - shrunk)
    reach *= math.sqrt(steady * (1 - shrunk) + apart**2 / line.spread)
    return LineReading(found, error, middle - reach, middle + reach, level)


def line_limits(
    line: Line, *, alpha: float = 0.01, beta: float = 0.05, k: float = 3.0, replicates: int = 1
) -> LineLimits:
    """Return critical value, LOD and LOQ of an unweighted line after DIN 32645 (2008).

    ``alpha`` and ``beta`` are one-sided errors at blank and at the limit of detection; ``k`` is the
    reciprocal of the relative half width (two-sided at alpha) that quantitation allows: 3 for 33 %.
    """
    made(line, Line, name=_("line"), by="fit_line")
    is_error = is_between(alpha, 0, 0.5) and is_between(beta, 0, 0.5)
    if not is_error or not is_between(k, 0, LARGEST) or not is_within(replicates, 1, LARGEST):
        raise Unusable("LEVEL", _("Errors lie between 0 and 0.5, k above 0, replicates from 1."))
    steepness = abs(line.slope)
    above = _quantile(line, 1 - alpha) * _predicted(line, 0.0, replicates)
    below = _quantile(line, 1 - beta)
    far = 10 * float(np.abs(line.concentrations).max())

    def misses(x: float) -> float:
        return steepness * x - below * _predicted(line, x, replicates) - above

    def vague(x: float) -> float:
        return x - k * _quantile(line, 1 - alpha / 2) * _error(line, x, replicates)

    detection = _root(misses, far)
    same = _quantile(line, 1 - alpha) * _predicted(line, 0.0, replicates)
    return LineLimits(
        critical=above / steepness,
        detection=detection,
        detection_din=(above + same) / steepness,
        quantitation=_root(vague, far),
        detection_signal=line.intercept + line.slope * detection,
        method=METHOD,
    )


def slope_limits(line: Line, *, sd: float | None = None) -> SlopeLimits:
    """Return 3.3 SD / slope and 10 SD / slope (ICH Q2(R1), 2005, part II, 6.3 and 7.3).

    ``sd`` is that of the signals of blanks, or ``line.intercept_sd``; without it the residual SD of
    the line is taken. 3.3 stands for 1.645 on either side, errors of 5 % each with an SD that is
    known; the error of the line is not in it, as it is in `line_limits`.
    """
    made(line, Line, name=_("line"), by="fit_line")
    own = line.residual_sd if sd is None else sd
    if not is_within(own, 0, LARGEST):
        raise Unusable("SD", _("An SD is a number from 0."))
    unit = own / abs(line.slope)
    return SlopeLimits(3.3 * unit, 10 * unit, own, METHOD)


def _error(line: Line, x: float, replicates: float) -> float:
    return _predicted(line, x, replicates) / abs(line.slope)


def _predicted(line: Line, x: float, replicates: float) -> float:
    """Return the standard error of the mean of new signals about the line at x."""
    apart = (x - line.mean_concentration) ** 2 / line.spread
    return line.residual_sd * math.sqrt(1 / replicates + 1 / float(line.weights.sum()) + apart)


def _quantile(line: Line, probability: float) -> float:
    from scipy.stats import t

    if not is_between(probability, 0, 1):
        raise Unusable("LEVEL", _("A level of confidence lies between 0 and 1."))
    return float(t.ppf(probability, line.degrees_of_freedom))


def _own_weight(line: Line, weight: float | None) -> float:
    if weight is None:
        if np.any(line.weights != line.weights[0]):
            raise Unusable("WEIGHTS", _("A weighted line needs the weight of the signal read."))
        return float(line.weights[0])
    if not is_within(weight, 1 / LARGEST, LARGEST):
        raise Unusable("WEIGHTS", _("The weight of a signal is above 0."))
    return float(weight)


def _root(function: Callable[[float], float], far: float) -> float:
    """Return where a function that starts below 0 first rises above it."""
    steps = np.linspace(0, far, 2001)
    for before, after in zip(steps, steps[1:], strict=False):
        if function(float(after)) >= 0:
            low, high = float(before), float(after)
            for _step in range(100):
                middle = (low + high) / 2
                low, high = (low, middle) if function(middle) >= 0 else (middle, high)
            return high
    raise NoSolution("NO_LIMIT", _("The line is too imprecise: no concentration meets the limit."))
