"""Reports and who has seen them, to look at; versions are made by releases alone."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from assays.admin.linked import LinkedAdmin
from assays.models import CumulativeAccess, CumulativeReport, Report, ReportAccess
from labsys.lib.admin import RecordAdmin


@admin.register(Report)
class ReportAdmin(LinkedAdmin):
    """What was told to the requesters of orders."""

    address = "report"
    leads_to = _("Values and versions")
    fields = ("order", "status", "recorded_at", "recorded_by")
    list_display = ("id", "order", "status", "recorded_at")
    list_filter = ("status",)
    list_select_related = ("order",)
    search_fields = ("=id", "=order__id", "=order__person__mrn")


@admin.register(ReportAccess)
class ReportAccessAdmin(RecordAdmin):
    """Who was shown which version of a report, or took it with them."""

    fields = ("version", "kind", "by", "at")
    list_display = ("at", "by", "kind", "version")
    list_filter = ("kind",)
    list_select_related = ("by", "version__report")
    search_fields = ("=version__report__id", "=by__name")
    ordering = ("-id",)


@admin.register(CumulativeReport)
class CumulativeReportAdmin(LinkedAdmin):
    """Reports of a patient's values over a period; made on the patient's page alone."""

    address = "cumulative"
    leads_to = _("The report")
    fields = (
        "number",
        "since",
        "until",
        "sections",
        "sha256",
        "recorded_by",
        "recorded_at",
    )
    list_display = ("id", "person", "number", "since", "until", "recorded_at")
    list_select_related = ("person",)
    search_fields = ("=id", "=person__mrn")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("content")


@admin.register(CumulativeAccess)
class CumulativeAccessAdmin(RecordAdmin):
    """Who was shown a cumulative report, or took it with them."""

    fields = ("cumulative", "kind", "by", "at")
    list_display = ("at", "by", "kind", "cumulative")
    list_filter = ("kind",)
    list_select_related = ("by", "cumulative")
    search_fields = ("=cumulative__id", "=by__name")
    ordering = ("-id",)
