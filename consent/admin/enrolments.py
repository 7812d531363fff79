"""Who belongs to which programme."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from consent.actions import enrolments
from consent.admin.named import ByProgramme
from consent.models import Enrolment
from labsys.lib.admin import Move
from patients.admin.base import PatientAdmin
from patients.forms import MomentField, now

RECORD = "consent.enrolment.record"


class EndForm(forms.Form):
    """When it ended; no reason is required."""

    ended_at = MomentField(label=_("Ended at"), initial=now)
    reason = forms.CharField(label=_("Reason, if one was given"), required=False)


def _end(*, obj: Enrolment, by: Any, at: datetime, **given: Any) -> Any:
    return enrolments.end(enrolment=obj, by=by, at=at, **given)


@admin.register(Enrolment)
class EnrolmentAdmin(ByProgramme, PatientAdmin):
    """People enrolled, and until when."""

    add_permission = RECORD
    add_fields = ("person", "programme", "started_at")
    fields = ("patient", "programme", "started_at", "ended", "recorded_at", "recorded_by")
    readonly_fields = ("patient", "ended")
    list_display = ("patient", "programme", "started_at", "ended")
    list_filter = ("programme",)
    moves = (
        Move(
            "end",
            _("End"),
            RECORD,
            _end,
            EndForm,
            applies=lambda row: getattr(row, "end", None) is None,
            done=_("The enrolment has ended."),
            is_serious=True,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("programme", "end", "recorded_by")

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> Enrolment:
        return enrolments.enrol(by=by, at=at, **data)

    @admin.display(description=_("ended"))
    def ended(self, row: Enrolment) -> Any:
        end = getattr(row, "end", None)
        return end.ended_at if end else None
