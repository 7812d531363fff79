"""Days pregnancies are counted from, in the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from labsys.lib.admin import Move, ReasonForm
from patients.actions import pregnancy_dates
from patients.admin.base import CorrectableAdmin, CorrectionForm, StandingFilter, is_standing
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


def _correct(*, obj: PregnancyDate, by: Any, at: datetime, **given: Any) -> Any:
    return pregnancy_dates.correct(stated_date=obj, by=by, at=at, **given)


def _retract(*, obj: PregnancyDate, by: Any, at: datetime, reason: str) -> Any:
    return pregnancy_dates.retract(stated_date=obj, by=by, at=at, reason=reason)


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
    moves = (
        Move(
            "correct", _("Correct"), RECORD, _correct, PregnancyDateCorrection, applies=is_standing
        ),
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
    ) -> PregnancyDate:
        return pregnancy_dates.record(by=by, at=at, **data)
