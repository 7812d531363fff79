"""The results of a look-back, page by page, with what was decided about each, and how many are left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from assays.models import (
    ControlEvaluation,
    ControlHold,
    ControlMeasurement,
    LookBack,
    LookBackDecision,
    Result,
    ResultHold,
)
from assays.rules.controls import GOOD, ControlVerdict
from assays.rules.states import ResultStatus
from patients.models import Person

PAGE = 50
COUNTED = 10_000
RUN = timedelta(days=1)  # no run lasts longer
# Whatever is cancelled, superseded or entered in error is used by nobody any more.
LIVE = (
    ResultStatus.RESULTED.value,
    ResultStatus.TECHNICALLY_VERIFIED.value,
    ResultStatus.RELEASED.value,
)
# A result that is held, or is to be corrected and is not yet, still waits for its end.
_COUNTS = """
SELECT count(*), count(*) FILTER (WHERE is_left), count(*) FILTER (WHERE status = 'RELEASED')
FROM (
    SELECT r.status, r.status = ANY(%(live)s) AND (d.decision IS NULL OR d.decision = 'HOLD'
        OR d.decision = 'CORRECT') AS is_left
    FROM assays_result r
    JOIN assays_assayversion v ON v.id = r.assay_version_id AND v.assay_id = %(assay)s
    LEFT JOIN LATERAL (
        SELECT x.decision FROM assays_lookbackdecision x
        WHERE x.look_back_id = %(look_back)s AND x.result_id = r.id ORDER BY x.id DESC LIMIT 1
    ) d ON true
    WHERE r.instrument_id = %(instrument)s AND r.analyte_id = %(analyte)s
      AND (%(since)s::timestamptz IS NULL OR r.observed_at >= %(since)s)
      AND (%(until)s::timestamptz IS NULL OR r.observed_at < %(until)s)
    LIMIT %(limit)s) found
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many results a look-back has, how many are left to be decided, how many were released."""

    total: int
    left: int
    released: int

    @property
    def is_capped(self) -> bool:
        return self.total >= COUNTED

    @property
    def decided(self) -> int:
        return self.total - self.left


@dataclass(frozen=True)
class Cursor:
    """Where a page ends: the keys of its last row."""

    observed_at: datetime
    id: int

    @classmethod
    def read(cls, text: str) -> Cursor | None:
        """Return the cursor a link carried, or None where it is not one."""
        try:
            moment, number = text.split("~")
            at = datetime.fromisoformat(moment)
            return cls(at, int(number)) if at.tzinfo and 0 < int(number) < 2**63 else None
        except ValueError:
            return None

    def __str__(self) -> str:
        return f"{self.observed_at.isoformat()}~{self.id}"


@dataclass(frozen=True)
class Row:
    """One result of a look-back: the newest decision, and whether one is still wanted."""

    result: Result
    decision: LookBackDecision | None
    is_left: bool


@dataclass(frozen=True)
class Page:
    rows: list[Row]
    after: Cursor | None


def ends_at(look_back: LookBack) -> datetime | None:
    """Return the moment before which its results were measured; None while its hold is open."""
    if look_back.until is not None:
        return look_back.until
    return look_back.hold.ended_at if look_back.hold is not None else None


def results(look_back: LookBack) -> QuerySet[Result]:
    """Return the results that a look-back is about, released ones included."""
    rows = Result.objects.filter(
        instrument=look_back.instrument_id,
        analyte=look_back.assay.analyte_id,
        assay_version__assay=look_back.assay_id,
    )
    if look_back.since is not None:
        rows = rows.filter(observed_at__gte=look_back.since)
    end = ends_at(look_back)
    return rows if end is None else rows.filter(observed_at__lt=end)


def page(look_back: LookBack, *, after: Cursor | None = None, limit: int = PAGE) -> Page:
    """Return the next results, the earliest measured first, in a constant number of queries."""
    rows = results(look_back).select_related("specimen", "analyte", "entered_by")
    if after is not None:
        rows = rows.filter(
            Q(observed_at__gt=after.observed_at) | Q(observed_at=after.observed_at, pk__gt=after.id)
        )
    rows = rows.prefetch_related(
        Prefetch("person", Person.objects.listed()),
        Prefetch("holds", ResultHold.objects.filter(clear=None), to_attr="open_holds"),
    )
    found = list(rows.order_by("observed_at", "id")[: limit + 1])
    shown, last = found[:limit], found[limit - 1] if len(found) > limit else None
    decisions = newest_decisions(look_back, [row.pk for row in shown])
    return Page(
        [Row(one, decisions.get(one.pk), is_left(one, decisions.get(one.pk))) for one in shown],
        Cursor(last.observed_at, last.pk) if last is not None else None,
    )


def newest_decisions(look_back: LookBack, result_ids: Iterable[int]) -> dict[int, LookBackDecision]:
    """Return, per result, what was decided about it last."""
    rows = LookBackDecision.objects.filter(look_back=look_back, result__in=list(result_ids))
    return {row.result_id: row for row in rows.select_related("recorded_by__user").order_by("id")}


def is_left(result: Result, decision: LookBackDecision | None) -> bool:
    """Say whether something still has to be decided about a result, or done."""
    if result.status not in LIVE:
        return False
    waits = (LookBackDecision.Decision.HOLD, LookBackDecision.Decision.CORRECT)
    return decision is None or decision.decision in waits


def counts(look_back: LookBack) -> Counts:
    """Count the results of a look-back, as far as `COUNTED`, in one query."""
    return _counts(look_back, limit=COUNTED)


def left(look_back: LookBack) -> int:
    """Count every result that something still has to be decided about."""
    return _counts(look_back, limit=None).left


def _counts(look_back: LookBack, *, limit: int | None) -> Counts:
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNTS,
            {
                "live": list(LIVE),
                "assay": look_back.assay_id,
                "analyte": look_back.assay.analyte_id,
                "instrument": look_back.instrument_id,
                "look_back": look_back.pk,
                "since": look_back.since,
                "until": ends_at(look_back),
                "limit": limit,
            },
        )
        return Counts(*cursor.fetchone())


def last_good_before(hold: ControlHold) -> datetime | None:
    """Return when the last good control was measured before whatever the hold rests on.

    Measurements that the broken rules took are no good ones, however each was judged by itself: a
    shift that 10x finds began ten controls ago. Nor is one whose run was rejected by another level.
    """
    began = hold.recorded_at
    if hold.evaluation is not None:
        began = _first_member(hold.evaluation)
    measured = ControlMeasurement.objects.filter(
        instrument=hold.instrument_id, assay=hold.assay_id, corrected_by=None
    )
    rejected = measured.filter(
        run=OuterRef("run"),
        evaluation__verdict=ControlVerdict.REJECTED,
        observed_at__gt=OuterRef("observed_at") - RUN,
        observed_at__lt=OuterRef("observed_at") + RUN,
    )
    rows = measured.filter(~Exists(rejected), observed_at__lt=began, evaluation__verdict__in=GOOD)
    return rows.order_by("-observed_at", "-id").values_list("observed_at", flat=True).first()


def _first_member(evaluation: ControlEvaluation) -> datetime:
    members: Sequence[int] = [
        member
        for violation in evaluation.violations.filter(rejects=True)
        for member in violation.members
    ]
    rows = ControlMeasurement.objects.filter(pk__in=[*members, evaluation.measurement_id])
    first = rows.order_by("observed_at").values_list("observed_at", flat=True).first()
    assert first is not None
    return first
