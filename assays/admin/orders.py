"""Orders as they stand; they are placed from the patient's page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from assays.actions import orders
from assays.models import Order
from assays.rules.states import ORDER, OrderStatus
from labsys.lib.admin import Move, ReasonForm, RecordAdmin

CANCEL = "assays.order.cancel"


def _reasoned(action: Any) -> Any:
    def act(*, obj: Order, by: Any, at: datetime, reason: str) -> Any:
        return action(order=obj, by=by, at=at, reason=reason)

    return act


def _resume(*, obj: Order, by: Any, at: datetime) -> Any:
    return orders.resume(order=obj, by=by, at=at)


def _leads_to(target: OrderStatus) -> Any:
    return lambda order: ORDER.can_move(OrderStatus(order.status), target)


@admin.register(Order)
class OrderAdmin(RecordAdmin):
    """Requests for laboratory work."""

    fields = (
        "page",
        "person",
        "requester",
        "encounter",
        "priority",
        "intent",
        "clinical_question",
        "status",
        "recorded_at",
        "recorded_by",
    )
    readonly_fields = ("page",)
    list_display = ("id", "person", "priority", "status", "requester", "recorded_at")
    list_filter = ("status", "priority")
    list_select_related = ("person", "requester")
    search_fields = ("=id", "=person__mrn")
    ordering = ("-id",)
    moves = (
        Move(
            name="cancel",
            label=_("Cancel what is open"),
            permission=CANCEL,
            act=_reasoned(orders.cancel),
            form=ReasonForm,
            applies=_leads_to(OrderStatus.REVOKED),
            done=_("Cancelled."),
            is_serious=True,
        ),
        Move(
            name="hold",
            label=_("Put on hold"),
            permission=CANCEL,
            act=_reasoned(orders.hold),
            form=ReasonForm,
            applies=_leads_to(OrderStatus.ON_HOLD),
            done=_("On hold: nothing is collected for it."),
        ),
        Move(
            name="resume",
            label=_("Take up again"),
            permission=CANCEL,
            act=_resume,
            applies=lambda order: order.status == OrderStatus.ON_HOLD,
            done=_("Taken up again."),
        ),
        Move(
            name="entered-in-error",
            label=_("Entered in error"),
            permission=CANCEL,
            act=_reasoned(orders.mark_entered_in_error),
            form=ReasonForm,
            applies=_leads_to(OrderStatus.ENTERED_IN_ERROR),
            done=_("Marked as entered in error."),
            is_serious=True,
        ),
    )

    @admin.display(description=_("page"))
    def page(self, order: Order) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>',
            reverse("order", args=[order.pk]),
            _("Items, specimens and events"),
        )
