"""Cancelling orders, putting them on hold and taking them up again, setting them right."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from assays.actions import order_items, reports, specimens
from assays.actions.order_items import move_order
from assays.models import Order, Result, Specimen
from assays.rules.states import OrderStatus, ResultStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict
from labsys.lib.reasons import check_reason

WAITING = (ResultStatus.RESULTED, ResultStatus.TECHNICALLY_VERIFIED)


class ResultWaiting(Conflict):
    """An item that has a value must not be cancelled away."""

    kind = "result-waiting"


def cancel(
    *,
    order: Order,
    by: Principal,
    at: datetime,
    reason: str,
    item_ids: Collection[int] | None = None,
) -> Order:
    """Cancel what is still open of an order, or only some of it; what was measured stays.

    The order ends with its last open item: completed, or revoked if nothing came of it.
    """
    policy.check(by, "assays.order.cancel", order)
    check_reason(reason)
    wanted = order.items.filter(status__in=order_items.OPEN)
    if item_ids is not None:
        wanted = wanted.filter(pk__in=item_ids)
    with acting(by=by, at=at, action="assays.order.cancel", reason=reason):
        items = _lock_and_check(order, wanted.values_list("pk", flat=True))
        if not items or (item_ids is not None and len(items) < len(set(item_ids))):
            raise order_items.OrderMoved(_("What was chosen is not open any more; look again."))
        order_items.cancel(item_ids=items, by=by, at=at, reason=reason)
        specimens.drop_expected(order_id=order.pk, by=by, at=at, reason=reason)
        order_items.settle(order_id=order.pk, by=by, at=at, reason=reason)
        reports.follow(order_id=order.pk, by=by, at=at)
    order.refresh_from_db(fields=["status"])
    return order


def hold(*, order: Order, by: Principal, at: datetime, reason: str) -> Order:
    """Stop an order for now: nothing is collected for it until it is resumed."""
    policy.check(by, "assays.order.cancel", order)
    check_reason(reason)
    with acting(by=by, at=at, action="assays.order.hold", reason=reason):
        move_order(order, to=OrderStatus.ON_HOLD, by=by, at=at, reason=reason)
    return order


def resume(*, order: Order, by: Principal, at: datetime) -> Order:
    """Take up an order that was on hold; one whose items all ended meanwhile ends too."""
    policy.check(by, "assays.order.cancel", order)
    with acting(by=by, at=at, action="assays.order.resume"):
        move_order(order, to=OrderStatus.ACTIVE, by=by, at=at)
        order_items.settle(order_id=order.pk, by=by, at=at)
    order.refresh_from_db(fields=["status"])
    return order


def mark_entered_in_error(*, order: Order, by: Principal, at: datetime, reason: str) -> Order:
    """Set right an order that should never have been placed, such as one for the wrong person."""
    policy.check(by, "assays.order.cancel", order)
    check_reason(reason)
    with acting(by=by, at=at, action="assays.order.mark_entered_in_error", reason=reason):
        items = _lock_and_check(order, order.items.values_list("pk", flat=True))
        order_items.cancel(item_ids=items, by=by, at=at, reason=reason)
        specimens.drop_expected(order_id=order.pk, by=by, at=at, reason=reason)
        move_order(order, to=OrderStatus.ENTERED_IN_ERROR, by=by, at=at, reason=reason)
        reports.follow(order_id=order.pk, by=by, at=at, reason=reason)
    return order


def _lock_and_check(order: Order, item_ids: Iterable[int]) -> list[int]:
    """Lock the specimens before the items, as every action does, and refuse where a value waits."""
    list(
        Specimen.objects.select_for_update(no_key=True)
        .filter(order=order)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    found = list(item_ids)
    waiting = Result.objects.filter(order_item__in=found, status__in=WAITING)
    codes = sorted(set(waiting.values_list("analyte__code", flat=True)))
    if codes:
        raise ResultWaiting(
            _("A value waits for verification: %(codes)s. Release or reject it first.")
            % {"codes": ", ".join(codes)}
        )
    return found
