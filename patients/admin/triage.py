"""Triage in the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from patients.actions import triage
from patients.admin.base import (
    CorrectableAdmin,
    CorrectionForm,
    StandingFilter,
    corrections,
)
from patients.forms import MomentField, PersonField
from patients.models import TriageAssessment

RECORD = triage.PERMISSION
STATED = ("person", "scale", "category", "arrival", "assessed_at", "note")


class TriageCorrection(CorrectionForm):
    person = PersonField()

    class Meta:
        model = TriageAssessment
        fields = STATED
        field_classes = {"assessed_at": MomentField}


@admin.register(TriageAssessment)
class TriageAssessmentAdmin(CorrectableAdmin):
    """How urgent people were found to be, and how they came."""

    add_permission = RECORD
    begins_now = ("assessed_at",)
    add_fields = STATED
    fields = ("patient", *STATED[1:], "holds", "corrects", "recorded_at", "recorded_by")
    readonly_fields = ("patient", "holds")
    list_display = ("patient", "scale", "category", "arrival", "assessed_at", "holds")
    list_filter = (StandingFilter, "scale", "arrival")
    moves = corrections(
        "assessment",
        correct=triage.correct,
        retract=triage.retract,
        permission=RECORD,
        form=TriageCorrection,
    )

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> TriageAssessment:
        return triage.record(by=by, at=at, **data)
