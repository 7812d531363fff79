"""Estimates of pregnancies in the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from labsys.lib.admin import Move, ReasonForm
from patients.actions import pregnancies
from patients.admin.base import CorrectableAdmin, CorrectionForm, StandingFilter, is_standing
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


def _correct(*, obj: PregnancyEstimate, by: Any, at: datetime, **given: Any) -> Any:
    return pregnancies.correct(estimate=obj, by=by, at=at, **given)


def _retract(*, obj: PregnancyEstimate, by: Any, at: datetime, reason: str) -> Any:
    return pregnancies.retract(estimate=obj, by=by, at=at, reason=reason)


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
    moves = (
        Move("correct", _("Correct"), RECORD, _correct, PregnancyCorrection, applies=is_standing),
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
    ) -> PregnancyEstimate:
        return pregnancies.record(by=by, at=at, **data)
