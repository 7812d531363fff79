"""Reading orders: what was ordered lately, and one order with all that belongs to it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from assays.models import OrderItem
from assays.rules.states import OrderItemStatus, OrderStatus


@dataclass(frozen=True)
class Duplicate:
    """One assay that was ordered for the person already."""

    assay_id: int
    code: str
    order_id: int
    ordered_at: datetime

    def __str__(self) -> str:
        return _("%(code)s (order %(order)d, %(when)s)") % {
            "code": self.code,
            "order": self.order_id,
            "when": f"{localtime(self.ordered_at):%Y-%m-%d %H:%M}",
        }


def duplicates(
    entry_ids: Collection[int], assay_ids: Collection[int], *, since: datetime
) -> list[Duplicate]:
    """Return which of these assays were ordered since then, under any entry of a person."""
    items = (
        OrderItem.objects.filter(
            order__person__in=entry_ids, assay__in=list(assay_ids), order__recorded_at__gt=since
        )
        .exclude(status=OrderItemStatus.CANCELLED)
        .exclude(order__status__in=[OrderStatus.REVOKED, OrderStatus.ENTERED_IN_ERROR])
        .select_related("order", "assay__analyte")
        .order_by("assay__analyte__code", "-order_id")
    )
    newest: dict[int, Duplicate] = {}
    for item in items:
        newest.setdefault(
            item.assay_id,
            Duplicate(
                item.assay_id, item.assay.analyte.code, item.order_id, item.order.recorded_at
            ),
        )
    return list(newest.values())
