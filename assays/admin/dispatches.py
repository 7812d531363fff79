"""What is told to instruments and other systems, and stored messages read anew: to look up.

What a message says, and what its receiver answered, stand on its page, which puts the look on record.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from assays.admin.linked import LinkedAdmin
from assays.models import Dispatch, OrderNumber, ReadingRun, WorkOrder


@admin.register(Dispatch)
class DispatchAdmin(LinkedAdmin):
    """Messages that are sent, and where they stand."""

    address = "dispatch"
    leads_to = _("What it says, its attempts, and what may be decided")
    exclude = ("content", "answer", "subject_table", "subject_id", "reason")
    list_display = ("control_id", "instrument", "kind", "status", "attempts", "queued_at")
    list_filter = ("status", "kind", "instrument")
    list_select_related = ("instrument",)
    search_fields = ("=control_id", "=specimen__accession")


@admin.register(WorkOrder)
class WorkOrderAdmin(LinkedAdmin):
    """Tests that instruments were told to measure."""

    address = "specimen"
    leads_to = _("The specimen, and what became of it")
    exclude = ("answer",)
    list_display = ("label", "instrument", "specimen", "code", "number", "status", "recorded_at")
    list_filter = ("status", "instrument")
    list_select_related = ("instrument", "specimen")
    search_fields = ("=specimen__accession",)

    def led_by(self, row: Any) -> Any:
        return row.specimen.accession


@admin.register(OrderNumber)
class OrderNumberAdmin(LinkedAdmin):
    """What lines of orders are called where they were placed, and here."""

    address = "order"
    leads_to = _("The order")
    list_display = ("placer", "filler", "group", "instrument", "code", "text", "recorded_at")
    list_filter = ("instrument",)
    list_select_related = ("instrument",)
    search_fields = ("=placer", "=filler")

    def led_by(self, row: Any) -> Any:
        return row.order_id


@admin.register(ReadingRun)
class ReadingRunAdmin(LinkedAdmin):
    """Runs that read stored messages anew."""

    address = "reading-run"
    leads_to = _("How far it is, and what it found")
    list_display = ("id", "asked_at", "asked_by", "total", "reason")
    list_select_related = ("asked_by",)
