"""Fitting a calibration curve with a variance that grows with the signal."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from assays.numerics.calibration.curves import NAMES, Form, Parameters, signals_at
from assays.numerics.calibration.descending import Minimum, Task, least
from assays.numerics.refusals import Floats, NoSolution, Unusable, is_number, number, numbers, pairs
from labsys.lib.wording import cited
from labsys.lib.wording import gettext_noop as _

METHOD = "calibration/1"
HIGHEST_THETA = 3.0
_MOST_ROUNDS = 60
_SETTLED = 1e-9
# Signals nearer to 0 than this share of the largest are weighted as if they lay there.
_FLOOR = 1e-3


class Note(StrEnum):
    """What a reader must know to judge a calibration curve."""

    NO_DEGREES_OF_FREEDOM = "as_many_signals_as_parameters_no_standard_errors"
    FEW_FOR_THETA = "too_few_signals_to_estimate_theta_constant_variance_assumed"
    THETA_AT_EDGE = "theta_at_the_edge_of_what_is_looked_at"
    THETA_UNSETTLED = "theta_did_not_settle"
    SIGNALS_NEAR_ZERO = "signals_near_or_below_0_weighted_as_small_ones"
    MIDPOINT_OUTSIDE = "midpoint_outside_the_calibrators"
    ZERO_END_NOT_DETERMINED = "signal_at_zero_concentration_not_determined"
    INFINITE_END_NOT_DETERMINED = "signal_at_infinite_concentration_not_determined"


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A fitted calibration curve and what it rests on.

    The variance of one signal of mean m is residual_sd^2 * |m|^(2 theta). ``free`` are the names of
    the parameters that were fitted, the order of ``covariance`` and ``standard_errors``, which with
    ``residual_sd`` are None without degrees of freedom. ``r_squared`` is that of the weighted
    signals about their weighted mean.
    """

    form: Form
    parameters: Parameters
    free: tuple[str, ...]
    standard_errors: Mapping[str, float] | None
    covariance: Floats | None
    residual_sd: float | None
    degrees_of_freedom: int
    theta: float
    is_theta_estimated: bool
    theta_variance: float
    log_centre: float
    concentrations: Floats
    signals: Floats
    fitted: Floats
    standardized: Floats
    weighted_squares: float
    r_squared: float | None
    smallest_mean: float
    method: str
    notes: tuple[Note, ...]

    @property
    def is_increasing(self) -> bool:
        return self.parameters.at_infinity > self.parameters.at_zero

    def sd_of_signal(self, mean: ArrayLike) -> Floats:
        """Return the SD of one signal of this mean; there must be degrees of freedom."""
        assert self.residual_sd is not None
        sizes = np.maximum(np.abs(np.asarray(mean, dtype=np.float64)), self.smallest_mean)
        found: Floats = self.residual_sd * sizes**self.theta
        return found

    def degrees_at(self, mean: float) -> float:
        """Return the degrees of freedom of the variance of signals of this mean, 1 at the least.

        Those of the residuals where theta was given. An estimated theta makes variances far from
        the middle of the calibrators' signals less certain; as many degrees as the variance of
        their logarithm has (Satterthwaite, Biometrics Bull 1946;2:110).
        """
        apart = math.log(max(abs(mean), self.smallest_mean)) - self.log_centre
        spread = 2 / self.degrees_of_freedom + 4 * apart**2 * self.theta_variance
        return max(2 / spread, 1.0)


def fit(
    concentrations: ArrayLike,
    signals: ArrayLike,
    *,
    form: Form | str = Form.FOUR,
    theta: float | None = None,
    fixed: Mapping[str, float] | None = None,
) -> Curve:
    """Fit a logistic curve to calibrators, (n,) concentrations of 0 or more with (n,) signals.

    Replicates are repeated concentrations. ``theta`` is the power of the mean in the SD of a signal
    (0 constant SD, 0.5 counts, 1 constant CV); None estimates it from these calibrators by
    pseudo-likelihood on residuals corrected for leverage (Carroll and Ruppert, Transformation and
    Weighting in Regression, 1988, section 3.2; Davidian and Carroll, JASA 1987;82:1079), between 0
    and 3, which takes at least three signals more than parameters; with fewer it is 0, and a note
    says so. ``fixed`` holds parameters at values, by name.

    Rising and falling, complete and partial curves are started from a grid of shapes with both ends
    solved for; a curve is refused only where the calibrators determine none. Raises Unusable
    (EMPTY, NOT_FINITE, TOO_LOW, LENGTHS, TOO_FEW, TOO_FEW_LEVELS, CONSTANT, FIXED, THETA) and
    NoSolution (NO_MINIMUM, NOT_DETERMINED).
    """
    x = numbers(concentrations, name=_("concentrations"), lowest=0.0)
    y = numbers(signals, name=_("signals"))
    pairs(x, y, names=(_("concentrations"), _("signals")))
    chosen = _form(form)
    held = _held(chosen, fixed)
    _check_enough(x, y, int(np.isnan(held).sum()))
    if theta is not None and not 0 <= number(theta, name=_("theta")) <= 5:
        raise Unusable("THETA", _("Theta lies from 0 to 5, not at %(theta)s."), theta=theta)
    return _scaled_fit(x, y, chosen, held, theta)


def _scaled_fit(x: Floats, y: Floats, form: Form, held: Floats, theta: float | None) -> Curve:
    """Fit in units of the data's own size, so that no scale of either is out of reach."""
    positive = x[x > 0]
    along, up = float(np.sqrt(positive.min() * positive.max())), float(np.abs(y).max())
    units = np.array([up, up, along, 1.0, 1.0])
    x_own, y_own = x / along, y / up
    notes: list[Note] = []
    floor = _FLOOR
    found, power = _with_theta(x_own, y_own, held / units, theta, floor, notes)
    parameters = Parameters(*map(float, found.parameters.as_array() * units))
    scale = units[list(found.free)]
    is_estimated = theta is None and Note.FEW_FOR_THETA not in notes
    freedom = x.size - len(found.free)
    fitted = signals_at(parameters, x)
    sd = covariance = errors = None
    names = tuple(NAMES[place] for place in found.free)
    if freedom:
        sigma = float(np.sqrt(found.squares / freedom))
        sd = sigma * up ** (1 - power)
        covariance = found.inverse * sigma**2 * np.outer(scale, scale)
        errors = dict(zip(names, map(float, np.sqrt(np.diag(covariance))), strict=True))
    else:
        notes.append(Note.NO_DEGREES_OF_FREEDOM)
    smallest = floor * up
    logs = np.log(np.maximum(np.abs(fitted), smallest))
    # What a signal that draws the curve to itself tells about its own variance.
    told = np.maximum(1 - found.leverages, 1e-6) ** 2
    centre = float(told @ logs / told.sum())
    sizes = np.maximum(np.abs(fitted), smallest) ** power
    weights = 1 / np.maximum(np.abs(fitted) / up, floor) ** (2 * power)
    if power and np.any(np.abs(fitted) < smallest):
        notes.append(Note.SIGNALS_NEAR_ZERO)
    notes += _doubts(parameters, errors, x)
    return Curve(
        form=form,
        parameters=parameters,
        free=names,
        standard_errors=errors,
        covariance=covariance,
        residual_sd=sd,
        degrees_of_freedom=freedom,
        theta=power,
        is_theta_estimated=is_estimated,
        theta_variance=_theta_variance(logs, centre, told) if is_estimated else 0.0,
        log_centre=centre,
        concentrations=x,
        signals=y,
        fitted=fitted,
        standardized=(y - fitted) / sizes / sd if sd else np.zeros(x.size),
        weighted_squares=found.squares,
        r_squared=_r_squared(y / up, found.squares, weights),
        smallest_mean=smallest,
        method=METHOD,
        notes=tuple(notes),
    )


def _with_theta(
    x: Floats, y: Floats, held: Floats, theta: float | None, floor: float, notes: list[Note]
) -> tuple[Minimum, float]:
    """Return the fit and theta: weights from the last fit's signals until both stand still."""
    is_estimated = theta is None
    if is_estimated and x.size < int(np.isnan(held).sum()) + 3:
        notes.append(Note.FEW_FOR_THETA)
        is_estimated, theta = False, 0.0
    power = 0.0 if theta is None else theta
    means = np.array([y[x == level].mean() for level in x])
    begun = np.maximum(np.abs(means), floor) ** (-2 * power)
    try:
        found = least(Task(x, y, begun, held))
    except NoSolution:
        # Signals that grow noisy as they grow can hide a curve from weights that are all alike.
        if not is_estimated:
            raise
        found = least(Task(x, y, np.maximum(np.abs(means), floor) ** -2.0, held))
    if power == 0 and not is_estimated:
        return found, 0.0
    for turn in range(_MOST_ROUNDS):
        fitted = signals_at(found.parameters, x)
        sizes = np.maximum(np.abs(fitted), floor)
        before = power, found.parameters.as_array()
        if is_estimated:
            corrected = (y - fitted) ** 2 / np.maximum(1 - found.leverages, 1e-6)
            estimated = estimate_theta(corrected, sizes)
            # Half steps end what would swing between two weights.
            power = estimated if turn < 10 else (power + estimated) / 2
        found = least(Task(x, y, sizes ** (-2 * power), held), near=found.parameters)
        moved = np.abs(found.parameters.as_array() / before[1] - 1)
        if abs(power - before[0]) < 1e-7 and float(np.nanmax(moved[2:])) < _SETTLED * 100:
            break
    else:
        notes.append(Note.THETA_UNSETTLED)
    if is_estimated and power in (0.0, HIGHEST_THETA):
        notes.append(Note.THETA_AT_EDGE)
    return found, float(power)


def estimate_theta(squared: Floats, means: Floats) -> float:
    """Return the theta of 0 to 3 that maximizes the pseudo-likelihood of squared residuals.

    With variances s^2 m^(2 theta) and s^2 profiled out this is the least of
    sum(r^2 (gm / m)^(2 theta)), gm the geometric mean of m: a convex function, by golden section.
    """
    if not np.any(squared > 0):
        return 0.0
    apart = np.log(means) - float(np.mean(np.log(means)))

    def loss(theta: float) -> float:
        return float(np.sum(squared * np.exp(-2 * theta * apart)))

    low, high, ratio = 0.0, HIGHEST_THETA, (np.sqrt(5) - 1) / 2
    left, right = high - ratio * (high - low), low + ratio * (high - low)
    at_left, at_right = loss(left), loss(right)
    for _step in range(60):
        if at_left <= at_right:
            high, right, at_right = right, left, at_left
            left = high - ratio * (high - low)
            at_left = loss(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + ratio * (high - low)
            at_right = loss(right)
    middle = float((low + high) / 2)
    edges = [edge for edge in (0.0, HIGHEST_THETA) if abs(middle - edge) < 1e-6]
    return edges[0] if edges else middle


def _theta_variance(logs: Floats, centre: float, told: Floats) -> float:
    """Return the variance of an estimated theta.

    That of half the slope of log r^2 on log m, each with a log-variance of 2 (a quasi-likelihood of
    gamma variates of one degree of freedom): 1 / (2 SS), SS the sum of squares of log m about its
    centre, each counted by the square of what its leverage leaves of its residual's variance (the
    diagonal of the information in the restricted likelihood).
    """
    total = float(told @ (logs - centre) ** 2)
    return 1 / (2 * total) if total > 0 else 0.0


def _form(form: Form | str) -> Form:
    try:
        return Form(form)
    except ValueError as error:
        raise Unusable(
            "FORM", _("There is no curve %(form)s; there are 4PL and 5PL."), form=str(form)
        ) from error


def _held(form: Form, fixed: Mapping[str, float] | None) -> Floats:
    held = np.full(len(NAMES), np.nan)
    if form is Form.FOUR:
        held[-1] = 1.0
    if fixed is not None and not isinstance(fixed, Mapping):
        raise Unusable(
            "FIXED", _("What is held is given by name, not as %(given)s."), given=cited(fixed)
        )
    for name, value in (fixed or {}).items():
        if name not in NAMES or (form is Form.FOUR and name == NAMES[-1]):
            raise Unusable("FIXED", _("A curve has no parameter %(name)s."), name=name)
        if not is_number(value) or (name in NAMES[2:] and not value > 0):
            raise Unusable(
                "FIXED",
                _("The %(name)s cannot be held at %(value)s."),
                name=name,
                value=cited(value),
            )
        held[NAMES.index(name)] = value
    return held


def _check_enough(x: Floats, y: Floats, free: int) -> None:
    if x.size < max(free, 2):
        raise Unusable(
            "TOO_FEW",
            _("%(given)d signals cannot determine a curve of %(free)d parameters."),
            given=int(x.size),
            free=free,
        )
    levels = np.unique(x)
    if levels.size < max(free, 2) or not np.any(levels > 0):
        raise Unusable(
            "TOO_FEW_LEVELS",
            _(
                "%(given)d different concentrations cannot determine a curve of %(free)d parameters."
            ),
            given=int(levels.size),
            free=free,
        )
    if float(y.max()) - float(y.min()) <= 1e-12 * float(np.abs(y).max()):
        raise Unusable(
            "CONSTANT", _("Every signal is %(value)s: there is no curve."), value=f"{y[0]:g}"
        )


def _doubts(parameters: Parameters, errors: Mapping[str, float] | None, x: Floats) -> list[Note]:
    """Return which parts of a curve the calibrators do not reach."""
    notes = []
    positive = x[x > 0]
    if not positive.min() <= parameters.midpoint <= positive.max():
        notes.append(Note.MIDPOINT_OUTSIDE)
    height = abs(parameters.at_zero - parameters.at_infinity)
    for name, note in (
        ("at_zero", Note.ZERO_END_NOT_DETERMINED),
        ("at_infinity", Note.INFINITE_END_NOT_DETERMINED),
    ):
        if errors is not None and errors.get(name, 0.0) > 0.25 * height:
            notes.append(note)
    return notes


def _r_squared(y: Floats, squares: float, weights: Floats) -> float | None:
    mean = float(weights @ y / weights.sum())
    total = float(weights @ (y - mean) ** 2)
    return 1 - squares / total if total > 0 else None
