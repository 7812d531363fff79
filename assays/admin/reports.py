"""Reports and who has seen them, to look at; versions are made by releases alone."""

from __future__ import annotations

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from assays.models import Report, ReportAccess
from labsys.lib.admin import RecordAdmin


@admin.register(Report)
class ReportAdmin(RecordAdmin):
    """What was told to the requesters of orders."""

    fields = ("page", "order", "status", "recorded_at", "recorded_by")
    readonly_fields = ("page",)
    list_display = ("id", "order", "status", "recorded_at")
    list_filter = ("status",)
    list_select_related = ("order",)
    search_fields = ("=id", "=order__id", "=order__person__mrn")
    ordering = ("-id",)

    @admin.display(description=_("page"))
    def page(self, report: Report) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>', reverse("report", args=[report.pk]), _("Values and versions")
        )


@admin.register(ReportAccess)
class ReportAccessAdmin(RecordAdmin):
    """Who was shown which version of a report, or took it with them."""

    fields = ("version", "kind", "by", "at")
    list_display = ("at", "by", "kind", "version")
    list_filter = ("kind",)
    list_select_related = ("by", "version__report")
    search_fields = ("=version__report__id", "=by__name")
    ordering = ("-id",)
