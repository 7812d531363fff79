"""Which course a series took: those it may have taken, each fitted, and a criterion between them.

Criterion = deviance + penalty. A penalty grows as the degrees of freedom that a course leaves get
fewer, so that few points do not buy many breaks. ``OF_A_BREAK`` was set by simulation: of 4,000
series of noise alone about 1 in 100 gains more from its best break, with 10 to 120 loads (the
usual penalty of log n for each parameter lets 1 in 15 through, for the day is chosen as well).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from assays.numerics.kinetics.breaks import Found, search
from assays.numerics.kinetics.curves import Broken, biexponential, logistic
from assays.numerics.kinetics.observations import Observations
from assays.numerics.kinetics.tobit import LEAST_SIGMA, Curve, Fit, fit
from assays.numerics.refusals import Floats

OF_A_BREAK = 10.0
OF_A_CAPACITY = 5.0
OF_A_SECOND_PHASE = 9.0
MOST_BREAKS = 3
IN_REACH = 14.0


class Model(StrEnum):
    EXPONENTIAL = "exponential"
    BROKEN = "broken"
    LOGISTIC = "logistic"
    BIEXPONENTIAL = "biexponential"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One course that was fitted. ``weight``: its share of exp(-criterion / 2)."""

    model: Model
    curve: Curve
    fit: Fit
    criterion: float
    weight: float = 0.0

    @property
    def broken(self) -> Broken:
        assert isinstance(self.curve, Broken)
        return self.curve


def candidates(
    given: Observations,
    *,
    known: Sequence[float] = (),
    jumps: Sequence[float] = (),
    models: Sequence[Model] = tuple(Model),
    most_breaks: int = MOST_BREAKS,
    sigma: float | None = None,
) -> list[Candidate]:
    """Fit every course that the series has room for; weights add up to 1, the best comes first."""
    wanted = set(models)
    breaks = most_breaks if Model.BROKEN in wanted else 0
    lines = _lines(given, tuple(known), tuple(jumps), breaks, sigma)
    found = [one for one in lines if one.model in wanted]
    if not known and not jumps:
        if Model.LOGISTIC in wanted:
            found += _logistic(given, lines, sigma, is_asked=len(wanted) == 1)
        if Model.BIEXPONENTIAL in wanted:
            found += _biexponential(given, lines, sigma, is_asked=len(wanted) == 1)
    least = min((one.criterion for one in found), default=0.0)
    shares = [math.exp(-0.5 * min(one.criterion - least, 1400.0)) for one in found]
    weighed = [
        replace(one, weight=share / sum(shares)) for one, share in zip(found, shares, strict=True)
    ]
    return sorted(weighed, key=lambda one: one.criterion)


def penalty(given: Observations, unit: float, parameters: int) -> float:
    """Return what a course with that many parameters more than two costs; inf without freedom."""
    freedom = given.seen - 2 - parameters
    return math.inf if freedom <= 0 else unit * given.seen / freedom


def _lines(
    given: Observations,
    known: tuple[float, ...],
    jumps: tuple[float, ...],
    most: int,
    sigma: float | None,
) -> list[Candidate]:
    """Straight lines with 0 to ``most`` unknown breaks."""
    shape = Broken(known, jumps)
    plain = fit(shape, _start_of(shape, given), given, sigma=sigma)
    found = [_line(shape, plain, given, 0)]
    room = min(most, max(0, (given.seen - shape.linear - 2) // 2))
    if not room:
        return found
    base = shape(np.zeros(shape.linear), given.days)[1]
    if given.is_below.any():
        return found + _lines_below(given, shape, plain, base, room, sigma)
    tried = search(given.days, given.logs, most=room, base=base, known=known)
    for one in _worth(tried, given, shape.linear - 2)[1:]:
        bent = Broken(known, jumps, len(one.days))
        fitted = _refined(given, bent, one.days, given.logs, sigma)
        found.append(_line(bent, fitted, given, len(one.days)))
    return found


def _lines_below(
    given: Observations, shape: Broken, plain: Fit, base: Floats, room: int, sigma: float | None
) -> list[Candidate]:
    """Search breaks where loads lie below a limit: one more at a time.

    What lies below stands in the search for the value that the course with one break fewer expects
    there; the fit itself takes it as below.
    """
    found: list[Candidate] = []
    last, curve = plain, shape
    for count in range(1, room + 1):
        best: tuple[Fit, Broken] | None = None
        for _again in range(2):
            logs = _imputed(given, curve, last)
            tried = search(given.days, logs, most=count, base=base, known=shape.known)
            if len(tried) <= count:
                return found
            curve = Broken(shape.known, shape.jumps, count)
            last = _refined(given, curve, tried[-1].days, logs, sigma)
            if best is None or last.deviance < best[0].deviance:
                best = last, curve
        assert best is not None
        last, curve = best
        found.append(_line(curve, last, given, count))
        if count > 1 and found[-1].criterion > found[-2].criterion + IN_REACH / 2:
            break  # Two breaks may show where one does not; a third then does not either.
    return found


def _worth(tried: list[Found], given: Observations, fixed: int) -> list[Found]:
    """Leave out numbers of breaks that are too far behind for what a free day can still gain."""
    costs = [
        given.seen * math.log(max(one.squares, given.seen * LEAST_SIGMA**2))
        + (penalty(given, OF_A_BREAK * count, 2 * count + fixed) if count else 0.0)
        for count, one in enumerate(tried)
    ]
    least = min(costs)
    return [
        one
        for count, (one, cost) in enumerate(zip(tried, costs, strict=True))
        if count < 2 or cost < least + IN_REACH
    ]


def _line(curve: Broken, fitted: Fit, given: Observations, breaks: int) -> Candidate:
    model = Model.BROKEN if breaks or curve.known or curve.jumps else Model.EXPONENTIAL
    fixed = curve.linear - 2 - curve.unknown
    cost = penalty(given, OF_A_BREAK * breaks, 2 * breaks + fixed) if breaks else 0.0
    cost += penalty(given, math.log(given.seen) * fixed, fixed) if fixed else 0.0
    return Candidate(model, curve, fitted, fitted.deviance + cost)


def _start_of(shape: Broken, given: Observations) -> Floats:
    matrix = shape(np.zeros(shape.linear + shape.unknown), given.days)[1][:, : shape.linear]
    return np.asarray(np.linalg.lstsq(matrix, given.logs, rcond=None)[0], dtype=np.float64)


def _imputed(given: Observations, shape: Broken, fitted: Fit) -> Floats:
    """Put expected values below the limits where values are not known, for the search alone."""
    from scipy.special import log_ndtr

    mean = shape(fitted.parameters, given.days)[0]
    z = (given.logs - mean) / fitted.sigma
    mills = np.exp(-0.5 * z**2 - 0.5 * math.log(2 * math.pi) - log_ndtr(z))
    expected = np.minimum(mean - fitted.sigma * mills, given.logs)
    return np.where(given.is_below, expected, given.logs)


def _refined(
    given: Observations, shape: Broken, days: tuple[float, ...], logs: Floats, sigma: float | None
) -> Fit:
    """Fit with the breaks' days free, from the days of loads that were best.

    Beside each day a start is tried in the gap before and in the gap after it, for the curve has a
    corner there.
    """
    places = given.places
    best: Fit | None = None
    for shift in (0.0, -0.5, 0.5):
        at = np.array([_beside(places, day, shift) for day in days])
        theta = np.append(np.zeros(shape.linear), at)
        matrix = shape(theta, given.days)[1][:, : shape.linear]
        theta[: shape.linear] = np.linalg.lstsq(matrix, logs, rcond=None)[0]
        fitted = fit(shape, theta, given, sigma=sigma)
        if _is_in_order(fitted.parameters[shape.linear :], places) and (
            best is None or fitted.deviance < best.deviance
        ):
            best = fitted
    if best is not None:
        return best
    # The breaks ran into each other or out of the series: they stay at the days that were best.
    fixed = Broken((*shape.known, *days), shape.jumps)
    plain = fit(fixed, _start_of(fixed, given), given, sigma=sigma)
    return _with_days(plain, shape, days, given)


def _with_days(plain: Fit, shape: Broken, days: tuple[float, ...], given: Observations) -> Fit:
    known, jumps, unknown = len(shape.known), len(shape.jumps), shape.unknown
    order = [*range(2 + known), *range(2 + known + unknown, 2 + known + unknown + jumps)]
    order += range(2 + known, 2 + known + unknown)
    count = shape.linear + unknown
    covariance = np.zeros((count, count))
    covariance[: shape.linear, : shape.linear] = plain.covariance[np.ix_(order, order)]
    gap = float(np.max(np.diff(given.places)))
    covariance[range(shape.linear, count), range(shape.linear, count)] = (gap / 2) ** 2
    return replace(
        plain,
        parameters=np.concatenate([plain.parameters[order], days]),
        covariance=covariance,
        freedom=plain.freedom - unknown,
    )


def _beside(places: Floats, day: float, shift: float) -> float:
    at = int(np.searchsorted(places, day))
    other = min(max(at + (1 if shift > 0 else -1), 0), places.size - 1)
    return float(day + abs(shift) * (places[other] - day))


def _is_in_order(breaks: Floats, places: Floats) -> bool:
    edges = np.concatenate([[places[1]], breaks, [places[-2]]])
    return bool((np.diff(edges) >= 0).all())


def _logistic(
    given: Observations, lines: Sequence[Candidate], sigma: float | None, *, is_asked: bool
) -> list[Candidate]:
    cost = penalty(given, OF_A_CAPACITY, 1)
    rates = lines[1].fit.parameters[1:3].cumsum() if len(lines) > 1 else None
    is_bent = rates is not None and rates[0] > 0 and -0.3 * rates[0] < rates[1] < rates[0]
    if not (is_asked or (is_bent and math.isfinite(cost))):
        return []
    seen = ~given.is_below
    high = float(np.max(given.logs[seen])) if seen.any() else 0.0
    fits = []
    for above in (0.1, 1.0):
        top = high + above
        odds = np.log(np.expm1(np.maximum(top - given.logs, 0.02)))
        slope, shift = np.polyfit(given.days[seen], odds[seen], 1) if seen.sum() > 1 else (-1.0, 0)
        start = np.array([top, shift, -slope])
        fits.append(fit(logistic, start, given, sigma=sigma))
    best = min(fits, key=lambda one: one.deviance)
    if not _is_sound(best) or best.parameters[2] <= 0:
        return []
    return [Candidate(Model.LOGISTIC, logistic, best, best.deviance + cost)]


def _biexponential(
    given: Observations, lines: Sequence[Candidate], sigma: float | None, *, is_asked: bool
) -> list[Candidate]:
    cost = penalty(given, OF_A_SECOND_PHASE, 2)
    if is_asked and not math.isfinite(cost):
        cost = 0.0
    start = _phases(given, lines, is_asked=is_asked)
    if start is None or not math.isfinite(cost):
        return []
    best = fit(biexponential, start, given, sigma=sigma)
    fast, slow = best.parameters[1], best.parameters[3]
    # On the fit's scale, where the series lasts 1: faster or slower cannot be seen in any series.
    if not _is_sound(best) or not -40 < slow < fast < 40:
        return []
    return [Candidate(Model.BIEXPONENTIAL, biexponential, best, best.deviance + cost)]


def _phases(given: Observations, lines: Sequence[Candidate], *, is_asked: bool) -> Floats | None:
    """Return a start with two phases where the course falls, and then falls more slowly."""
    if len(lines) > 1:
        level, first, bend, day = lines[1].fit.parameters[:4]
        second = first + bend
    elif is_asked:
        level, first = lines[0].fit.parameters[:2]
        day, second = float(np.mean(given.days)), 0.3 * first
        first = 2 * first
    else:
        return None
    if not (first < second < 0):
        return None
    slow = level + (first - second) * day
    fast = level + math.log(max(-math.expm1(min(slow - level, -0.05)), 0.05))
    return np.array([fast, math.log(-first), slow, math.log(-second)])


def _is_sound(found: Fit) -> bool:
    return bool(np.isfinite(found.parameters).all() and np.isfinite(found.covariance).all())
