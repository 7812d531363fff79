"""Nonconformities and their courses, to look at; they are worked off on their pages."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from assays.admin.linked import LinkedAdmin
from assays.models import Nonconformity, NonconformityEvent
from labsys.lib.admin import RecordAdmin


@admin.register(Nonconformity)
class NonconformityAdmin(LinkedAdmin):
    """What did not go as it has to."""

    address = "nonconformity"
    leads_to = _("The nonconformity")
    list_display = ("__str__", "kind", "severity", "status", "responsible", "due_on", "recorded_at")
    list_filter = ("status", "severity", "kind")
    list_select_related = ("responsible",)
    search_fields = ("=id", "=specimen__accession", "=instrument__code")


@admin.register(NonconformityEvent)
class NonconformityEventAdmin(RecordAdmin):
    """Every step in working one off."""

    list_display = ("nonconformity", "old", "new", "remark", "recorded_by", "recorded_at")
    list_select_related = ("nonconformity", "recorded_by")
    search_fields = ("=nonconformity__id",)
    ordering = ("-id",)
