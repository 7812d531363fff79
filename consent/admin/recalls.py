"""Recalls and their steps, to look at; the page of a recall moves it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from consent.models import Recall, RecallStep
from patients.admin.base import PatientAdmin


class StepInline(admin.TabularInline):  # type: ignore[type-arg]
    """What happened, in its order."""

    model = RecallStep
    fields = ("happened_at", "new", "note", "recorded_at", "recorded_by")
    readonly_fields = fields
    ordering = ("pk",)
    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Recall)
class RecallAdmin(PatientAdmin):
    """Who was recalled, by when they were to be back, and how far it went."""

    fields = ("patient", "programme", "posting", "state", "due_at", "recorded_at", "ended_at")
    readonly_fields = ("patient",)
    list_display = ("patient", "programme", "state", "due_at", "recorded_at", "ended_at")
    list_filter = ("state", "programme")
    inlines = (StepInline,)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("programme", "posting__person")
