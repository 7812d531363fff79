"""Profiles of nanites: to look up; they are recorded and corrected on their own pages."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from assays.admin.linked import LinkedAdmin
from assays.models import NaniteProfile


@admin.register(NaniteProfile)
class NaniteProfileAdmin(LinkedAdmin):
    """What was found at the markers of a specimen."""

    address = "nanite-profile"
    leads_to = _("Its markers, and the rows before and after it")
    exclude = ("content", "sent_digest")
    list_display = ("position", "specimen", "markers", "method", "is_withdrawal", "recorded_at")
    list_select_related = ("specimen",)
    search_fields = ("=specimen__accession", "=uid")

    def led_by(self, row: Any) -> Any:
        return row.uid
