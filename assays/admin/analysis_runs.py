"""Runs of analyses: to look up. What they gave stands on their page, which records the look."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from assays.admin.linked import LinkedAdmin
from assays.models import AnalysisRun


@admin.register(AnalysisRun)
class AnalysisRunAdmin(LinkedAdmin):
    """What was asked of which inputs, and where it stands."""

    address = "analysis-run"
    leads_to = _("How far it is, and what each part gave")
    exclude = ("outcome", "parameters", "refusal")
    list_display = ("id", "kind", "status", "total", "asked_by", "asked_at", "ended_at")
    list_filter = ("kind", "status")
    list_select_related = ("asked_by__user",)
    search_fields = ("=inputs_digest", "=outcome_digest")
