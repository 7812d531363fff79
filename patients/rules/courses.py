"""The pregnancies of a person, one after the other, from what was observed of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from patients.rules.pregnancies import (
    GESTATION_END,
    Estimate,
    Pregnancy,
    State,
    Status,
    pregnancy_at,
)

TERM = 280  # days from the last period to the day a birth is expected on (ACOG, opinion 700)


@dataclass(frozen=True, slots=True)
class Course:
    """One pregnancy: its estimates in the order of the world, and what ended it.

    ``end`` is the observation that it ended, or that there was none any more (``is_end_seen`` tells
    them apart); None while neither was observed.
    """

    number: int
    estimates: tuple[Estimate, ...]
    end: Estimate | None = None

    @property
    def is_end_seen(self) -> bool:
        return self.end is not None and self.end.status is Status.ENDED

    def at(self, moment: datetime, *, zone: tzinfo) -> Pregnancy:
        """Return the gestation of this pregnancy alone at a moment, as if nothing else were known."""
        return pregnancy_at(self.estimates, moment, zone=zone)


@dataclass(frozen=True, slots=True)
class Due:
    """The days between which a pregnancy reaches 40 weeks, and the middle of them."""

    earliest: date
    expected: date
    latest: date


@dataclass(frozen=True, slots=True)
class Carried:
    """One dated estimate carried to a moment: every gestation it allows there, in days."""

    estimate: Estimate
    low: int
    middle: int
    high: int


def courses(estimates: Iterable[Estimate], *, zone: tzinfo) -> tuple[Course, ...]:
    """Part what was observed into pregnancies: at an end, or where the last must be over."""
    found: list[list[Estimate]] = []
    ends: dict[int, Estimate] = {}
    run: list[Estimate] = []
    for one in sorted(estimates, key=lambda one: (one.observed_at, one.id)):
        if one.status is not Status.PREGNANT:
            if run:
                found.append(run)
                ends[len(found)] = one
                run = []
            continue
        if run and _is_another(run, one, zone=zone):
            found.append(run)
            run = []
        run.append(one)
    if run:
        found.append(run)
    return tuple(
        Course(number, tuple(run), ends.get(number)) for number, run in enumerate(found, start=1)
    )


def carried(
    estimates: Iterable[Estimate], moment: datetime, *, zone: tzinfo
) -> tuple[Carried, ...]:
    """Carry every dated estimate to one moment by counting days; its uncertainty stays."""
    on = _day(moment, zone)
    found = []
    for one in estimates:
        if one.gestation_days is None or one.uncertainty_days is None:
            continue
        middle = one.gestation_days + (on - _day(one.observed_at, zone)).days
        give = one.uncertainty_days
        found.append(Carried(one, middle - give, middle, middle + give))
    return tuple(found)


def are_contrary(pregnancy: Pregnancy) -> bool:
    """Say whether estimates contradict each other, so that the interval was widened over all."""
    return pregnancy.gestation_days is not None and len(pregnancy.based_on) > 1


def due(pregnancy: Pregnancy, moment: datetime, *, zone: tzinfo) -> Due | None:
    """Return when 40 weeks are reached; None where the pregnancy has no gestation."""
    if pregnancy.state is not State.PREGNANT or pregnancy.gestation_days is None:
        return None
    expected = _day(moment, zone) + timedelta(days=TERM - pregnancy.gestation_days)
    give = timedelta(days=pregnancy.uncertainty_days)
    return Due(expected - give, expected, expected + give)


def weeks(days: int) -> str:
    """Write a gestation as weeks and days: 8w3d."""
    return f"{days // 7}w{days % 7}d"


def _is_another(run: Sequence[Estimate], one: Estimate, *, zone: tzinfo) -> bool:
    """Say whether an observation must be of a further pregnancy: the last is over by any count."""
    dated = carried(run, one.observed_at, zone=zone)
    if dated:
        return all(window.low >= GESTATION_END for window in dated)
    return (_day(one.observed_at, zone) - _day(run[0].observed_at, zone)).days >= GESTATION_END


def _day(moment: datetime, zone: tzinfo) -> date:
    return moment.astimezone(zone).date()
