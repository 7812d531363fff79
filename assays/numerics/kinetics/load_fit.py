"""The course of a load over days: how fast it grew and fell, when that changed, where it leads."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from assays.numerics.doubling import Estimate
from assays.numerics.kinetics import courses
from assays.numerics.kinetics.break_limits import OverDays, over_days
from assays.numerics.kinetics.courses import (
    ChangePoint,
    Intervention,
    Rebound,
    Scale,
    Segment,
)
from assays.numerics.kinetics.growth_limits import growth_limits
from assays.numerics.kinetics.limits import estimate, part
from assays.numerics.kinetics.observations import Observations, observe
from assays.numerics.kinetics.projection import Projection, band, reach
from assays.numerics.kinetics.selection import MOST_BREAKS, Candidate, Model, candidates
from assays.numerics.kinetics.tobit import by_likelihood
from assays.numerics.refusals import Floats, NoSolution, Unusable, number, numbers
from labsys.lib.wording import cited
from labsys.lib.wording import gettext_noop as _

METHOD = "kinetics/2"
LEVEL = 0.95
FEW = 6
BESIDE = 0.05  # of the weight of the course chosen: what has less is out of the question
# Time grows with the square of the days: so many take some seconds.
MOST_LOADS = 5_000


class Limits(StrEnum):
    """Limits that hold as often as they say, or the narrower ones of plain maximum likelihood."""

    STUDENT = "student"
    LIKELIHOOD = "likelihood"


class Note(StrEnum):
    """What a reader must know to judge the course."""

    ALL_BELOW_LIMIT = "too_few_loads_above_the_limit_of_detection"
    MANY_BELOW_LIMIT = "more_than_half_of_the_loads_are_below_the_limit"
    FEW_LOADS = "too_few_loads_to_look_for_changes_of_rate"
    NO_FREEDOM = "as_many_parameters_as_loads_no_limits"
    NO_SCATTER = "loads_do_not_scatter_limits_are_too_narrow"
    UNSURE = "other_courses_fit_nearly_as_well"
    GAP = "a_change_of_rate_lies_in_a_long_time_without_loads"
    NOT_SEPARABLE = "an_intervention_has_too_few_loads_beside_it"


@dataclass(frozen=True, slots=True)
class Tried:
    """A course that was fitted, with its share of what speaks for any of them."""

    model: Model
    changes: int
    criterion: float
    weight: float


@dataclass(frozen=True, slots=True)
class LoadFit:
    """The course that fits best, and what it rests on.

    ``model`` None, without segments, where fewer than two days have a load above the limit.
    ``parameters``: ``capacity`` and ``rate`` of logistic growth, ``A``, ``delta``, ``B``,
    ``gamma`` of clearance in two phases (A and B are loads at the first day). ``cv``: the scatter
    of one load about the course, as a fraction.
    """

    model: Model | None
    segments: tuple[Segment, ...]
    change_points: tuple[ChangePoint, ...]
    rebound: Rebound
    parameters: dict[str, Estimate]
    cv: float | None
    loads: int
    below_limit: int
    tried: tuple[Tried, ...]
    notes: tuple[Note, ...]
    level: float = LEVEL
    method: str = METHOD
    _chosen: Candidate | None = field(default=None, repr=False, compare=False)
    _scale: Scale = field(default=Scale(0.0, 1.0), repr=False, compare=False)
    _last: float = field(default=0.0, repr=False, compare=False)

    def at(self, times: ArrayLike) -> tuple[Floats, Floats, Floats]:
        """Return the course at days (n): loads per microlitre with the limits of the mean.

        Limits are not a number where there are none. Raises NoSolution (NO_COURSE).
        """
        days = (numbers(times, name=_("times")) - self._scale.origin) / self._scale.unit
        return band(self._course(), days, self.level)

    def time_to(self, limit: float, *, within_days: float = 3650.0) -> Projection:
        """Say when the course, going on as it last went, reaches a load per microlitre.

        Looks ``within_days`` ahead of the last load. Raises Unusable for a limit that is not above
        0, and NoSolution (NO_COURSE).
        """
        given = float(numbers([limit], name=_("limits"))[0])
        if not given > 0 or not number(within_days, name=_("number of days")) > 0:
            raise Unusable("LIMIT", _("The load to be reached is a number above 0."))
        return reach(self._course(), self._scale, self._last, given, within_days, level=self.level)

    @property
    def freedom(self) -> float:
        """Degrees of freedom that the loads leave about the course; 0 where there is none."""
        return 0.0 if self._chosen is None else float(self._chosen.fit.freedom)

    def _course(self) -> Candidate:
        if self._chosen is None:
            raise NoSolution("NO_COURSE", _("Too few loads lie above the limit of detection."))
        return self._chosen

    def to_json(self) -> dict[str, Any]:
        names = [name for name in self.__dataclass_fields__ if not name.startswith("_")]
        return {name: _plain(getattr(self, name)) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if hasattr(value, "__dataclass_fields__"):
        return _plain(asdict(value))
    if isinstance(value, StrEnum):
        return value.value
    return None if isinstance(value, float) and not math.isfinite(value) else value


def fit_load(
    times: ArrayLike,
    loads: ArrayLike,
    *,
    censored: ArrayLike | None = None,
    limit: ArrayLike | None = None,
    interventions: Sequence[Intervention] = (),
    model: str = "auto",
    most_changes: int = MOST_BREAKS,
    cv: float | None = None,
    level: float = LEVEL,
    limits: str = Limits.STUDENT,
) -> LoadFit:
    """Fit the course of a load and say which of several it took.

    ``times`` (n) in days, in any order, several loads at one time allowed; ``loads`` (n) in
    nanites per microlitre, above 0. ``censored`` (n) marks loads that are "less than"; ``limit``
    is the limit of detection, one or (n): see ``observations.observe``. They count as the
    probability of lying below, never as 0 or half of the limit.

    ``interventions`` are changes of rate at known days, with a jump of the load where that fits
    better; other changes, up to ``most_changes``, are looked for. Without interventions logistic
    growth and clearance in two phases are tried as well; ``model`` asks for one of ``Model``
    alone. ``cv`` is the CV of one load, as a fraction, where it is known: limits then hold for two
    loads as well. ``level`` is that of all limits.

    Errors are log-normal with one CV. Limits are Student's, given the course chosen, over all days
    that its breaks may have; those of growth hold that it may slow towards a
    capacity (``growth_limits``). ``limits`` "likelihood" gives those of normal errors with the scatter of
    maximum likelihood, as publications do. Raises Unusable for what is no series of loads, and
    NoSolution (code NO_FIT) where the course asked for does not fit.
    """
    given = observe(times, loads, censored=censored, limit=limit)
    _check(given, model, most_changes, cv, level, limits)
    scale = Scale(float(given.days[0]), float(given.days[-1] - given.days[0]))
    if np.unique(given.days[~given.is_below]).size < 2:
        return _none(given, level)
    inner = replace(given, days=(given.days - scale.origin) / scale.unit)
    usable, notes = _usable(interventions, given)
    models = tuple(Model) if model == "auto" else (Model(model),)
    sigma = None if cv is None else math.sqrt(math.log1p(cv**2))
    with np.errstate(all="ignore"):
        found = _fitted(inner, scale, usable, models, most_changes, sigma)
    if not found:
        raise NoSolution(
            "NO_FIT", _("No %(model)s course fits these loads; try another."), model=model
        )
    if limits == Limits.LIKELIHOOD:
        found = [replace(one, fit=by_likelihood(one.fit, inner)) for one in found]
    over = _over_days(found[0], inner, limits, is_known=cv is not None)
    growth = None
    if limits == Limits.STUDENT and Model.LOGISTIC in models:
        growth = _growth(found, inner, level, sigma)
    told = _told(found, inner, scale, usable, level, over, growth)
    return replace(told, notes=(*notes, *_notes(given, found, told.change_points, most_changes)))


def _told(
    found: Sequence[Candidate],
    inner: Observations,
    scale: Scale,
    usable: Sequence[Intervention],
    level: float,
    over: OverDays | None,
    growth: Estimate | None,
) -> LoadFit:
    """Say what the courses found mean; the first is the one chosen."""
    chosen = found[0]
    stretches = courses.segments(found, inner, scale, level, over, growth)
    points = courses.change_points(chosen, scale, usable, level, over)
    return replace(
        _none(inner, level),
        model=chosen.model,
        segments=stretches,
        change_points=points,
        rebound=courses.rebound(found, stretches, points, inner),
        parameters=courses.natural(chosen, scale, level, growth),
        cv=math.sqrt(math.expm1(min(chosen.fit.sigma**2, 700.0))),
        tried=tuple(Tried(one.model, _changes(one), one.criterion, one.weight) for one in found),
        _chosen=chosen,
        _scale=scale,
        _last=scale.day(float(inner.days[-1])),
    )


def _over_days(
    chosen: Candidate, inner: Observations, limits: str, *, is_known: bool
) -> OverDays | None:
    if chosen.model is not Model.BROKEN or not chosen.broken.unknown or limits != Limits.STUDENT:
        return None
    with np.errstate(all="ignore"):
        return over_days(chosen.broken, chosen.fit, inner, known=is_known)


def _growth(
    found: Sequence[Candidate], inner: Observations, level: float, sigma: float | None
) -> Estimate | None:
    """Return limits of the first rate of growth that hold a capacity, seen or not.

    None where it is no growth, where a fall or an intervention follows, or where a capacity is out
    of the question: another course is much more likely.
    """
    chosen, slowed = found[0], next((one for one in found if one.model is Model.LOGISTIC), None)
    theta = chosen.fit.parameters
    if chosen.model is Model.LOGISTIC:
        place = 2
    elif chosen.model is Model.EXPONENTIAL and inner.seen >= FEW:
        place = 1
    elif chosen.model is Model.BROKEN and slowed is not None and theta.size == 4:
        if not theta[1] > theta[1] + theta[2] > 0 or slowed.weight < BESIDE * chosen.weight:
            return None
        place = 1
    else:
        return None
    gradient = np.zeros(theta.size)
    gradient[place] = 1.0
    plain = estimate(part(chosen.fit, gradient), level)
    if plain.low is None or not (plain.low > 0 or place == 2):
        return None
    bent = None if slowed is None else slowed.fit
    with np.errstate(all="ignore"):
        return growth_limits(inner, bent=bent, value=plain.value, level=level, sigma=sigma)


def _fitted(
    inner: Observations,
    scale: Scale,
    usable: Sequence[Intervention],
    models: Sequence[Model],
    most: int,
    sigma: float | None,
) -> list[Candidate]:
    known = [(one.day - scale.origin) / scale.unit for one in usable]
    ways = [candidates(inner, known=known, models=models, most_breaks=most, sigma=sigma)]
    if known:
        ways.append(
            candidates(
                inner, known=known, jumps=known, models=models, most_breaks=most, sigma=sigma
            )
        )
    finite = [way for way in ways if way and math.isfinite(way[0].criterion)] or ways[:1]
    return min(finite, key=lambda way: way[0].criterion if way else math.inf)


def _changes(one: Candidate) -> int:
    if one.model in (Model.LOGISTIC, Model.BIEXPONENTIAL):
        return 0
    return len(one.broken.known) + one.broken.unknown


def _check(
    given: Observations, model: str, most: int, cv: float | None, level: float, limits: str
) -> None:
    if given.days.size > MOST_LOADS:
        raise Unusable("TOO_MANY", _("At most %(most)d loads make a course."), most=MOST_LOADS)
    if not isinstance(model, str) or (model != "auto" and model not in set(Model)):
        raise Unusable(
            "MODEL",
            _("%(given)s is no course; there are auto, %(known)s."),
            given=cited(model),
            known=", ".join(Model),
        )
    if isinstance(most, bool) or not isinstance(most, int) or not 0 <= most <= 6:
        raise Unusable("CHANGES", _("Changes to be looked for are 0 to 6."))
    if cv is not None and not 0 < number(cv, name=_("CV")) <= 5:
        raise Unusable("CV", _("A CV is a fraction above 0, such as 0.15, not above 5."))
    number(level, name=_("level of confidence"))
    if not 0.5 <= level < 1 or not isinstance(limits, str) or limits not in set(Limits):
        raise Unusable(
            "LEVEL", _("Limits are student or likelihood, of a level from 0.5 to below 1.")
        )


def _usable(
    interventions: Sequence[Intervention], given: Observations
) -> tuple[list[Intervention], list[Note]]:
    """Keep interventions with two days of loads on either side, up to the next that is kept."""
    places = np.unique(given.days[~given.is_below])
    kept: list[Intervention] = []
    edge = -math.inf
    done = courses.interventions_of(interventions)
    if done:
        numbers([one.day for one in done], name=_("days of interventions"))
    for one in sorted(done, key=lambda one: one.day):
        between = int(np.count_nonzero((places > edge) & (places <= one.day)))
        after = int(np.count_nonzero(given.places > one.day))
        if between >= 2 and after >= 2:
            kept.append(one)
            edge = one.day
    return kept, [Note.NOT_SEPARABLE] if len(kept) < len(done) else []


def _none(given: Observations, level: float) -> LoadFit:
    return LoadFit(
        model=None,
        segments=(),
        change_points=(),
        rebound=Rebound(0.0, False, None, None),
        parameters={},
        cv=None,
        loads=int(given.days.size),
        below_limit=int(given.is_below.sum()),
        tried=(),
        notes=(Note.ALL_BELOW_LIMIT,),
        level=level,
    )


def _notes(
    given: Observations, found: Sequence[Candidate], points: Sequence[ChangePoint], most: int
) -> list[Note]:
    chosen = found[0]
    places = given.places
    gaps = [
        float(places[at] - places[at - 1])
        for at in (
            int(np.clip(np.searchsorted(places, one.day.value), 1, places.size - 1))
            for one in points
            if one.intervention is None
        )
    ]
    held = {
        Note.MANY_BELOW_LIMIT: 2 * given.is_below.sum() > given.days.size,
        Note.FEW_LOADS: given.seen < FEW and most > 0,
        Note.NO_FREEDOM: chosen.fit.freedom <= 0,
        Note.NO_SCATTER: chosen.fit.freedom > 0 and chosen.fit.sigma < 1e-5,
        Note.UNSURE: chosen.weight < 0.7,
        Note.GAP: any(gap > 0.25 * (places[-1] - places[0]) for gap in gaps),
    }
    return [note for note, holds in held.items() if holds]
