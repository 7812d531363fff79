"""The log of the gate: passes issued, and every question asked."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from consent.models import GatePass, GateScan
from patients.admin.base import PatientAdmin


@admin.register(GatePass)
class GatePassAdmin(PatientAdmin):
    """Passes that were issued."""

    fields = ("patient", "programme", "issued_at", "expires_at", "key_id", "recorded_by")
    readonly_fields = ("patient",)
    list_display = ("patient", "programme", "issued_at", "expires_at", "recorded_by")
    list_filter = ("programme",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("programme", "recorded_by__user")


@admin.register(GateScan)
class GateScanAdmin(PatientAdmin):
    """Every question asked at the gate, also about numbers of nobody, and the word given."""

    fields = (
        "patient",
        "asked",
        "programme",
        "status",
        "gate_pass",
        "scanned_at",
        "as_of",
        "truth",
        "recorded_by",
    )
    readonly_fields = ("patient",)
    list_display = ("scanned_at", "asked", "patient", "programme", "status", "as_of", "recorded_by")
    list_filter = ("status", "programme")

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows.select_related("programme", "gate_pass__person", "recorded_by__user")

    @admin.display(description=_("patient"), ordering="person__mrn")
    def patient(self, row: GateScan) -> str:
        return super().patient(row) if row.person is not None else "–"
