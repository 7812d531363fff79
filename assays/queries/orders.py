"""Reading orders: what was ordered lately, and one order with all that belongs to it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from assays.models import Order, OrderEvent, OrderItem, Specimen
from assays.rules.states import OrderItemStatus, OrderStatus
from labsys.accounts.models import Principal
from labsys.lib import policy
from patients.models import Person

OPEN = (OrderItemStatus.ORDERED, OrderItemStatus.IN_PROCESS, OrderItemStatus.HELD)


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


@dataclass(frozen=True)
class OrderView:
    """One order with everything its page shows."""

    order: Order
    items: list[OrderItem]
    specimens: list[Specimen]
    events: list[OrderEvent]

    @property
    def open_items(self) -> list[OrderItem]:
        return [item for item in self.items if item.status in OPEN]


def of_items(item_ids: Iterable[int | None]) -> list[int]:
    """Return the ids of the orders of these items, in the order in which they are locked."""
    found = OrderItem.objects.filter(pk__in=[one for one in item_ids if one is not None])
    return sorted(set(found.values_list("order_id", flat=True)))


def shown(order_id: int, principal: Principal) -> OrderView | None:
    """Return one order within the principal's reach, in a constant number of queries."""
    rows = Order.objects.filter(pk=order_id).select_related(
        "requester__user", "encounter__location", "series_point__series", "source"
    )
    people = Prefetch("person", Person.objects.listed())
    order = policy.scope(principal, rows).prefetch_related(people).first()
    if order is None:
        return None
    items = order.items.select_related("assay__analyte", "panel_version__panel").order_by("id")
    specimens = order.specimens.select_related("specimen_type", "replaces", "parent")
    events = order.events.select_related("recorded_by__user", "item__assay__analyte").order_by("id")
    return OrderView(
        order=order,
        items=list(items),
        specimens=list(
            policy.scope(principal, specimens)
            .prefetch_related("specimen_items__item__assay__analyte")
            .order_by("id")
        ),
        events=list(events),
    )
