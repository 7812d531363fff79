"""Injuries in the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from labsys.lib.admin import Move, ReasonForm
from patients.actions import injuries
from patients.admin.base import CorrectableAdmin, CorrectionForm, StandingFilter, is_standing
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


def _correct(*, obj: Injury, by: Any, at: datetime, **given: Any) -> Any:
    return injuries.correct(injury=obj, by=by, at=at, **given)


def _retract(*, obj: Injury, by: Any, at: datetime, reason: str) -> Any:
    return injuries.retract(injury=obj, by=by, at=at, reason=reason)


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
    moves = (
        Move("correct", _("Correct"), RECORD, _correct, InjuryCorrection, applies=is_standing),
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

    def add(self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest) -> Injury:
        return injuries.record(by=by, at=at, **data)
