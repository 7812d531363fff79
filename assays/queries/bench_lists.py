"""The bench's records as lists: newest first, in pages by key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from assays.models import Calibration, EqaResult, EqaRound, EqaScheme, EqaScore, MaintenanceRecord

PAGE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page; `after` is the key of the next, None at the end."""

    rows: Sequence[Any]
    after: int | None


def calibrations(*, instrument: int | None = None, before: int | None = None) -> Page:
    """Return calibrations, the latest recorded first, annulled ones among them."""
    rows = Calibration.objects.select_related(
        "instrument",
        "assay__analyte",
        "assay__specimen_type",
        "calibrator_lot__reagent",
        "performed_by__user",
        "annulled_by__user",
    )
    return _page(rows, instrument, before)


def maintenance(*, instrument: int | None = None, before: int | None = None) -> Page:
    """Return the maintenance log, the latest recorded first, annulled lines among them."""
    rows = MaintenanceRecord.objects.select_related(
        "instrument",
        "task",
        "assay__analyte",
        "assay__specimen_type",
        "performed_by__user",
        "annulled_by__user",
    )
    return _page(rows, instrument, before)


def _page(rows: QuerySet[Any], instrument: int | None, before: int | None) -> Page:
    condition = Q()
    if instrument is not None:
        condition &= Q(instrument=instrument)
    if before is not None:
        condition &= Q(pk__lt=before)
    found = list(rows.filter(condition).order_by("-id")[: PAGE + 1])
    return Page(found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None)


@dataclass(frozen=True, slots=True)
class EqaLine:
    """A standing result with its standing score, if it has one."""

    result: EqaResult
    score: EqaScore | None


def eqa_rounds(scheme: EqaScheme | None = None, *, before: int | None = None) -> Page:
    """Return rounds with their standing results and scores, the newest first, in four queries."""
    rows = EqaRound.objects.select_related("scheme")
    if scheme is not None:
        rows = rows.filter(scheme=scheme)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-id")[:21])
    shown = found[:20]
    lines: dict[int, list[EqaLine]] = {one.pk: [] for one in shown}
    for line in eqa_lines(Q(round__in=shown)):
        lines[line.result.round_id].append(line)
    pairs = [(one, lines[one.pk]) for one in shown]
    return Page(pairs, shown[-1].pk if len(found) > 20 else None)


def eqa_lines(which: Q) -> list[EqaLine]:
    """Return standing results with their standing scores and follow-ups, in three queries."""
    rows = EqaResult.objects.filter(which, annulled_at=None).select_related(
        "round__scheme", "assay__analyte", "assay__specimen_type", "instrument", "recorded_by__user"
    )
    results = list(rows.order_by("assay__analyte__code", "round", "sample", "id")[:1000])
    scores = EqaScore.objects.filter(result__in=results, annulled_at=None)
    scored = {
        one.result_id: one for one in scores.prefetch_related("follow_ups__recorded_by__user")
    }
    return [EqaLine(result, scored.get(result.pk)) for result in results]


def unscored() -> int:
    """Count standing results whose score has not been recorded."""
    rows = EqaResult.objects.filter(annulled_at=None).exclude(
        pk__in=EqaScore.objects.filter(annulled_at=None).values("result")
    )
    return int(rows.order_by().values("pk")[:1000].count())
