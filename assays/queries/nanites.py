"""Counts, the red-cell results they wait for, and the results that were made from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assays.models import NaniteCalculation, NaniteCount, NaniteEstimate, OrderItem, Result
from assays.queries.filing import reported_value
from assays.rules.nanites import LOAD, RATIO, RED_CELLS, Field, red_cells_per_ul
from assays.rules.states import OrderItemStatus, ResultStatus

LIVE = (ResultStatus.RESULTED, ResultStatus.TECHNICALLY_VERIFIED, ResultStatus.RELEASED)
OPEN = (OrderItemStatus.ORDERED, OrderItemStatus.IN_PROCESS)


@dataclass(frozen=True, slots=True)
class Inputs:
    """What one calculation is made from."""

    calculation: NaniteCalculation
    fields: tuple[Field, ...]
    red_cells_per_ul: Decimal | None
    red_cells_cv_percent: Decimal | None


def inputs(calculation_ids: Sequence[int]) -> list[Inputs]:
    """Return what calculations are made from, in a constant number of queries."""
    rows = (
        NaniteCalculation.objects.filter(pk__in=list(calculation_ids))
        .select_related("count__specimen", "count__corrects", "red_cell_result__assay_version")
        .prefetch_related("count__fields")
        .order_by("pk")
    )
    return [_inputs(row) for row in rows]


def _inputs(row: NaniteCalculation) -> Inputs:
    result = row.red_cell_result
    return Inputs(
        calculation=row,
        fields=tuple((one.red_cells, one.nanites) for one in row.count.fields.all()),
        red_cells_per_ul=None if result is None else concentration(result),
        red_cells_cv_percent=None if result is None else result.assay_version.method_cv_percent,
    )


def concentration(result: Result) -> Decimal | None:
    """Return the red cells per microlitre of a result, or None where no load follows from it."""
    value = reported_value(
        result.kind,
        result.comparator,
        result.value,
        result.unit,
        result.value_code,
        result.value_text,
        result.absent_reason,
    )
    return red_cells_per_ul(value)


def usable_red_cells(specimen_id: int) -> Result | None:
    """Return the red-cell result a load is made from: verified before recorded, then the latest."""
    rows = Result.objects.filter(
        specimen=specimen_id, analyte__code=RED_CELLS, status__in=LIVE, corrected_by=None
    )
    fit = [row for row in rows.order_by("pk") if concentration(row) is not None]
    return max(fit, key=lambda row: (row.status != ResultStatus.RESULTED, row.pk), default=None)


def ordered(specimen_id: int) -> set[str]:
    """Return which of ratio and load are ordered on a specimen and open."""
    items = OrderItem.objects.filter(
        specimen_items__specimen=specimen_id,
        assay__analyte__code__in=[RATIO, LOAD],
        status__in=OPEN,
    )
    return set(items.values_list("assay__analyte__code", flat=True))


def standing_counts(specimen_ids: Iterable[int]) -> list[NaniteCount]:
    """Return the counts of specimens that no other count corrects."""
    rows = NaniteCount.objects.filter(specimen__in=list(specimen_ids), corrected_by=None)
    return list(rows.select_related("specimen").order_by("pk"))


def latest_load(count: NaniteCount) -> NaniteCalculation | None:
    """Return the newest calculation of a load from this count."""
    rows = NaniteCalculation.objects.filter(count=count, red_cell_result__isnull=False)
    return rows.select_related("red_cell_result").order_by("-pk").first()


def standing_of(count: NaniteCount) -> list[Result]:
    """Return the results in use that were made of a count, or of those that it corrects.

    By their orders, which are locked in that order.
    """
    estimates = NaniteEstimate.objects.filter(calculation__count__in=_line(count))
    rows = Result.objects.filter(recording__in=estimates.values("recording"), status__in=LIVE)
    return list(
        rows.select_related("specimen", "analyte", "order_item").order_by("order_item__order", "pk")
    )


def has_released(count: NaniteCount) -> bool:
    """Whether a correction of this count corrects a released value, and so is signed."""
    return any(one.status == ResultStatus.RELEASED for one in standing_of(count))


def to_correct(calculation: NaniteCalculation) -> Result | None:
    """Return the result that a calculation replaces: its own count's, or the corrected one's.

    It is in use, or was superseded when its count was corrected and has nothing in its place yet.
    """
    is_load = calculation.red_cell_result_id is not None
    estimates = NaniteEstimate.objects.filter(
        calculation__count__in=_line(calculation.count),
        calculation__red_cell_result__isnull=not is_load,
        calculation__lt=calculation.pk,
    )
    rows = Result.objects.filter(
        recording__in=estimates.values("recording"),
        status__in=(*LIVE, ResultStatus.SUPERSEDED),
        analyte__code=LOAD if is_load else RATIO,
        corrected_by=None,
    )
    return rows.order_by("-pk").first()


def _line(count: NaniteCount) -> list[int]:
    """Return a count and whatever it corrects, the newest first."""
    found, before = [count.pk], count.corrects
    while before is not None:
        found.append(before.pk)
        before = before.corrects
    return found
