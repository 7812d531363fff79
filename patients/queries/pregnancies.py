"""The pregnancies of a person: what was observed, what is proposed, and what follows at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import get_default_timezone

from labsys.lib import policy
from labsys.lib.clock import hospital_day
from labsys.lib.policy import Principal
from patients.models import Person, PregnancyDate, PregnancyEstimate, UltrasoundMeasurement
from patients.queries.contexts import facts
from patients.queries.identities import entries
from patients.rules import courses as rules
from patients.rules import dating
from patients.rules.courses import Carried, Course, Due
from patients.rules.dating import Proposed
from patients.rules.pregnancies import Estimate, Pregnancy, Status

MOST = 200  # rows of one kind that a page reads; nobody has as many


@dataclass(frozen=True)
class Source:
    """A fact from which gestation can be reckoned, what it proposes, and the estimate made of it."""

    fact: Any
    proposed: Proposed
    accepted: PregnancyEstimate | None


@dataclass(frozen=True)
class Shown:
    """One pregnancy as a page shows it; ``moment`` is when it is looked at: its end, or now."""

    course: Course
    moment: datetime
    pregnancy: Pregnancy
    carried: tuple[Carried, ...]
    due: Due | None

    @property
    def are_contrary(self) -> bool:
        return rules.are_contrary(self.pregnancy)


@dataclass(frozen=True)
class File:
    """Everything known of a person's pregnancies, the newest first."""

    species: str
    now: Pregnancy
    courses: tuple[Shown, ...]
    estimates: list[PregnancyEstimate]
    lengths: list[Source]
    days: list[Source]
    lost_grounds: frozenset[int]  # estimates whose measurement or day no longer stands


def file_of(person: Person, *, by: Principal, at: datetime) -> File:
    """Return what is known of a person's pregnancies under all their entries; a fixed few queries."""
    zone, known = get_default_timezone(), entries(person.pk)
    facts_of = facts([person.pk])[person.pk]
    history = _rows(PregnancyEstimate.objects.all(), known, by).select_related(
        "corrected_by",
        "measurement__corrected_by",
        "stated_date__corrected_by",
        "recorded_by__user",
    )
    estimates = list(history[:MOST])
    standing = [one for one in estimates if stands(one)]
    by_length = {one.measurement_id: one for one in standing if one.measurement_id}
    by_day = {one.stated_date_id: one for one in standing if one.stated_date_id}
    lengths = _rows(UltrasoundMeasurement.objects.standing(), known, by)
    days = _rows(PregnancyDate.objects.standing(), known, by)
    found = rules.courses([_plain(one) for one in standing], zone=zone)
    return File(
        species=facts_of.species,
        now=facts_of.at(at, zone=zone).pregnancy,
        courses=tuple(_shown(course, at=at) for course in reversed(found)),
        estimates=estimates,
        lengths=[
            Source(one, proposed_by_length(one, facts_of.species), by_length.get(one.pk))
            for one in lengths.select_related("operator__user")[:MOST]
        ],
        days=[
            Source(one, proposed_by_day(one, facts_of.species), by_day.get(one.pk))
            for one in days.select_related("recorded_by__user")[:MOST]
        ],
        lost_grounds=frozenset(one.pk for one in standing if _has_lost_ground(one)),
    )


def proposed_by_length(measurement: UltrasoundMeasurement, species: str) -> Proposed:
    """Return what a measurement proposes for somebody of this species."""
    return dating.from_length(measurement.measured, measurement.value, species=species)


def proposed_by_day(stated: PregnancyDate, species: str) -> Proposed:
    """Return what a stated day proposes for somebody of this species."""
    return dating.from_day(
        stated.kind,
        stated.on,
        stated.uncertainty_days,
        stated_on=hospital_day(stated.observed_at),
        species=species,
    )


def stands(row: Any) -> bool:
    """Return whether a row holds: neither corrected since nor the taking back of an error."""
    return not row.is_retraction and getattr(row, "corrected_by", None) is None


def _rows(rows: QuerySet[Any], known: frozenset[int], by: Principal) -> QuerySet[Any]:
    scoped: QuerySet[Any] = policy.scope(by, rows.filter(person__in=known))
    return scoped.order_by("-observed_at", "-id")


def _plain(one: PregnancyEstimate) -> Estimate:
    return Estimate(
        one.pk, Status(one.status), one.observed_at, one.gestation_days, one.uncertainty_days
    )


def _has_lost_ground(one: PregnancyEstimate) -> bool:
    grounds = [fact for fact in (one.measurement, one.stated_date) if fact is not None]
    return any(getattr(fact, "corrected_by", None) is not None for fact in grounds)


def _shown(course: Course, *, at: datetime) -> Shown:
    zone = get_default_timezone()
    moment = at if course.end is None else min(at, course.end.observed_at)
    pregnancy = course.at(moment, zone=zone)
    return Shown(
        course,
        moment,
        pregnancy,
        rules.carried(course.estimates, moment, zone=zone),
        rules.due(pregnancy, moment, zone=zone),
    )
