"""What was ordered for medical checks, and what two clinicians decided beside a score."""

from __future__ import annotations

from django.contrib import admin

from consent.models import CheckOrder, IndividualDecision
from labsys.lib.admin import RecordAdmin


@admin.register(CheckOrder)
class CheckOrderAdmin(RecordAdmin):
    """The orders of the panels of rounds; ordering is a button of the medical check."""

    fields = ("slot", "order", "recorded_at", "recorded_by")
    list_display = ("slot", "order", "recorded_at", "recorded_by")
    list_select_related = ("slot__person", "order__person", "recorded_by")
    ordering = ("-id",)


@admin.register(IndividualDecision)
class IndividualDecisionAdmin(RecordAdmin):
    """What two clinicians decided about people whom NEWS2 was not made for."""

    fields = ("of_check", "obstacles", "criteria", "second_clinician", "recorded_at", "recorded_by")
    list_display = ("of_check", "second_clinician", "recorded_at", "recorded_by")
    list_select_related = ("of_check__person", "second_clinician", "recorded_by")
    ordering = ("-id",)
