"""Ultrasound measurements in the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from patients.actions import ultrasounds
from patients.admin.base import (
    CorrectableAdmin,
    CorrectionForm,
    StandingFilter,
    corrections,
)
from patients.forms import MomentField, PersonField
from patients.models import UltrasoundMeasurement

RECORD = "patients.pregnancy.record"
STATED = ("person", "measured", "value", "fetus", "route", "observed_at", "note")


class UltrasoundMeasurementCorrection(CorrectionForm):
    person = PersonField()

    class Meta:
        model = UltrasoundMeasurement
        fields = STATED
        field_classes = {"observed_at": MomentField}


@admin.register(UltrasoundMeasurement)
class UltrasoundMeasurementAdmin(CorrectableAdmin):
    """One length of one fetus; what it proposes is shown on the page of the pregnancy."""

    add_permission = RECORD
    begins_now = ("observed_at",)
    add_fields = STATED
    fields = (
        "patient",
        *STATED[1:],
        "unit",
        "operator",
        "holds",
        "corrects",
        "recorded_at",
        "recorded_by",
    )
    readonly_fields = ("patient", "holds")
    list_display = ("patient", "measured", "value", "unit", "observed_at", "holds")
    list_filter = (
        StandingFilter,
        "measured",
    )
    moves = corrections(
        "measurement",
        correct=ultrasounds.correct,
        retract=ultrasounds.retract,
        permission=RECORD,
        form=UltrasoundMeasurementCorrection,
    )

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> UltrasoundMeasurement:
        return ultrasounds.record(by=by, at=at, **data)
