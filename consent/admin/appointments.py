"""Appointments for the checks, and the reminders of rounds; booking is a page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from consent.actions import appointments
from consent.actions.appointments import PLAN
from consent.models import Appointment, Reminder
from labsys.lib.admin import Move, RecordAdmin
from patients.admin.base import PatientAdmin


class CancelForm(forms.Form):
    """Why, if there is anything to say."""

    reason = forms.CharField(label=_("Reason, if one was given"), required=False, max_length=200)


def _cancel(*, obj: Appointment, by: Any, at: datetime, **given: Any) -> Any:
    return appointments.cancel(appointment=obj, by=by, at=at, **given)


def _miss(*, obj: Appointment, by: Any, at: datetime) -> Any:
    return appointments.miss(appointment=obj, by=by, at=at)


def _is_booked(row: Appointment) -> bool:
    return bool(row.state == "BOOKED")


@admin.register(Appointment)
class AppointmentAdmin(PatientAdmin):
    """When people come for the checks of their round."""

    fields = (
        *("patient", "kind", "starts_at", "ends_at", "place", "with_whom", "make_up_of"),
        *("state", "ended_at", "reason", "sequence", "recorded_at", "recorded_by"),
    )
    readonly_fields = ("patient",)
    list_display = ("patient", "kind", "starts_at", "place", "with_whom", "state")
    list_filter = ("state", "kind", "slot__programme")
    moves = (
        Move(
            "cancel",
            _("Cancel"),
            PLAN,
            _cancel,
            CancelForm,
            applies=_is_booked,
            done=_("Cancelled."),
        ),
        Move(
            "miss",
            _("Did not come"),
            PLAN,
            _miss,
            applies=_is_booked,
            done=_("Recorded as missed."),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows.select_related("place", "with_whom__user", "make_up_of", "recorded_by")


@admin.register(Reminder)
class ReminderAdmin(RecordAdmin):
    """Who was reminded of which step of their round."""

    fields = ("slot", "step", "recorded_at", "recorded_by")
    list_display = ("slot", "step", "recorded_at")
    list_select_related = ("slot__person", "recorded_by")
    list_filter = ("step",)
    ordering = ("-id",)
