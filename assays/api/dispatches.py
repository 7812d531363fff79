"""`GET` of what instruments and other systems are told: messages, work orders, order numbers.

The bytes of a message stand on its page alone. Deciding about one that was refused or given up is
done there, with a reason.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Prefetch
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assays.models import Dispatch, Instrument, OrderNumber, OrderNumberItem, WorkOrder
from assays.queries.concerned import told_of
from assays.rules.dispatching import DispatchKind, DispatchStatus
from patients.api.paging import documented, given, one_of, page, shown, whole

VIEW = "assays.transmission.view"


class DispatchesView(APIView):
    """What is sent, to whom, and what became of it."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW}

    @documented(
        "List what is sent to instruments and systems",
        *("instrument", "kind", "status", "specimen", "order", "control_id"),
        is_needed=False,
    )
    def get(self, request: Request) -> Response:
        names = ("instrument", "kind", "status", "specimen", "order", "control_id")
        asked = given(request, *names, is_needed=False)
        one_of(asked, "kind", [kind.value for kind in DispatchKind])
        one_of(asked, "status", [status.value for status in DispatchStatus])
        rows = Dispatch.objects.select_related("instrument", "specimen", "order")
        for name in ("kind", "status", "control_id"):
            if name in asked:
                rows = rows.filter(**{name: asked[name]})
        if "instrument" in asked:
            # By its key: of a code the database cannot tell how many rows it has.
            of = Instrument.objects.filter(code=asked["instrument"]).first()
            rows = rows.filter(instrument=of) if of is not None else rows.none()
        if "specimen" in asked:
            rows = rows.filter(specimen__accession=asked["specimen"])
        if "order" in asked:
            rows = rows.filter(order=whole(asked, "order"))
        return page(request, rows.defer("content", "answer"), _dispatch, person=told_of)


class WorkOrdersView(APIView):
    """What instruments were told to measure in one specimen, and what became of it."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW}

    @documented("List work orders", "specimen", "dispatch")
    def get(self, request: Request) -> Response:
        asked = given(request, "specimen", "dispatch")
        rows = WorkOrder.objects.select_related(
            "instrument", "specimen", "order_item__assay__analyte"
        )
        if "specimen" in asked:
            rows = rows.filter(specimen__accession=asked["specimen"])
        if "dispatch" in asked:
            rows = rows.filter(dispatch=whole(asked, "dispatch"))
        return page(request, rows, _work_order, person=told_of)


class OrderNumbersView(APIView):
    """What an order's lines are called where it was placed, and here."""

    permissions: ClassVar[dict[str, str]] = {"GET": "assays.order.view"}

    @documented("List order numbers", "order", "placer", "filler")
    def get(self, request: Request) -> Response:
        asked = given(request, "order", "placer", "filler")
        items = OrderNumberItem.objects.select_related("order_item__assay__analyte")
        rows = OrderNumber.objects.select_related("instrument", "order").prefetch_related(
            Prefetch("items", items.order_by("id"))
        )
        if "order" in asked:
            rows = rows.filter(order=whole(asked, "order"))
        if "placer" in asked:
            # A placer's numbers are kept by who uses them.
            hospitals = Instrument.objects.filter(kind=Instrument.Kind.HOSPITAL)
            rows = rows.filter(instrument__in=hospitals, placer=asked["placer"])
        if "filler" in asked:
            rows = rows.filter(filler=asked["filler"])
        return page(request, rows, _order_number, person=lambda one: one.order.person_id)


def _dispatch(one: Dispatch) -> dict[str, Any]:
    return {
        **shown(
            one,
            *("id", "control_id", "kind", "status", "reason", "attempts"),
            *("queued_at", "available_at", "expires_at", "recorded_at"),
        ),
        "instrument": one.instrument.code,
        "specimen": one.specimen.accession if one.specimen else None,
        "order": one.order_id,
    }


def _work_order(one: WorkOrder) -> dict[str, Any]:
    return {
        **shown(one, "id", "label", "code", "number", "status", "recorded_at"),
        "instrument": one.instrument.code,
        "specimen": one.specimen.accession,
        "order": one.order_item.order_id,
        "assay": one.order_item.assay.analyte.code,
        "dispatch": one.dispatch_id,
        "cancelled_by": one.cancelled_by_id,
    }


def _order_number(one: OrderNumber) -> dict[str, Any]:
    tests = [item.order_item for item in one.items.all()]
    return {
        **shown(
            one,
            *("id", "placer", "filler", "group", "code", "code_system", "text", "recorded_at"),
        ),
        "order": one.order_id,
        "instrument": one.instrument.code,
        "items": [{"code": test.assay.analyte.code, "status": test.status} for test in tests],
    }
