"""What was written down of changed clearances, to look at."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from consent.models import ClearanceTransition
from patients.admin.base import PatientAdmin


@admin.register(ClearanceTransition)
class ClearanceTransitionAdmin(PatientAdmin):
    """When somebody's clearance became another, and when that was noticed."""

    fields = (
        *("patient", "programme", "changed_at", "status", "change", "reasons", "come", "gone"),
        *("cause", "recorded_at", "recorded_by"),
    )
    readonly_fields = ("patient",)
    list_display = ("patient", "programme", "changed_at", "change", "cause", "recorded_at")
    list_filter = ("change", "cause", "programme")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("programme", "recorded_by__user")
