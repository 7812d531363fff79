"""Triage in the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from labsys.lib.admin import Move, ReasonForm
from patients.actions import triage
from patients.admin.base import CorrectableAdmin, CorrectionForm, StandingFilter, is_standing
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


def _correct(*, obj: TriageAssessment, by: Any, at: datetime, **given: Any) -> Any:
    return triage.correct(assessment=obj, by=by, at=at, **given)


def _retract(*, obj: TriageAssessment, by: Any, at: datetime, reason: str) -> Any:
    return triage.retract(assessment=obj, by=by, at=at, reason=reason)


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
    moves = (
        Move("correct", _("Correct"), RECORD, _correct, TriageCorrection, applies=is_standing),
        Move(
            "retract",
            _("Take back"),
            RECORD,
            _retract,
            ReasonForm,
            applies=is_standing,
            is_serious=True,
        ),
    )

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> TriageAssessment:
        return triage.record(by=by, at=at, **data)
