"""Days pregnancies are counted from, in the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from patients.actions import pregnancy_dates
from patients.admin.base import (
    CorrectableAdmin,
    CorrectionForm,
    StandingFilter,
    corrections,
)
from patients.forms import DayField, MomentField, PersonField
from patients.models import PregnancyDate

RECORD = "patients.pregnancy.record"
STATED = ("person", "kind", "on", "uncertainty_days", "observed_at", "note")


class PregnancyDateCorrection(CorrectionForm):
    person = PersonField()

    class Meta:
        model = PregnancyDate
        fields = STATED
        field_classes = {"observed_at": MomentField, "on": DayField}


@admin.register(PregnancyDate)
class PregnancyDateAdmin(CorrectableAdmin):
    """The day of a last period, or of a conception that is known."""

    add_permission = RECORD
    begins_now = ("observed_at",)
    add_fields = STATED
    fields = ("patient", *STATED[1:], "holds", "corrects", "recorded_at", "recorded_by")
    readonly_fields = ("patient", "holds")
    list_display = ("patient", "kind", "on", "uncertainty_days", "holds")
    list_filter = (
        StandingFilter,
        "kind",
    )
    moves = corrections(
        "stated_date",
        correct=pregnancy_dates.correct,
        retract=pregnancy_dates.retract,
        permission=RECORD,
        form=PregnancyDateCorrection,
    )

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> PregnancyDate:
        return pregnancy_dates.record(by=by, at=at, **data)
