"""What a fitted course says: its segments with rates, its change points, a rebound."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from assays.numerics.doubling import Doubling, Estimate, doubling
from assays.numerics.kinetics.break_limits import OverDays
from assays.numerics.kinetics.limits import Part, below, estimate, exp_of, hull, part, times
from assays.numerics.kinetics.observations import Observations
from assays.numerics.kinetics.selection import Candidate, Model
from assays.numerics.kinetics.tobit import Fit
from assays.numerics.refusals import Floats, Unusable
from labsys.lib.wording import cited
from labsys.lib.wording import gettext_noop as _

# A phase of clearance whose rate is known no better than by this factor has no limits.
WIDEST = 20.0
# Simulated falls without a rise did not reach this in 750 of 750 series (see bench).
DETECTED_FROM = 0.9


class Kind(StrEnum):
    """What may be done against a load."""

    FILTRATION = "filtration"
    CHARCOAL = "activated_charcoal"
    KILL_CODE = "kill_code"
    SET_POINT = "controller_set_point"
    HORMONE_LOWERING = "hormone_lowering"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Intervention:
    """What was done, when (days on the scale of the loads), and how (a pore size, a set-point)."""

    day: float
    kind: Kind = Kind.OTHER
    detail: str = ""


def interventions_of(given: Sequence[Intervention | tuple[Any, ...]]) -> list[Intervention]:
    """Return interventions, of which each may be (day, kind[, detail]) as well.

    Raises Unusable (code INTERVENTION) for anything else.
    """
    found = []
    for one in given if isinstance(given, list | tuple) else [given]:
        if isinstance(one, tuple) and 1 < len(one) <= 3:
            one = Intervention(*one)
        if isinstance(one, Intervention) and isinstance(one.kind, str) and one.kind in set(Kind):
            one = Intervention(one.day, Kind(one.kind), one.detail)
        if not (
            isinstance(one, Intervention)
            and isinstance(one.kind, Kind)
            and isinstance(one.detail, str)
            and isinstance(one.day, int | float | np.number)
            and not isinstance(one.day, bool)
        ):
            raise Unusable(
                "INTERVENTION",
                _("%(given)s is no intervention: give a day and one of %(kinds)s."),
                given=cited(one),
                kinds=", ".join(Kind),
            )
        found.append(one)
    return found


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of one rate (per day): how fast it doubles or halves, and where it leads.

    ``load_at_start`` and ``load_at_end`` are the fitted course's, nanites per microlitre.
    """

    start: float
    end: float
    rate: Estimate
    doubling: Doubling
    load_at_start: float
    load_at_end: float


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """A day at which the rate changes: found, or that of an intervention.

    ``rate_change``: rate after less rate before, per day. ``jump``: the factor by which the load
    changed at once, None where the course has none there.
    """

    day: Estimate
    rate_change: Estimate
    jump: Estimate | None
    intervention: Intervention | None


@dataclass(frozen=True, slots=True)
class Rebound:
    """Whether the load rose again after it had fallen.

    ``probability`` is averaged over the courses that were fitted; ``day`` and ``doubling`` are
    those of the course that was chosen, None where it shows no rise after a fall.
    """

    probability: float
    is_detected: bool
    day: Estimate | None
    doubling: Doubling | None


@dataclass(frozen=True, slots=True)
class Scale:
    """Days as they were given against 0 to 1 within the fit."""

    origin: float
    unit: float

    def day(self, place: float) -> float:
        return self.origin + self.unit * place


def segments(
    found: Sequence[Candidate],
    given: Observations,
    scale: Scale,
    level: float,
    over: OverDays | None,
    growth: Estimate | None,
) -> tuple[Segment, ...]:
    """Return the stretches of the course chosen.

    ``growth`` are limits of the first rate that hold a capacity: they take the place of those of one
    stretch, and widen those of growth that slowed once, which a capacity may have done as well.
    """
    chosen = found[0]
    edges, parts = _stretches(chosen, given)
    rates = [estimate(one, level) for one in parts]
    if over is not None:
        gradients = _gradients(chosen)
        rates = [
            over.limits(one[: chosen.broken.linear], rate.value, level)
            for one, rate in zip(gradients, rates, strict=True)
        ]
    if chosen.model is Model.BIEXPONENTIAL:
        rates = [_phase(chosen.fit, place, level) for place in (1, 3)]
    if growth is not None:
        rates[0] = growth if len(rates) == 1 else hull(rates[0], growth)
    made = []
    for start, end, rate in zip(edges[:-1], edges[1:], rates, strict=True):
        per_day = times(rate, 1 / scale.unit)
        # A jump at the start belongs to the segment, one at its end does not.
        inner = min(start + 1e-9, end)
        logs = chosen.curve(chosen.fit.parameters, np.array([inner, end]))[0]
        first, last = (float(one) for one in np.exp(np.clip(logs, -700, 700)))
        made.append(
            Segment(scale.day(start), scale.day(end), per_day, doubling(per_day), first, last)
        )
    return tuple(made)


def _phase(fitted: Fit, place: int, level: float) -> Estimate:
    """Return the rate of a phase of clearance, below 0, from its logarithm."""
    rate = estimate(part(fitted, _unit(4, place)), level)
    value = -math.exp(rate.value)
    if rate.low is None or rate.high is None or rate.high - rate.value > math.log(WIDEST):
        return Estimate(value, None, None)
    return Estimate(value, -math.exp(rate.high), -math.exp(rate.low))


def _rate_of(one: Candidate) -> Floats:
    return _unit(one.fit.parameters.size, 2 if one.model is Model.LOGISTIC else 1)


def _unit(size: int, place: int) -> Floats:
    gradient = np.zeros(size)
    gradient[place] = 1.0
    return gradient


def _stretches(chosen: Candidate, given: Observations) -> tuple[list[float], list[Part]]:
    """Return edges (on the fit's scale) and the rate between each two."""
    first, last = float(given.days[0]), float(given.days[-1])
    theta = chosen.fit.parameters
    if chosen.model is Model.LOGISTIC:
        return [first, last], [part(chosen.fit, _rate_of(chosen))]
    if chosen.model is Model.BIEXPONENTIAL:
        fast, slow = math.exp(theta[1]), math.exp(theta[3])
        crossing = float(np.clip((theta[0] - theta[2]) / (fast - slow), first, last))
        parts = []
        for place, rate in ((1, fast), (3, slow)):
            one = part(chosen.fit, _unit(4, place))
            parts.append(Part(-rate, rate * one.error, one.freedom))
        return [first, crossing, last], parts
    return _broken(chosen, first, last)


def _broken(chosen: Candidate, first: float, last: float) -> tuple[list[float], list[Part]]:
    days = [float(np.clip(day, first, last)) for day, _bend, _at in bends(chosen)]
    return [first, *days, last], [part(chosen.fit, one) for one in _gradients(chosen)]


def _gradients(chosen: Candidate) -> list[Floats]:
    """Return how the rate of each stretch is made of the parameters: changes add up."""
    made = [_unit(chosen.fit.parameters.size, 1)]
    for _day, bend, _at in bends(chosen):
        made.append(made[-1] + _unit(made[-1].size, bend))
    return made


def bends(chosen: Candidate) -> list[tuple[float, int, int | None]]:
    """Return day, place of the change of rate and place of the day of each break, in order."""
    shape, theta = chosen.broken, chosen.fit.parameters
    free = shape.linear - shape.unknown
    found: list[tuple[float, int, int | None]] = [
        (day, 2 + place, None) for place, day in enumerate(shape.known)
    ]
    found += [
        (float(theta[shape.linear + place]), free + place, shape.linear + place)
        for place in range(shape.unknown)
    ]
    return sorted(found, key=lambda one: one[0])


def change_points(
    chosen: Candidate,
    scale: Scale,
    interventions: Sequence[Intervention],
    level: float,
    over: OverDays | None,
) -> tuple[ChangePoint, ...]:
    if chosen.model not in (Model.BROKEN, Model.EXPONENTIAL):
        return ()
    shape, size, made = chosen.broken, chosen.fit.parameters.size, []

    def limited(place: int) -> Estimate:
        one = estimate(part(chosen.fit, _unit(size, place)), level)
        if over is None:
            return one
        if place >= shape.linear:
            return over.day(place - shape.linear, one.value, level)
        return over.limits(_unit(shape.linear, place), one.value, level)

    of_day = {(one.day - scale.origin) / scale.unit: one for one in interventions}
    for day, bend, at in bends(chosen):
        when = Estimate(scale.day(day), scale.day(day), scale.day(day))
        jump = None
        if at is not None:
            when = times(limited(at), scale.unit, scale.origin)
        if at is None and day in shape.jumps:
            place = 2 + len(shape.known) + shape.jumps.index(day)
            jump = exp_of(limited(place))
        change = times(limited(bend), 1 / scale.unit)
        made.append(ChangePoint(when, change, jump, of_day.get(day) if at is None else None))
    return tuple(made)


def rebound(
    found: Sequence[Candidate],
    stretches: Sequence[Segment],
    points: Sequence[ChangePoint],
    given: Observations,
) -> Rebound:
    """Average over all courses how probable it is that one stretch rises after another fell."""
    probability = sum(one.weight * _rises_again(one, given) for one in found)
    place = _rise_after_fall(stretches, points)
    day = points[place - 1].day if place is not None and points else None
    return Rebound(
        probability=min(1.0, probability),
        is_detected=probability >= DETECTED_FROM,
        day=day,
        doubling=None if place is None else stretches[place].doubling,
    )


def _rises_again(one: Candidate, given: Observations) -> float:
    if one.model not in (Model.BROKEN, Model.EXPONENTIAL) or one.fit.freedom <= 0:
        return 0.0
    _edges, parts = _stretches(one, given)
    falls = list(_falls(one, parts))
    chances = [
        (1 - below(parts[later])) * max(falls[: later + 1]) for later in range(1, len(parts))
    ]
    return max(chances, default=0.0)


def _falls(one: Candidate, parts: Sequence[Part]) -> Iterator[float]:
    """Yield how probable a fall is that ended where each stretch begins, a jump's included."""
    yield 0.0
    shape, size = one.broken, one.fit.parameters.size
    for (day, _bend, at), before in zip(bends(one), parts[:-1], strict=True):
        chance = below(before)
        if at is None and day in shape.jumps:
            place = 2 + len(shape.known) + shape.jumps.index(day)
            chance = max(chance, below(part(one.fit, _unit(size, place))))
        yield chance


def _rise_after_fall(stretches: Sequence[Segment], points: Sequence[ChangePoint]) -> int | None:
    for place in range(1, len(stretches)):
        has_fallen = any(one.rate.value < 0 for one in stretches[:place]) or any(
            one.jump is not None and one.jump.value < 1 for one in points[:place]
        )
        if has_fallen and stretches[place].rate.value > 0:
            return place
    return None


def natural(
    chosen: Candidate, scale: Scale, level: float, growth: Estimate | None
) -> dict[str, Estimate]:
    """Return the parameters of a logistic or biexponential course as they are written."""
    fitted: Fit = chosen.fit
    if chosen.model is Model.LOGISTIC:
        rate = growth or estimate(part(fitted, _unit(3, 2)), level)
        return {
            "capacity": exp_of(estimate(part(fitted, _unit(3, 0)), level)),
            "rate": times(rate, 1 / scale.unit),
        }
    if chosen.model is Model.BIEXPONENTIAL:
        logs = [exp_of(estimate(part(fitted, _unit(4, place)), level)) for place in range(4)]
        return {
            "A": logs[0],
            "delta": times(logs[1], 1 / scale.unit),
            "B": logs[2],
            "gamma": times(logs[3], 1 / scale.unit),
        }
    return {}
