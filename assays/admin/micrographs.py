"""Micrographs and their readings: to look up. The pictures stand on their page, which records looks."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from assays.admin.linked import LinkedAdmin
from assays.models import Micrograph, MicrographReading


@admin.register(Micrograph)
class MicrographAdmin(LinkedAdmin):
    """Whose film, which file, given by whom."""

    address = "micrograph"
    leads_to = _("The picture with what was found in it")
    list_display = ("name", "specimen", "width", "height", "recorded_by", "recorded_at")
    list_select_related = ("specimen", "recorded_by__user")
    search_fields = ("=specimen__accession", "=content__sha256", "name")


@admin.register(MicrographReading)
class MicrographReadingAdmin(LinkedAdmin):
    """Who read which field, and when; what they saw stands on the field's page."""

    address = "micrograph"
    leads_to = _("The field with its readings")
    exclude = ("findings",)
    list_display = ("micrograph", "recorded_by", "recorded_at", "remark")
    list_select_related = ("micrograph", "recorded_by__user")
    search_fields = ("=micrograph__specimen__accession", "=findings_digest")

    def led_by(self, row: MicrographReading) -> int:
        return row.micrograph_id
