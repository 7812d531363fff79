"""Nanite types and what is said of them: to look up; both are written on the pages of a type."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from assays.admin.linked import LinkedAdmin
from assays.models import NaniteFunction, NaniteType


@admin.register(NaniteType)
class NaniteTypeAdmin(LinkedAdmin):
    """A type by its code."""

    address = "nanite-type"
    leads_to = _("Its names, and what it is said to do")
    exclude = ("sent_digest",)
    list_display = ("code", "recorded_by", "recorded_at")
    list_select_related = ("recorded_by__user",)
    search_fields = ("=code",)


@admin.register(NaniteFunction)
class NaniteFunctionAdmin(LinkedAdmin):
    """A statement with its grade."""

    address = "nanite-type"
    leads_to = _("The type it is about")
    exclude = ("sent_digest",)
    list_display = ("id", "type", "grade", "is_withdrawal", "recorded_by", "recorded_at")
    list_filter = ("grade", "is_withdrawal")
    list_select_related = ("type", "recorded_by__user")

    def led_by(self, row: Any) -> Any:
        return row.type_id
