"""Estimates of pregnancies in the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from patients.actions import pregnancies
from patients.admin.base import (
    CorrectableAdmin,
    CorrectionForm,
    StandingFilter,
    corrections,
)
from patients.forms import MomentField, PersonField
from patients.models import PregnancyEstimate

RECORD = "patients.pregnancy.record"
STATED = ("person", "status", "gestation_days", "uncertainty_days", "method", "observed_at")


class PregnancyCorrection(CorrectionForm):
    person = PersonField()

    class Meta:
        model = PregnancyEstimate
        fields = STATED
        field_classes = {"observed_at": MomentField}


@admin.register(PregnancyEstimate)
class PregnancyEstimateAdmin(CorrectableAdmin):
    """What was known of a pregnancy at which moment, give or take how many days."""

    add_permission = RECORD
    begins_now = ("observed_at",)
    add_fields = STATED
    fields = ("patient", *STATED[1:], "holds", "corrects", "recorded_at", "recorded_by")
    readonly_fields = ("patient", "holds")
    list_display = (
        *("patient", "status", "gestation_days", "uncertainty_days", "observed_at", "holds"),
    )
    list_filter = (StandingFilter, "status")
    moves = corrections(
        "estimate",
        correct=pregnancies.correct,
        retract=pregnancies.retract,
        permission=RECORD,
        form=PregnancyCorrection,
    )

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> PregnancyEstimate:
        return pregnancies.record(by=by, at=at, **data)
