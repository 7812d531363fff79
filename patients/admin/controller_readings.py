"""Readings, settings, alarms and held readings of controllers in the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from labsys.lib.admin import Move, ReasonForm
from patients.actions import controller_readings as readings
from patients.actions import controller_settings as settings
from patients.admin.base import (
    WHY,
    ObjectForm,
    PatientAdmin,
    RegistryAdmin,
    StandingFilter,
    is_standing,
)
from patients.models import (
    ControllerAlarm,
    ControllerReading,
    ControllerSetting,
    HeldReading,
    SetPoint,
)
from patients.models.persons import CurrentName


class ValueForm(ObjectForm):
    value = forms.DecimalField(label=_("Value"))
    reason = WHY

    def stated(self, obj: Any) -> dict[str, Any]:
        return {"value": obj.value}


def _correct_reading(*, obj: Any, by: Any, at: datetime, **given: Any) -> Any:
    return readings.correct(reading=obj, by=by, at=at, **given)


def _retract_reading(*, obj: Any, by: Any, at: datetime, reason: str) -> Any:
    return readings.retract(reading=obj, reason=reason, by=by, at=at)


def _correct_setting(*, obj: Any, by: Any, at: datetime, **given: Any) -> Any:
    return settings.correct(setting=obj, by=by, at=at, **given)


def _retract_setting(*, obj: Any, by: Any, at: datetime, reason: str) -> Any:
    return settings.retract(setting=obj, reason=reason, by=by, at=at)


def _place(*, obj: Any, by: Any, at: datetime) -> Any:
    return readings.place(held_reading=obj, by=by, at=at)


def _dismiss(*, obj: Any, by: Any, at: datetime, reason: str) -> Any:
    return readings.dismiss(held_reading=obj, reason=reason, by=by, at=at)


def _is_undecided(row: HeldReading) -> bool:
    return row.dismissed_at is None and not hasattr(row, "reading")


def _moves(permission: str, correct: Any, retract: Any) -> tuple[Move, ...]:
    correcting = {"applies": is_standing}
    return (
        Move("correct", _("Correct the value"), permission, correct, ValueForm, **correcting),
        Move(
            "retract",
            _("Take back"),
            permission,
            retract,
            ReasonForm,
            is_serious=True,
            **correcting,
        ),
    )


class OfDeviceAdmin(PatientAdmin):
    """Admin of what was recorded while a device was a patient's."""

    search_fields = ("assignment__person__mrn",)
    readonly_fields: Any = ("patient", "device")

    def get_queryset(self, request: HttpRequest) -> Any:
        # The patient stands one step further than PatientAdmin expects.
        rows = RegistryAdmin.get_queryset(self, request)
        rows = rows.select_related("assignment__person", "assignment__controller", "quantity")
        return rows.annotate(person_name=CurrentName("assignment__person_id"))

    @admin.display(description=_("patient"))
    def patient(self, row: Any) -> str:
        person = row.assignment.person
        return f"{person.mrn} {row.person_name or f'[{person.placeholder}]'}"

    @admin.display(description=_("controller"))
    def device(self, row: Any) -> str:
        return str(row.assignment.controller)


@admin.register(ControllerReading)
class ControllerReadingAdmin(OfDeviceAdmin):
    """What controllers showed."""

    fields = (
        *("patient", "device", "quantity", "value", "verdict", "read_at", "source"),
        *("holds", "recorded_at", "recorded_by"),
    )
    readonly_fields = ("patient", "device", "holds")
    list_display = ("patient", "device", "quantity", "value", "verdict", "read_at", "holds")
    list_filter = (StandingFilter, "verdict", "source")
    moves = _moves(readings.RECORD, _correct_reading, _retract_reading)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("corrected_by", "recorded_by")

    @admin.display(description=_("holds"), boolean=True)
    def holds(self, row: Any) -> bool:
        return is_standing(row)


@admin.register(ControllerSetting)
class ControllerSettingAdmin(OfDeviceAdmin):
    """What was set on controllers in fact."""

    fields = (
        *("patient", "device", "quantity", "value", "set_at", "set_by", "holds"),
        *("recorded_at", "recorded_by"),
    )
    readonly_fields = ("patient", "device", "holds")
    list_display = ("patient", "device", "quantity", "value", "set_at", "holds")
    list_filter = (StandingFilter,)
    moves = _moves(settings.RECORD, _correct_setting, _retract_setting)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("corrected_by", "set_by", "recorded_by")

    @admin.display(description=_("holds"), boolean=True)
    def holds(self, row: Any) -> bool:
        return is_standing(row)


@admin.register(ControllerAlarm)
class ControllerAlarmAdmin(OfDeviceAdmin):
    """Every alarm there was."""

    fields = (
        *("patient", "device", "quantity", "side", "acknowledged_at", "acknowledged_by"),
        *("closed_at", "closed_by", "what_was_done", "recorded_at"),
    )
    list_display = ("patient", "device", "quantity", "side", "recorded_at", "closed_at")
    list_filter = ("side",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("acknowledged_by", "closed_by")


@admin.register(SetPoint)
class SetPointAdmin(PatientAdmin):
    """Every version of what was to be kept; drafted and signed on its page."""

    fields = (
        *("patient", "quantity", "number", "value", "low", "high", "reason"),
        *("discarded_at", "discarded_by", "discarded_because", "recorded_at", "recorded_by"),
    )
    readonly_fields = ("patient",)
    list_display = ("patient", "quantity", "number", "value", "low", "high", "recorded_at")
    list_select_related = ("quantity",)


class DecidedFilter(admin.SimpleListFilter):
    """Held readings that wait, or those that were recorded or dismissed."""

    title = _("decided")
    parameter_name = "decided"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("Waits for somebody to decide")), ("yes", _("Recorded or dismissed"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "no":
            return queryset.undecided()
        waits = HeldReading.objects.undecided().values("pk")
        return queryset.exclude(pk__in=waits) if self.value() == "yes" else queryset


@admin.register(HeldReading)
class HeldReadingAdmin(RegistryAdmin):
    """What instruments sent and nobody's could be made."""

    fields = (
        *("serial", "quantity", "value", "unit", "read_at", "reason"),
        *("dismissed_at", "dismissed_by", "dismissed_because", "recorded_at", "recorded_by"),
    )
    list_display = ("serial", "quantity", "value", "unit", "read_at", "reason", "dismissed_at")
    list_filter = (DecidedFilter, "reason")
    moves = (
        Move(
            "place",
            _("Record it as the patient's"),
            readings.DECIDE,
            _place,
            applies=_is_undecided,
        ),
        Move(
            "dismiss",
            _("It is nobody's"),
            readings.DECIDE,
            _dismiss,
            ReasonForm,
            applies=_is_undecided,
        ),
    )
