"""Injuries in the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from patients.actions import injuries
from patients.admin.base import (
    CorrectableAdmin,
    CorrectionForm,
    StandingFilter,
    corrections,
)
from patients.forms import MomentField, PersonField
from patients.models import Injury

RECORD = injuries.PERMISSION
STATED = ("person", "site", "side", "kind", "severity", "found_at", "note")


class InjuryCorrection(CorrectionForm):
    person = PersonField()

    class Meta:
        model = Injury
        fields = STATED
        field_classes = {"found_at": MomentField}


@admin.register(Injury)
class InjuryAdmin(CorrectableAdmin):
    """What was found on whose body."""

    add_permission = RECORD
    begins_now = ("found_at",)
    add_fields = STATED
    fields = ("patient", *STATED[1:], "holds", "corrects", "recorded_at", "recorded_by")
    readonly_fields = ("patient", "holds")
    list_display = ("patient", "kind", "site", "side", "severity", "found_at", "holds")
    list_filter = (StandingFilter, "kind", "severity")
    moves = corrections(
        "injury",
        correct=injuries.correct,
        retract=injuries.retract,
        permission=RECORD,
        form=InjuryCorrection,
    )

    def add(self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest) -> Injury:
        return injuries.record(by=by, at=at, **data)
