"""The moves of orders and of their items: one gateway each, called by the actions that need them.

Locks are taken in one order everywhere: specimens by id, then results, then items, then the order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from assays.models import Order, OrderEvent, OrderItem
from assays.rules.states import ORDER, ORDER_ITEM, OrderItemStatus, OrderStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib.errors import Conflict

OPEN = (OrderItemStatus.ORDERED, OrderItemStatus.IN_PROCESS, OrderItemStatus.HELD)


class OrderMoved(Conflict):
    """The order, or one of its items, is not in the state from which this move starts."""

    kind = "order-moved"


def begin(*, item_ids: Iterable[int], by: Principal, at: datetime) -> None:
    """Put items to work: their specimen is in the laboratory, or a value of theirs came in."""
    with acting(by=by, at=at, action="assays.order.begin"):
        waiting = _locked(item_ids, OrderItemStatus.ORDERED)
        _move_items(waiting, to=OrderItemStatus.IN_PROCESS, by=by, at=at)


def give_back(*, item_ids: Iterable[int], by: Principal, at: datetime, reason: str) -> None:
    """Put items back to ordered: the specimen they were worked on can no longer be used."""
    with acting(by=by, at=at, action="assays.order.give_back", reason=reason):
        begun = _locked(item_ids, OrderItemStatus.IN_PROCESS)
        _move_items(begun, to=OrderItemStatus.ORDERED, by=by, at=at, reason=reason)


def complete(*, item_ids: Iterable[int], by: Principal, at: datetime) -> None:
    """End items whose result is released, and every order that has no other open item.

    Called in the transaction that releases the result. Items that ended already stay as they are:
    the result of a correction is released too.
    """
    with acting(by=by, at=at, action="assays.order.complete"):
        items = _locked(item_ids, *OPEN)
        _move_items(
            [item for item in items if item.status == OrderItemStatus.ORDERED],
            to=OrderItemStatus.IN_PROCESS,
            by=by,
            at=at,
        )
        _move_items(items, to=OrderItemStatus.COMPLETED, by=by, at=at)
        for order_id in sorted({item.order_id for item in items}):
            settle(order_id=order_id, by=by, at=at)


def reopen(*, item_ids: Iterable[int], by: Principal, at: datetime, reason: str) -> None:
    """Open items again whose released result turned out wrong, and with them their orders."""
    with acting(by=by, at=at, action="assays.order.reopen", reason=reason):
        items = _locked(item_ids, OrderItemStatus.COMPLETED)
        _move_items(items, to=OrderItemStatus.IN_PROCESS, by=by, at=at, reason=reason)
        for order_id in sorted({item.order_id for item in items}):
            order = Order.objects.select_for_update(no_key=True).get(pk=order_id)
            if order.status == OrderStatus.COMPLETED:
                move_order(order, to=OrderStatus.ACTIVE, by=by, at=at, reason=reason)


def settle(*, order_id: int, by: Principal, at: datetime, reason: str = "") -> None:
    """End an order none of whose items is open: completed, or revoked if nothing came of it.

    The order's row is locked first: of two items completed at the same time, the second sees the
    first.
    """
    order = Order.objects.select_for_update(no_key=True).get(pk=order_id)
    if order.status != OrderStatus.ACTIVE:
        return
    statuses = set(order.items.values_list("status", flat=True))
    if statuses & set(OPEN):
        return
    is_done = OrderItemStatus.COMPLETED in statuses
    end = OrderStatus.COMPLETED if is_done else OrderStatus.REVOKED
    move_order(order, to=end, by=by, at=at, reason=reason)


def cancel(*, item_ids: Iterable[int], by: Principal, at: datetime, reason: str) -> None:
    """End open items that will not be measured; the caller settles their order."""
    with acting(by=by, at=at, action="assays.order.cancel", reason=reason):
        items = _locked(item_ids, *OPEN)
        _move_items(items, to=OrderItemStatus.CANCELLED, by=by, at=at, reason=reason)


def move_order(
    order: Order, *, to: OrderStatus, by: Principal, at: datetime, reason: str = ""
) -> None:
    """Move an order from the state its row was read in; the only place that sets it."""
    old = OrderStatus(order.status)
    if not ORDER.can_move(old, to):
        raise OrderMoved(
            _("Order %(order)s is %(old)s; it cannot become %(new)s.")
            % {"order": order.pk, "old": _words(old), "new": _words(to)}
        )
    if not Order.objects.filter(pk=order.pk, status=old).update(status=to):
        raise OrderMoved(
            _("Order %(order)s is no longer %(old)s; look at it again.")
            % {"order": order.pk, "old": _words(old)}
        )
    order.status = to
    OrderEvent.objects.create(
        order=order, old=old, new=to, reason=reason, recorded_by=by, recorded_at=at
    )


def _locked(item_ids: Iterable[int], *statuses: OrderItemStatus) -> list[OrderItem]:
    """Lock items, and return those that are in one of these states."""
    rows = OrderItem.objects.select_for_update(no_key=True).filter(pk__in=list(item_ids))
    return [item for item in rows.order_by("pk") if item.status in statuses]


def _move_items(
    items: Sequence[OrderItem],
    *,
    to: OrderItemStatus,
    by: Principal,
    at: datetime,
    reason: str = "",
) -> None:
    """Move items, each from the state its row was read in, or none; the only place that does."""
    by_status: dict[OrderItemStatus, list[OrderItem]] = {}
    for item in items:
        by_status.setdefault(OrderItemStatus(item.status), []).append(item)
    for old, moving in by_status.items():
        if not ORDER_ITEM.can_move(old, to):
            raise OrderMoved(
                _("%(assay)s is %(old)s; it cannot become %(new)s.")
                % {"assay": moving[0].assay, "old": _words(old), "new": _words(to)}
            )
        rows = OrderItem.objects.filter(pk__in=[item.pk for item in moving], status=old)
        if rows.update(status=to) != len(moving):
            raise OrderMoved(
                _("What was ordered is no longer %(old)s; look at it again.") % {"old": _words(old)}
            )
        OrderEvent.objects.bulk_create(
            OrderEvent(
                order_id=item.order_id,
                item=item,
                old=old,
                new=to,
                reason=reason,
                recorded_by=by,
                recorded_at=at,
            )
            for item in moving
        )
        for item in moving:
            item.status = to


def _words(status: str) -> str:
    return status.replace("_", " ").lower()
