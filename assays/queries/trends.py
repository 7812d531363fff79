"""A person's values over time as a few columns each, and what they lie beside."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from django.db.models import (
    Count,
    F,
    Func,
    IntegerField,
    JSONField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
)
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Cast

from assays.models import Evaluation, Result
from assays.queries.history import SHOWN
from assays.rules.trends import Asked, Offered
from labsys.accounts.models import Principal
from labsys.lib import policy
from patients.models import Encounter, EncounterEnd, Exposure, PregnancyEstimate, QuarantineOrder
from patients.queries import quarantine
from patients.rules.pregnancies import GESTATION_END

MOST_VALUES = 6000
NORMAL = "N"


class Limits(NamedTuple):
    """The one pair of limits that was frozen of each; where several may hold, or none, no limits."""

    reference: tuple[float | None, float | None]
    critical: tuple[float | None, float | None]


class Value(NamedTuple):
    """What is read of each value: how it was written, flagged, and against what limits.

    A tuple: thousands are made for one page.
    """

    result_id: int
    code: str
    name: str
    section: str
    unit: str
    kind: str
    comparator: str
    value: Decimal | None
    value_code: str
    value_text: str
    absent_reason: str
    collected_at: datetime
    status: str
    range_signed: bool
    decimals: int | None
    flags: list[str] | None
    limits: Limits

    @property
    def is_provisional(self) -> bool:
        return self.status != "RELEASED"


@dataclass(frozen=True, slots=True)
class Stay:
    """Something beside the values that lasted; `kind` says in which lane it is drawn."""

    kind: str
    at: datetime
    until: datetime | None
    label: str
    detail: str = ""


@lru_cache(maxsize=4096)
def _limits(written: str) -> Limits:
    """Read the limits that `_frozen` wrote; hundreds of values have the same."""
    candidates, uncovered, established, low, high, criticals, *critical = json.loads(written)
    known = candidates == 1 and established is True and uncovered is False
    return Limits(_pair(low, high, known=known), _pair(*critical, known=criticals == 1))


def _pair(low: str | None, high: str | None, *, known: bool) -> tuple[float | None, float | None]:
    if not known:
        return None, None
    return (None if low is None else float(low)), (None if high is None else float(high))


def _frozen() -> Cast:
    """Write what limits are read from as one text, since a column of each costs time at every row."""
    first = KeyTransform("0", KeyTransform("candidates", "reference"))
    critical = KeyTransform("0", KeyTransform("critical", "reference"))
    parts = (
        _length("candidates"),
        KeyTransform("uncovered", "reference"),
        *(KeyTransform(key, first) for key in ("established", "low", "high")),
        _length("critical"),
        *(KeyTransform(key, critical) for key in ("low", "high")),
    )
    found = Func(*parts, function="jsonb_build_array", output_field=JSONField())
    return Cast(found, TextField())


def _length(key: str) -> Func:
    found = KeyTransform(key, "reference")
    return Func(found, function="jsonb_array_length", output_field=IntegerField())


def _flags() -> Subquery:
    rows = Evaluation.objects.filter(result=OuterRef("pk")).order_by("-method_version", "-id")
    return Subquery(rows.values("flags")[:1])


def _of(entries: Collection[int], principal: Principal) -> QuerySet[Result]:
    rows = Result.objects.filter(person_id__in=list(entries), status__in=SHOWN)
    found: QuerySet[Result] = policy.scope(principal, rows)
    return found


def offered(entries: Collection[int], principal: Principal) -> list[Offered]:
    """Return every analyte of a person that the principal may read, with how the newest is flagged."""
    rows = _of(entries, principal)
    counted = (
        rows.order_by()
        .values("analyte__code", "analyte__name", "section")
        .annotate(n=Count("pk"), newest=Max("collected_at"))
    )
    newest = rows.order_by("analyte", "-collected_at", "-id").distinct("analyte").values("pk")
    said = Result.objects.filter(pk__in=newest).annotate(said=_flags())
    flagged = {
        code
        for code, flags in said.values_list("analyte__code", "said")
        if flags and flags != [NORMAL]
    }
    found: dict[str, Offered] = {}
    for one in counted:
        code = one["analyte__code"]
        before = found.get(code)
        found[code] = Offered(
            code,
            one["analyte__name"],
            one["section"],
            one["n"] + (before.values if before else 0),
            max(one["newest"], before.newest) if before else one["newest"],
            code in flagged,
        )
    return list(found.values())


def values(
    entries: Collection[int],
    principal: Principal,
    codes: Collection[str],
    asked: Asked,
    *,
    most: int = MOST_VALUES,
) -> list[Value]:
    """Return the values of these analytes within the time asked for, the oldest first.

    Of more than `most` the newest are returned.
    """
    rows = _of(entries, principal).filter(
        analyte__code__in=list(codes), **asked.within("collected_at")
    )
    found = rows.order_by("-collected_at", "-id").values_list(
        *("id", "analyte__code", "analyte__name", "section", "unit", "kind", "comparator", "value"),
        *("value_code", "value_text", "absent_reason", "collected_at", "status", "range_signed"),
        F("assay_version__decimals"),
        _flags(),
        _frozen(),
    )[:most]
    return [Value(*row[:-1], _limits(row[-1])) for row in reversed(found)]


def beside(entries: Collection[int], principal: Principal, *, at: datetime) -> list[Stay]:
    """Return where a person stayed, what they met, and pregnancies, as far as these may be read."""
    mine = Q(person_id__in=list(entries))
    return [
        *_stays(policy.scope(principal, Encounter.objects.filter(mine))),
        *_quarantines(policy.scope(principal, QuarantineOrder.objects.filter(mine)), at=at),
        *_exposures(policy.scope(principal, Exposure.objects.standing().filter(mine))),
        *_pregnancies(policy.scope(principal, PregnancyEstimate.objects.standing().filter(mine))),
    ]


def _stays(rows: QuerySet[Encounter]) -> list[Stay]:
    known = rows.exclude(end__disposition=EncounterEnd.Disposition.ERROR).order_by("started_at")
    found = known.values_list("started_at", "end__ended_at", "location__name", "reason")
    return [Stay("stay", *row) for row in found]


def _quarantines(rows: QuerySet[QuarantineOrder], *, at: datetime) -> list[Stay]:
    found = []
    rows = rows.select_related("lift", "location", "rule").order_by("starts_at")
    for one in rows.prefetch_related(quarantine.EXTENSIONS):
        until = quarantine.last_moment(one, at=at)
        if until is not None and until <= one.starts_at:
            continue  # lifted before it began
        detail = " · ".join(filter(None, (one.agent, one.location and one.location.name)))
        found.append(Stay("quarantine", one.starts_at, until, str(one.get_kind_display()), detail))
    return found


def _exposures(rows: QuerySet[Exposure]) -> list[Stay]:
    return [
        Stay(
            "exposure",
            one.first_at,
            one.last_at,
            one.agent,
            f"{one.get_certainty_display()} · {one.get_kind_display()}",
        )
        for one in rows.order_by("first_at")
    ]


def _pregnancies(rows: QuerySet[PregnancyEstimate]) -> list[Stay]:
    """Return each observation of a pregnancy, until the next one or as long as it may have lasted."""
    known = list(rows.order_by("observed_at", "id"))
    found = []
    for place, one in enumerate(known):
        if one.status != PregnancyEstimate.Status.PREGNANT:
            continue
        left = timedelta(days=GESTATION_END - (one.gestation_days or 0))
        until = one.observed_at + left
        if place + 1 < len(known):
            until = min(until, known[place + 1].observed_at)
        detail = ""
        if one.gestation_days is not None:
            weeks, days = divmod(one.gestation_days, 7)
            detail = f"{weeks}+{days} ± {one.uncertainty_days} d"
        label = str(one.get_status_display())
        found.append(Stay("pregnancy", one.observed_at, until, label, detail))
    return found
