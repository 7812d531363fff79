"""Concentrations read back from signals, with limits, and with a comparator beyond the curve."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assays.numerics.calibration.curves import (
    NAMES,
    concentration_at,
    derivatives,
    signals_at,
    slopes_at,
)
from assays.numerics.calibration.fitting import METHOD, Curve
from assays.numerics.refusals import LARGEST, Floats, Unusable, made, number, numbers
from labsys.lib.wording import gettext_noop as _

_STEPS = 60
_NARROWINGS = 8
_FARTHEST_DECADES = 4.0


class Limits(StrEnum):
    """How limits are made: by inverting the band about the curve, or symmetrically (Wald)."""

    INVERSION = "inversion"
    WALD = "wald"


class ReadingNote(StrEnum):
    """What a reader must know to judge a concentration."""

    BELOW_RANGE = "below_the_range_of_the_curve"
    ABOVE_RANGE = "above_the_range_of_the_curve_dilute"
    BEYOND_ZERO_END = "signal_beyond_that_of_concentration_0"
    BEYOND_INFINITE_END = "signal_beyond_the_end_of_the_curve_dilute"
    LOW_LIMIT_OPEN = "no_lower_limit_but_0"
    HIGH_LIMIT_OPEN = "no_upper_limit"
    NO_LIMITS = "curve_without_degrees_of_freedom_no_limits"


@dataclass(frozen=True, slots=True)
class Reading:
    """A concentration with its limits, both times ``dilution``.

    ``comparator`` is "" within the range and "<" or ">" beyond it; then ``limit`` is the end of the
    range, times the dilution, that is to be reported in place of the value. ``concentration`` is
    what the curve says all the same, None where it says nothing. ``low`` and ``high`` are None
    where a limit is open or cannot be made; a lower limit that is open is 0 at the least.
    ``standard_error`` and ``cv_percent`` come from the curve's slope (Wald).
    """

    signal: float
    replicates: int
    dilution: float
    concentration: float | None
    comparator: str
    limit: float | None
    low: float | None
    high: float | None
    standard_error: float | None
    cv_percent: float | None
    replicate_cv_percent: float | None
    level: float
    method: str
    notes: tuple[ReadingNote, ...]

    @property
    def shown(self) -> str:
        """Return what is to be reported, to four significant digits."""
        value = self.limit if self.comparator else self.concentration
        return f"{self.comparator}{value:.4g}" if value is not None else ""


def back_calculate(
    curve: Curve,
    signals: ArrayLike,
    *,
    level: float = 0.95,
    limits: Limits | str = Limits.INVERSION,
    dilution: float = 1.0,
    low: float | None = None,
    high: float | None = None,
    degrees_of_freedom: int | None = None,
) -> Reading:
    """Return the concentration of one specimen from its replicate signals (m,).

    The limits hold the error of the curve and that of the mean of m signals, by the curve's
    variance at their mean, with Student's t on the curve's degrees of freedom at that mean (another number
    where ``degrees_of_freedom`` gives it: n - p + m - 1 in Greenwell and Schubert Kabban, R Journal
    2014;6(1):90). ``inversion`` takes every concentration whose predicted signals hold the mean;
    ``wald`` is symmetric: estimate +- t * standard error.

    ``low`` and ``high`` are the range that may be reported, in the concentration of what was
    measured; None takes the lowest calibrator above 0 and the highest. ``dilution`` is 10 for 1 in
    10. Raises Unusable for signals that are none, a level outside 0 to 1, a dilution below 1.
    """
    made(curve, Curve, name=_("curve"), by="fit")
    given = numbers(signals, name=_("signals"))
    _check_asked(level, dilution)
    kind = _kind(limits)
    mean = float(np.mean(given))
    bottom, top = _range(curve, low, high)
    found = concentration_at(curve.parameters, mean)
    notes: list[ReadingNote] = []
    comparator, limit = _comparator(curve, mean, found, bottom, top, notes)
    error, ends = _limits(curve, mean, given.size, found, level, kind, degrees_of_freedom, notes)
    spread = float(np.std(given, ddof=1)) / abs(mean) * 100 if given.size > 1 and mean else None
    return Reading(
        signal=mean,
        replicates=int(given.size),
        dilution=dilution,
        concentration=_times(found, dilution),
        comparator=comparator,
        limit=_times(limit, dilution),
        low=_times(ends[0], dilution),
        high=_times(ends[1], dilution),
        standard_error=_times(error, dilution),
        cv_percent=error / found * 100 if error is not None and found else None,
        replicate_cv_percent=spread,
        level=level,
        method=METHOD,
        notes=tuple(notes),
    )


_Ends = tuple[float | None, float | None]


def _limits(
    curve: Curve,
    mean: float,
    replicates: int,
    found: float | None,
    level: float,
    kind: Limits,
    freedom: int | None,
    notes: list[ReadingNote],
) -> tuple[float | None, _Ends]:
    """Return the standard error and both limits of a reading, and note what is open."""
    quantile = _quantile(curve, mean, level, freedom)
    if quantile is None:
        notes.append(ReadingNote.NO_LIMITS)
        return None, (None, None)
    error = None
    if found is not None and found > 0:
        error = standard_error(curve, found, replicates, mean)
    ends: _Ends = (None, None)
    if kind is Limits.INVERSION:
        ends = _inverted(curve, mean, replicates, quantile, found)
    elif error is not None and found is not None:
        ends = max(found - quantile * error, 0.0), found + quantile * error
    if not ends[0]:
        notes.append(ReadingNote.LOW_LIMIT_OPEN)
    if ends[1] is None:
        notes.append(ReadingNote.HIGH_LIMIT_OPEN)
    return error, ends


def standard_error(
    curve: Curve, concentration: float, replicates: int, mean: float | None = None
) -> float | None:
    """Return the standard error of a concentration above 0 read from the mean of m signals.

    None where the curve has no degrees of freedom or is flat there.
    """
    if curve.residual_sd is None:
        return None
    signal = float(signals_at(curve.parameters, concentration)) if mean is None else mean
    slope = float(slopes_at(curve.parameters, concentration))
    variance = float(curve.sd_of_signal(signal)) ** 2 / replicates
    variance += float(variance_of_curve(curve, concentration))
    return math.sqrt(variance) / abs(slope) if slope else None


def variance_of_curve(curve: Curve, concentrations: ArrayLike) -> Floats:
    """Return the variance of the curve's own signals at concentrations."""
    assert curve.covariance is not None
    places = [NAMES.index(name) for name in curve.free]
    columns = derivatives(curve.parameters, concentrations)[..., places]
    found: Floats = np.einsum("...i,ij,...j->...", columns, curve.covariance, columns)
    return found


def _inverted(
    curve: Curve, mean: float, replicates: int, quantile: float, found: float | None
) -> tuple[float | None, float | None]:
    """Return the ends of the concentrations whose predicted signals hold the mean."""

    def beyond(concentrations: Floats) -> NDArray[np.bool_]:
        signals = signals_at(curve.parameters, concentrations)
        variances = curve.sd_of_signal(signals) ** 2 / replicates
        variances = variances + variance_of_curve(curve, concentrations)
        return (mean - signals) ** 2 > quantile**2 * variances

    positive = curve.concentrations[curve.concentrations > 0]
    lowest = float(positive.min()) * 10**-_FARTHEST_DECADES
    highest = float(positive.max()) * 10**_FARTHEST_DECADES
    is_past_infinity = (mean - curve.parameters.at_infinity) * (
        curve.parameters.at_infinity - curve.parameters.at_zero
    ) >= 0
    begin = found if found is not None else highest if is_past_infinity else lowest
    begin = min(max(begin, lowest), highest)
    down = up = None
    if not beyond(np.array([begin]))[0]:
        down, up = _crossing(beyond, begin, lowest), _crossing(beyond, begin, highest)
    if found is None and is_past_infinity:
        return down, None
    return (0.0 if down is None else down), up


def _crossing(
    beyond: Callable[[Floats], NDArray[np.bool_]], inside: float, end: float
) -> float | None:
    """Return where a limit is first crossed on the way to ``end``, None where it never is."""
    for narrowing in range(_NARROWINGS):
        steps = np.geomspace(inside, end, _STEPS + 1)
        crossed = np.flatnonzero(beyond(steps[1:]))
        if not crossed.size:
            return None if narrowing == 0 else float(end)
        inside, end = float(steps[crossed[0]]), float(steps[crossed[0] + 1])
    return math.sqrt(inside * end)


def _comparator(
    curve: Curve,
    mean: float,
    found: float | None,
    bottom: float,
    top: float,
    notes: list[ReadingNote],
) -> tuple[str, float | None]:
    if found is None:
        direction = 1 if curve.is_increasing else -1
        if (mean - curve.parameters.at_zero) * direction <= 0:
            notes.append(ReadingNote.BEYOND_ZERO_END)
            return "<", bottom
        notes.append(ReadingNote.BEYOND_INFINITE_END)
        return ">", top
    if found < bottom * (1 - 1e-12):
        notes.append(ReadingNote.BELOW_RANGE)
        return "<", bottom
    if found > top * (1 + 1e-12):
        notes.append(ReadingNote.ABOVE_RANGE)
        return ">", top
    return "", None


def _range(curve: Curve, low: float | None, high: float | None) -> tuple[float, float]:
    positive = curve.concentrations[curve.concentrations > 0]
    bottom = float(positive.min()) if low is None else number(low, name=_("lowest result"))
    top = float(positive.max()) if high is None else number(high, name=_("highest result"))
    if not 0 <= bottom < top < math.inf:
        raise Unusable(
            "RANGE",
            _("A range from %(low)s to %(high)s is none that can be reported."),
            low=f"{bottom:g}",
            high=f"{top:g}",
        )
    return bottom, top


def _quantile(curve: Curve, mean: float, level: float, freedom: int | None) -> float | None:
    from scipy.stats import t

    if curve.residual_sd is None:
        return None
    if freedom is None:
        given = curve.degrees_at(mean)
    else:
        given = number(freedom, name=_("number of degrees of freedom"))
    if given < 1:
        raise Unusable("FREEDOM", _("Limits need at least 1 degree of freedom."))
    return float(t.ppf((1 + level) / 2, given))


def _check_asked(level: float, dilution: float) -> None:
    number(level, name=_("level of confidence"))
    number(dilution, name=_("dilution"))
    if not 0 < level < 1:
        raise Unusable(
            "LEVEL", _("A level of confidence lies between 0 and 1: not %(level)s."), level=level
        )
    if not 1 <= dilution <= LARGEST:
        raise Unusable(
            "DILUTION", _("A dilution is 1 or more: not %(dilution)s."), dilution=dilution
        )


def _kind(limits: Limits | str) -> Limits:
    try:
        return Limits(limits)
    except ValueError as error:
        raise Unusable(
            "LIMITS",
            _("There are no limits %(given)s; there are inversion and wald."),
            given=str(limits),
        ) from error


def _times(value: float | None, dilution: float) -> float | None:
    return None if value is None else value * dilution
