"""What may be destroyed, and what stands in the way."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from assays.models import (
    Disposal,
    DisposalLine,
    LookBack,
    Nonconformity,
    Result,
    RetentionRule,
    ShipmentLine,
    Specimen,
    SpecimenItem,
)
from assays.queries import genealogy
from assays.rules.disposals import DisposalStatus
from assays.rules.nonconformities import UNSETTLED
from assays.rules.shipments import HELD
from assays.rules.states import OrderItemStatus, ResultStatus, SpecimenStatus

PAGE = 100
KEPT = (SpecimenStatus.RECEIVED, SpecimenStatus.AVAILABLE, SpecimenStatus.UNSATISFACTORY)
OPEN_ITEMS = (OrderItemStatus.ORDERED, OrderItemStatus.IN_PROCESS, OrderItemStatus.HELD)
UNRELEASED = (ResultStatus.RESULTED, ResultStatus.TECHNICALLY_VERIFIED)


@dataclass(frozen=True)
class Page:
    """Some specimens that may be destroyed, the oldest first, and where the next page begins."""

    specimens: list[Specimen]
    after: int | None


def page(*, at: datetime, after: int | None = None, limit: int = PAGE) -> Page:
    """Return specimens past their retention with nothing in the way, in no open batch."""
    rows = disposable(at).select_related("specimen_type")
    if after is not None:
        rows = rows.filter(pk__gt=after)
    found = list(rows.order_by("pk")[: limit + 1])
    return Page(found[:limit], found[limit - 1].pk if len(found) > limit else None)


def disposable(at: datetime) -> QuerySet[Specimen]:
    """Return the specimens that may be destroyed at a moment."""
    rows = Specimen.objects.filter(status__in=KEPT).filter(_past_retention(at))
    for _name, is_blocked in _blocks():
        rows = rows.exclude(is_blocked)
    found: QuerySet[Specimen] = rows.exclude(
        Exists(DisposalLine.objects.filter(specimen=OuterRef("pk"), is_open=True))
    )
    return found


def reasons_against(specimen_ids: Collection[int], *, at: datetime) -> dict[int, list[str]]:
    """Return of each specimen what stands in the way of destroying it; nothing: an empty list."""
    blocks = _blocks()
    marks = {f"block_{number}": found for number, (_name, found) in enumerate(blocks)}
    rows = Specimen.objects.filter(pk__in=specimen_ids).annotate(**marks)
    past = set(rows.filter(_past_retention(at)).values_list("pk", flat=True))
    found: dict[int, list[str]] = {}
    for specimen in rows:
        why = [
            name for number, (name, _q) in enumerate(blocks) if getattr(specimen, f"block_{number}")
        ]
        if specimen.status not in KEPT:
            why.insert(0, _("it is %(status)s") % {"status": specimen.get_status_display()})
        elif specimen.pk not in past:
            why.append(_("its retention has not ended, or none is in force for its type"))
        found[specimen.pk] = why
    return found


def batches(*, after: int | None = None, limit: int = 30) -> list[Disposal]:
    """Return batches, those that wait for a second person first."""
    rows = Disposal.objects.select_related("recorded_by__user", "decided_by__user").annotate(
        held=Count("lines"), left=Count("lines", filter=~Q(lines__left_out=""))
    )
    if after is not None:
        rows = rows.filter(pk__lt=after)
    waiting = list(rows.filter(status=DisposalStatus.PROPOSED).order_by("pk")[:limit])
    settled = rows.exclude(status=DisposalStatus.PROPOSED).order_by("-pk")
    return waiting + list(settled[:limit])


def _past_retention(at: datetime) -> Q:
    """Return the condition that a specimen was kept as long as its type asks for."""
    condition = Q(pk__in=[])
    rules = RetentionRule.objects.filter(status="ACTIVE")
    for specimen_type_id, days in rules.values_list("specimen_type_id", "days"):
        end = at - timedelta(days=days)
        kept = Q(received_at__lte=end) | Q(received_at=None, collected_at__lte=end)
        condition |= Q(specimen_type=specimen_type_id) & kept
    return condition


def _blocks() -> list[tuple[str, Exists]]:
    """Return what may stand in the way, each with its condition on a specimen's row."""
    here = OuterRef("pk")
    touched = LookBack.objects.filter(
        Q(since=None) | Q(since__lte=OuterRef("observed_at")),
        Q(until=None) | Q(until__gt=OuterRef("observed_at")),
        closed_at=None,
        instrument=OuterRef("instrument"),
        assay=OuterRef("assay_version__assay"),
    )
    return [
        (
            _("something ordered on it is still open"),
            Exists(SpecimenItem.objects.filter(specimen=here, item__status__in=OPEN_ITEMS)),
        ),
        (
            _("a result of it is not released"),
            Exists(Result.objects.filter(specimen=here, status__in=UNRELEASED)),
        ),
        (
            _("a look-back that touches it is not closed"),
            Exists(Result.objects.filter(Exists(touched), specimen=here)),
        ),
        (
            _("it is in a shipment"),
            Exists(
                ShipmentLine.objects.filter(specimen=here, status__in=[one.value for one in HELD])
            ),
        ),
        (
            _("a nonconformity about it is not closed"),
            Exists(
                Nonconformity.objects.filter(
                    specimen=here, status__in=[one.value for one in UNSETTLED]
                )
            ),
        ),
        (
            _("nobody has decided about it since its parent turned out unfit"),
            Exists(genealogy.undecided().filter(pk=here)),
        ),
    ]
