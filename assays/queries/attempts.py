"""The several values there are of one thing ordered, at one collection."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from assays.models import AttemptRequest, Result
from assays.queries.filing import reported_value
from assays.rules.attempts import KIND_WORDS, AttemptKind, RequestStatus
from assays.rules.states import ResultStatus
from labsys.lib.quantities import ReportedValue

STANDING = (ResultStatus.RESULTED, ResultStatus.TECHNICALLY_VERIFIED, ResultStatus.RELEASED)


@dataclass(frozen=True, slots=True)
class Rival:
    """Another value that stands beside one."""

    result_id: int
    reported: ReportedValue


@dataclass(frozen=True, slots=True)
class Unsettled:
    """Why a value is not yet the one: another stands beside it, or another is waited for."""

    has_rivals: bool = False
    is_asked_again: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """One attempt as the page of a result shows it."""

    result: Result
    kind: str
    factor: str
    is_this: bool
    is_standing: bool

    @property
    def kind_words(self) -> str:
        return KIND_WORDS[AttemptKind(self.kind)] if self.kind else ""

    @property
    def measured_by(self) -> str:
        instrument = self.result.instrument
        return instrument.name if instrument is not None else ""

    @property
    def at(self) -> datetime:
        return self.result.observed_at


def rivals(result: Result) -> list[Rival]:
    """Return the other values that stand, of the same order item and collection, in one query."""
    if result.order_item_id is None:
        return []
    rows = (
        Result.objects.filter(
            order_item=result.order_item_id,
            collected_at=result.collected_at,
            status__in=STANDING,
        )
        .exclude(pk=result.pk)
        .order_by("pk")
    )
    return [Rival(one.pk, value_of(one)) for one in rows]


def unsettled(result_ids: Collection[int]) -> dict[int, Unsettled]:
    """Return which of the results do not stand alone, and why, in one query."""
    another = Result.objects.filter(
        order_item=OuterRef("order_item"),
        collected_at=OuterRef("collected_at"),
        status__in=STANDING,
    ).exclude(pk=OuterRef("pk"))
    request = AttemptRequest.objects.filter(
        order_item=OuterRef("order_item"),
        specimen=OuterRef("specimen"),
        status=RequestStatus.OPEN,
    )
    rows = Result.objects.filter(pk__in=result_ids, order_item__isnull=False)
    found = rows.values_list("pk", Exists(another), Exists(request))
    return {pk: Unsettled(rivals, asked) for pk, rivals, asked in found if rivals or asked}


def of(result: Result) -> list[Shown]:
    """Return every attempt at what this result is of, the oldest first."""
    rows = [result]
    if result.order_item_id is not None:
        rows = list(
            Result.objects.filter(order_item=result.order_item_id, collected_at=result.collected_at)
            .select_related("instrument", "entered_by__user", "attempt", "specimen", "analyte")
            .order_by("pk")
        )
    return [_shown(one, result) for one in rows]


def open_requests(item_ids: Sequence[int]) -> list[AttemptRequest]:
    """Return what is asked for again and did not come yet."""
    rows = AttemptRequest.objects.filter(
        order_item__in=item_ids, status=RequestStatus.OPEN
    ).select_related("requested_by__user", "order_item__assay__analyte", "specimen")
    return list(rows.order_by("pk"))


def request_of(result: Result) -> AttemptRequest | None:
    """Return the open request for another value of what this result is of, if there is one."""
    rows = AttemptRequest.objects.filter(
        order_item=result.order_item_id, specimen=result.specimen_id, status=RequestStatus.OPEN
    )
    found: AttemptRequest | None = None if result.order_item_id is None else rows.first()
    return found


def value_of(result: Result) -> ReportedValue:
    """Return a result's value as it was reported."""
    return reported_value(
        result.kind,
        result.comparator,
        result.value,
        result.unit,
        result.value_code,
        result.value_text,
        result.absent_reason,
    )


def _shown(one: Result, this: Result) -> Shown:
    attempt = getattr(one, "attempt", None)
    factor = attempt.factor if attempt is not None else None
    return Shown(
        result=one,
        kind=attempt.kind if attempt is not None else "",
        factor="" if factor is None else f"{factor.normalize():f}",
        is_this=one.pk == this.pk,
        is_standing=one.status in STANDING,
    )
