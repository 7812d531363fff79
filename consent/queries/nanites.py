"""Nanite results as clearance reads them, and the findings that follow from them at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, Min, OuterRef, QuerySet

from assays.models import Evaluation, Result, ResultEvent, ResultHold
from assays.rules.flags import CRITICAL, flag
from assays.rules.reference_intervals import Resolution
from assays.rules.states import ResultStatus
from consent.queries.programmes import NANITE_TYPE
from consent.rules import facts as rules
from labsys.lib.quantities import Comparator, Quantity

NANITE_SECTION = "NANITE"
WITHDRAWN_STATES = (ResultStatus.CANCELLED, ResultStatus.ENTERED_IN_ERROR)
VERIFIED_STATES = (ResultStatus.TECHNICALLY_VERIFIED, ResultStatus.RELEASED)
NUMERIC, CODED = Result.Kind.NUMERIC, Result.Kind.CODED

By = dict[int, list[Any]]


def results() -> QuerySet[Result]:
    """Return every nanite result."""
    found: QuerySet[Result] = Result.objects.filter(section=NANITE_SECTION)
    return found


def facts_among(rows: QuerySet[Result]) -> By:
    """Return these results by whose they are."""
    events = ResultEvent.objects.filter(result__in=rows.values("pk"), new__in=WITHDRAWN_STATES)
    withdrawn = dict(
        events.values("result_id").annotate(at=Min("recorded_at")).values_list("result_id", "at")
    )
    columns = (
        *("id", "person_id", "analyte__code", "kind", "comparator", "value", "value_code"),
        *("collected_at", "recorded_at", "released_at", "corrects_id"),
    )
    found: By = defaultdict(list)
    for row in rows.values_list(*columns, named=True):
        found[row.person_id].append(
            rules.NaniteResult(
                id=str(row.id),
                analyte=row.analyte__code,
                is_allowed=row.kind == (CODED if row.analyte__code == NANITE_TYPE else NUMERIC),
                at_most=at_most(row.kind, row.comparator, row.value),
                code=row.value_code,
                collected_at=row.collected_at,
                recorded_at=row.recorded_at,
                released_at=row.released_at,
                corrects=str(row.corrects_id) if row.corrects_id else None,
                annulled_at=withdrawn.get(row.id),
            )
        )
    return found


def at_most(kind: str, comparator: str, value: Decimal | None) -> Decimal | None:
    """Return what a load surely does not exceed; None for "more than" and for what is no number."""
    return value if kind == NUMERIC and comparator in ("", "<", "<=") else None


def findings_among(rows: QuerySet[Result]) -> By:
    """Return what refuses clearance from the instant of recording, before anybody looked."""
    critical = [one for one in rows.select_related("finding_clear") if is_critical(one)]
    return _findings(
        ((one.person_id, one.pk, one.recorded_at, _cleared_at(one)) for one in critical),
        rows,
        ResultHold.objects.all(),
    )


def open_findings_among(rows: QuerySet[Result], *, at: datetime) -> By:
    """Return the findings among these results that nobody had dealt with at a moment.

    What was analysed tells by itself whether it is critical. What was verified was analysed before;
    of the rest, whatever was not is judged here.
    """
    analysed = Evaluation.objects.filter(result=OuterRef("pk"))
    undone = rows.exclude(finding_clear__recorded_at__lte=at)
    critical = undone.filter(Exists(analysed.filter(is_critical=True)))
    columns = ("person_id", "pk", "recorded_at", "finding_clear__recorded_at")
    waiting = undone.exclude(status__in=VERIFIED_STATES).filter(~Exists(analysed))
    unseen = [one for one in waiting.select_related("finding_clear") if is_critical(one)]
    return _findings(
        (
            *critical.values_list(*columns),
            *((one.person_id, one.pk, one.recorded_at, _cleared_at(one)) for one in unseen),
        ),
        rows,
        ResultHold.objects.exclude(clear__recorded_at__lte=at),
    )


def _findings(
    critical: Iterable[tuple[int, int, datetime, datetime | None]],
    rows: QuerySet[Result],
    holds: QuerySet[ResultHold],
) -> By:
    held = holds.filter(result__in=rows.values("pk")).values_list(
        "result__person_id", "result_id", "recorded_at", "clear__recorded_at", "pk"
    )
    found: By = defaultdict(list)
    for name, (person, result, recorded_at, cleared_at, *hold) in (
        *(("critical", one) for one in critical),
        *(("hold", one) for one in held),
    ):
        found[person].append(
            rules.Finding(
                id=":".join([str(result), name, *map(str, hold)]),
                result=str(result),
                found_at=recorded_at,
                recorded_at=recorded_at,
                cleared_at=cleared_at,
            )
        )
    return found


def _cleared_at(result: Result) -> datetime | None:
    clear = getattr(result, "finding_clear", None)
    return clear.recorded_at if clear else None


def is_critical(result: Result) -> bool:
    """Return whether a value is critical against its frozen limits, evaluated or not yet."""
    if result.kind != NUMERIC or result.value is None:
        return False
    value = Quantity(result.value, result.unit, Comparator(result.comparator))
    flagged = flag(value, Resolution.from_json(result.reference))
    return not CRITICAL.isdisjoint(flagged.flags)
