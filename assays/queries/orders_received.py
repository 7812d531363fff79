"""Orders that hospitals' systems placed, with their numbers and what is to be looked at of them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from assays.models import Order, OrderNotice, OrderNumber
from labsys.accounts.models import Principal
from labsys.lib import policy
from patients.models import Person

PAGE = 50


@dataclass(frozen=True)
class Received:
    """One page of orders, the newest first; `before` leads to the next."""

    orders: list[Order]
    before: int | None


def open_notices() -> QuerySet[OrderNotice]:
    """Return the notices that nobody has settled."""
    return OrderNotice.objects.filter(seen=None)


def page(principal: Principal, *, is_open: bool = False, before: int | None = None) -> Received:
    """Return orders of hospitals within the principal's reach; `is_open`: with something to look at."""
    rows = policy.scope(principal, Order.objects.filter(source__isnull=False))
    if is_open:
        rows = rows.filter(Exists(open_notices().filter(order=OuterRef("pk"))))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(
        rows.select_related("source__instrument", "encounter__location")
        .prefetch_related(
            Prefetch("person", Person.objects.listed()),
            Prefetch("numbers", OrderNumber.objects.order_by("pk")),
            Prefetch("notices", open_notices().order_by("pk")),
        )
        .order_by("-pk")[: PAGE + 1]
    )
    shown = found[:PAGE]
    return Received(shown, shown[-1].pk if len(found) > PAGE else None)


def numbers_of(order_id: int) -> list[OrderNumber]:
    """Return what an order is called where it was placed, line by line."""
    return list(
        OrderNumber.objects.filter(order=order_id).select_related("instrument").order_by("pk")
    )


def notices_of(order_id: int) -> list[OrderNotice]:
    """Return what is and was to be looked at of an order."""
    rows = OrderNotice.objects.filter(order=order_id)
    return list(rows.select_related("seen__recorded_by__user").order_by("pk"))


def called(text: str) -> list[int]:
    """Return the orders with this placer or filler number, with or without its namespace."""
    named = Q(placer=text) | Q(placer__startswith=f"{text}^") | Q(filler=text)
    rows = OrderNumber.objects.filter(named).order_by("-pk")
    return list(rows.values_list("order", flat=True)[:PAGE])
