"""Needs in the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from patients.actions import needs
from patients.admin.base import (
    CorrectableAdmin,
    CorrectionForm,
    StandingFilter,
    corrections,
)
from patients.forms import MomentField, PersonField
from patients.models import CareNeed

RECORD = "patients.need.record"
STATED = ("person", "kind", "detail", "since", "until")


class CareNeedCorrection(CorrectionForm):
    person = PersonField()

    class Meta:
        model = CareNeed
        fields = STATED
        field_classes = {"since": MomentField, "until": MomentField}


@admin.register(CareNeed)
class CareNeedAdmin(CorrectableAdmin):
    """What a patient needs beyond treatment, from when to when."""

    add_permission = RECORD
    begins_now = ("since",)
    add_fields = STATED
    fields = ("patient", *STATED[1:], "holds", "corrects", "recorded_at", "recorded_by")
    readonly_fields = ("patient", "holds")
    list_display = ("patient", "kind", "detail", "since", "until", "holds")
    list_filter = (
        StandingFilter,
        "kind",
    )
    moves = corrections(
        "need",
        correct=needs.correct,
        retract=needs.retract,
        permission=RECORD,
        form=CareNeedCorrection,
    )

    def add(self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest) -> CareNeed:
        return needs.record(by=by, at=at, **data)
