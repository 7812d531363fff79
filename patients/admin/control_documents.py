"""Controllers' documents in the admin: what there is, never what a kill code says."""

from __future__ import annotations

from django.contrib import admin

from patients.admin.base import RegistryAdmin
from patients.models import ControlDocument, ControlDocumentVersion


@admin.register(ControlDocument)
class ControlDocumentAdmin(RegistryAdmin):
    """Schematics and kill codes; drafted, signed and read on their pages."""

    fields = ("kind", "code", "title", "recorded_at", "recorded_by")
    list_display = ("code", "kind", "title", "recorded_at")
    list_filter = ("kind",)
    search_fields = ("code", "title")
    ordering = ("code",)


@admin.register(ControlDocumentVersion)
class ControlDocumentVersionAdmin(RegistryAdmin):
    """Every version there was."""

    fields = (
        *("document", "number", "media_type", "size", "sha256", "note"),
        *("withdrawn_at", "withdrawn_by", "withdrawn_because", "recorded_at", "recorded_by"),
    )
    list_display = ("document", "number", "note", "withdrawn_at", "recorded_at")
    list_select_related = ("document",)
