"""Which addresses are told of what, and what was sent to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from consent.actions import deliveries
from consent.admin.named import ByProgramme
from consent.models import Delivery, NotificationTarget
from labsys.lib.admin import Move, RecordAdmin, RecordForm
from labsys.lib.webhooks import SHORTEST_SECRET
from labsys.work.models import WorkItem, WorkState


class TargetForm(RecordForm):
    """Which address is told of what; a webhook and its receiver share a secret."""

    shared_secret = forms.CharField(
        label=_("Shared secret"),
        required=False,
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("For a webhook: %(least)d characters or more. It is never shown again.")
        % {"least": SHORTEST_SECRET},
    )


def _end(*, obj: NotificationTarget, by: Any, at: datetime) -> Any:
    return deliveries.end_target(target=obj, by=by, at=at)


@admin.register(NotificationTarget)
class NotificationTargetAdmin(ByProgramme, RecordAdmin):
    """Addresses that are told of lost clearances, recalls and alerts, without a name in any subject."""

    form = TargetForm
    add_permission = deliveries.MANAGE
    add_fields = ("channel", "address", "what", "programme", "shared_secret")
    fields = (
        *("channel", "address", "what", "programme", "ended_at", "ended_by"),
        *("recorded_at", "recorded_by"),
    )
    list_display = ("address", "channel", "what", "programme", "ended_at")
    list_filter = ("channel", "what")
    list_select_related = ("programme",)
    ordering = ("-id",)
    moves = (
        Move(
            "end",
            _("Tell no longer"),
            deliveries.MANAGE,
            _end,
            applies=lambda row: row.ended_at is None,
            done=_("This address is told no longer."),
            is_serious=True,
        ),
    )

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> NotificationTarget:
        secret = data.pop("shared_secret")
        return deliveries.add_target(by=by, at=at, secret=secret, **data)


@admin.register(Delivery)
class DeliveryAdmin(RecordAdmin):
    """What was told to whom; what could not be sent is parked in the work queue, and says so here."""

    fields = ("what", "channel", "address", "state", "parked", "recorded_at", "ended_at", "uid")
    readonly_fields = ("parked",)
    list_display = ("recorded_at", "what", "channel", "address", "state", "parked", "ended_at")
    list_filter = ("state", "what", "channel")
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> Any:
        work = WorkItem.objects.filter(
            kind=deliveries.DELIVER,
            subject_table=deliveries.DELIVERIES,
            subject_id=OuterRef("pk"),
        )
        return super().get_queryset(request).annotate(work_state=Subquery(work.values("state")[:1]))

    @admin.display(description=_("parked"))
    def parked(self, row: Any) -> Any:
        return _("parked") if row.work_state == WorkState.PARKED else ""
