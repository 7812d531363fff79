"""The verification worklist: what waits, most urgent first, with what a reader needs beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import connection
from django.db.models import Prefetch, Q, QuerySet

from assays.models import Analyte, Evaluation, Result, ResultHold
from assays.rules.states import ResultStatus
from labsys.accounts.models import Principal
from labsys.lib import policy
from patients.models import Person

PAGE = 50
PREVIOUS = 3
WAITING = (ResultStatus.RESULTED.value, ResultStatus.TECHNICALLY_VERIFIED.value)

_PREVIOUS = """
SELECT r.id, p.id, p.comparator, p.value, p.value_code, p.value_text, p.unit, p.collected_at
FROM assays_result r
CROSS JOIN LATERAL (
    SELECT q.id, q.comparator, q.value, q.value_code, q.value_text, q.unit, q.collected_at
    FROM assays_result q
    WHERE q.person_id = r.person_id AND q.analyte_id = r.analyte_id
      AND q.collected_at < r.collected_at
      AND q.status IN ('RESULTED', 'TECHNICALLY_VERIFIED', 'RELEASED')
    ORDER BY q.collected_at DESC, q.id DESC LIMIT %s
) p
WHERE r.id = ANY(%s)
ORDER BY r.id, p.collected_at DESC, p.id DESC
"""


@dataclass(frozen=True)
class Cursor:
    """Where a page ends: the keys of its last row."""

    priority: int
    recorded_at: datetime
    id: int

    @classmethod
    def read(cls, text: str) -> Cursor | None:
        """Return the cursor a link carried, or None where it is not one."""
        try:
            priority, moment, number = text.split("~")
            at = datetime.fromisoformat(moment)
            return cls(int(priority), at, int(number)) if at.tzinfo else None
        except ValueError:
            return None

    def __str__(self) -> str:
        return f"{self.priority}~{self.recorded_at.isoformat()}~{self.id}"


@dataclass(frozen=True)
class PreviousValue:
    """An earlier value of the same analyte."""

    result_id: int
    comparator: str
    value: Decimal | None
    text: str
    unit: str
    collected_at: datetime


@dataclass
class Row:
    """One waiting result with its newest evaluation, open holds and earlier values."""

    result: Result
    evaluation: Evaluation | None
    holds: list[ResultHold]
    previous: list[PreviousValue] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    """One page of the worklist."""

    rows: list[Row]
    after: Cursor | None


def page(
    principal: Principal,
    *,
    section: str = "",
    status: str = "",
    after: Cursor | None = None,
    limit: int = PAGE,
) -> Page:
    """Return the next rows that wait, in a constant number of queries."""
    waiting = policy.scope(principal, Result.objects.all()).filter(
        status__in=[status] if status in WAITING else WAITING
    )
    if section:
        waiting = waiting.filter(section=section)
    if after is not None:
        waiting = waiting.filter(_beyond(after))
    found = list(with_evaluations(waiting).order_by("priority", "recorded_at", "id")[: limit + 1])
    shown, more = found[:limit], len(found) > limit
    last = shown[-1] if more else None
    return Page(
        rows=rows(shown),
        after=Cursor(last.priority, last.recorded_at, last.pk) if last else None,
    )


def _beyond(cursor: Cursor) -> Q:
    return Q(priority__gt=cursor.priority) | Q(priority=cursor.priority) & (
        Q(recorded_at__gt=cursor.recorded_at) | Q(recorded_at=cursor.recorded_at, id__gt=cursor.id)
    )


def with_evaluations(results: QuerySet[Result]) -> QuerySet[Result]:
    """Fetch with each result its person, specimen, assay version, evaluations and open holds."""
    return results.select_related(
        "specimen", "analyte", "assay_version", "entered_by"
    ).prefetch_related(
        Prefetch("person", Person.objects.listed()),
        Prefetch("evaluations", Evaluation.objects.order_by("-method_version")),
        Prefetch(
            "holds", ResultHold.objects.filter(clear=None).order_by("id"), to_attr="open_holds"
        ),
    )


def rows(results: Sequence[Result]) -> list[Row]:
    """Return the rows of results that were fetched by `with_evaluations`, in their order."""
    earlier = previous_values([result.pk for result in results])
    return [
        Row(
            result=result,
            evaluation=next(iter(result.evaluations.all()), None),
            holds=result.open_holds,  # type: ignore[attr-defined]
            previous=earlier.get(result.pk, []),
        )
        for result in results
    ]


def previous_values(ids: Sequence[int], limit: int = PREVIOUS) -> dict[int, list[PreviousValue]]:
    """Return, per result, the newest earlier values of its analyte in its person."""
    found: dict[int, list[PreviousValue]] = {}
    if not ids:
        return found
    with connection.cursor() as cursor:
        cursor.execute(_PREVIOUS, [limit, list(ids)])
        for of, number, comparator, value, code, text, unit, collected_at in cursor.fetchall():
            found.setdefault(of, []).append(
                PreviousValue(number, comparator, value, code or text, unit, collected_at)
            )
    return found


def sections() -> list[str]:
    """Return the sections of the catalogue."""
    return sorted(set(Analyte.objects.order_by().values_list("section", flat=True)))
