"""Released hCG values of a person, read against what is published and against each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from django.utils.timezone import get_default_timezone

from assays.models import Result
from assays.queries.history import readable
from assays.rules.hcg import CODE, UNITS, Fit, Gestation, Rise, Value, fit, rise, weeks_of
from assays.rules.states import ResultStatus
from labsys.accounts.models import Principal
from labsys.lib import policy
from patients.rules.courses import Course
from patients.rules.dating import HUMAN
from patients.rules.pregnancies import Estimate, Pregnancy, pregnancy_at

MOST = 60


@dataclass(frozen=True)
class Line:
    """One value with what is told of it; ``weeks`` is what it proposes, None where it proposes none."""

    result: Result
    value: Value | None
    weeks: Gestation | None
    fit: Fit
    rise: Rise


def course(
    person_ids: Iterable[int],
    by: Principal,
    *,
    species: str,
    estimates: Iterable[Estimate],
    within: Course | None = None,
) -> list[Line]:
    """Return released values, the oldest first, each read against the estimates that were accepted.

    For another species the values are listed, and nothing is told of them. ``within`` leaves out
    what lies outside the days that one pregnancy can have.
    """
    rows = Result.objects.filter(
        person_id__in=list(person_ids), analyte__code=CODE, status=ResultStatus.RELEASED
    ).exclude(value=None)
    found = policy.scope(by, rows.filter(readable(by))).select_related("assay_version")
    results = list(reversed(found.order_by("-collected_at", "-id")[:MOST]))
    known = list(estimates)
    values = [value_of(one) if species == HUMAN else None for one in results]
    rises = [Rise.NOT_COMPARED] * len(results)
    for place, (before, after) in enumerate(pairwise(values), start=1):
        if before is not None and after is not None:
            rises[place] = rise(before, after)
    zone = get_default_timezone()
    lines = []
    for result, value, told in zip(results, values, rises, strict=True):
        if within is not None and not _may_be_of(within, result):
            continue
        gestation = gestation_of(pregnancy_at(known, result.collected_at, zone=zone))
        weeks = None if value is None else weeks_of(value)
        fitted = Fit.NOT_COMPARED if value is None else fit(value, gestation)
        lines.append(Line(result, value, weeks, fitted, told))
    return lines


def gestation_of(pregnancy: Pregnancy) -> Gestation | None:
    """Return every gestation that is possible; None where it is not dated."""
    if pregnancy.gestation_days is None:
        return None
    middle, give = pregnancy.gestation_days, pregnancy.uncertainty_days
    return Gestation(max(0, middle - give), middle + give)


def value_of(result: Result) -> Value | None:
    """Return a result as it is compared; None where its unit is not read."""
    if result.value is None or result.unit not in UNITS:
        return None
    return Value(result.collected_at, result.value, result.comparator)


def _may_be_of(within: Course, result: Result) -> bool:
    """A value belongs to a pregnancy up to its end, and from 44 weeks before it was last seen."""
    first = within.estimates[-1].observed_at
    last = within.end.observed_at if within.end is not None else None
    if last is not None and result.collected_at > last:
        return False
    return abs((result.collected_at - first).days) <= 308
