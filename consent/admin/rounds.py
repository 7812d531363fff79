"""Rounds as they were opened and closed; they follow from the checks, so nobody edits them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from consent.models import RoundSlot
from patients.admin.base import PatientAdmin


@admin.register(RoundSlot)
class RoundSlotAdmin(PatientAdmin):
    """The rounds of everybody enrolled."""

    fields = (
        *("patient", "programme", "state", "opens_at", "due_at", "lapses_at", "overdue_at"),
        *("basis", "closed_at", "recorded_at", "recorded_by"),
    )
    readonly_fields = ("patient",)
    list_display = ("patient", "programme", "opens_at", "lapses_at", "state", "closed_at")
    list_filter = ("state", "programme")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("programme", "recorded_by")
