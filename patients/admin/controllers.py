"""Controllers in the admin: devices, quantities, whose a device is, and what was held."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal, PrincipalKind
from labsys.lib.admin import Move, ReasonForm
from patients.actions import controllers
from patients.actions.controllers import ASSIGN, MANAGE
from patients.admin.base import WHY, ObjectForm, PatientAdmin, RegistryAdmin
from patients.forms import MomentField, PersonField, now
from patients.models import Controller, ControllerAssignment, ControllerEvent, ControlQuantity


def _senders() -> Any:
    return Principal.objects.filter(kind=PrincipalKind.INSTRUMENT).order_by("name")


class EventForm(forms.Form):
    kind = forms.ChoiceField(label=_("What was found"), choices=ControllerEvent.Kind.choices)
    firmware = forms.CharField(label=_("Firmware"), max_length=64, required=False)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
    happened_at = MomentField(label=_("When"), initial=now)


class AssignForm(forms.Form):
    person = PersonField()
    since = MomentField(label=_("From when"), initial=now)


class SenderForm(ObjectForm):
    sender = forms.ModelChoiceField(label=_("Instrument key"), queryset=None, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sender"].queryset = _senders()  # type: ignore[attr-defined]

    def stated(self, obj: Any) -> dict[str, Any]:
        return {"sender": obj.sender_id}


class ReleaseForm(forms.Form):
    until = MomentField(
        label=_("Until when"),
        initial=now,
        help_text=_("The moment in which it began takes an error back."),
    )
    reason = WHY


def _retire(*, obj: Any, by: Any, at: datetime, reason: str) -> Any:
    return controllers.retire(quantity=obj, reason=reason, by=by, at=at)


def _observe(*, obj: Any, by: Any, at: datetime, **given: Any) -> Any:
    return controllers.observe(controller=obj, by=by, at=at, **given)


def _assign(*, obj: Any, by: Any, at: datetime, **given: Any) -> Any:
    return controllers.assign(controller=obj, by=by, at=at, **given)


def _name_sender(*, obj: Any, by: Any, at: datetime, sender: Any) -> Any:
    return controllers.name_sender(controller=obj, sender=sender, by=by, at=at)


def _release(*, obj: Any, by: Any, at: datetime, **given: Any) -> Any:
    return controllers.release(assignment=obj, by=by, at=at, **given)


@admin.register(ControlQuantity)
class ControlQuantityAdmin(RegistryAdmin):
    """What controllers keep, each in one unit."""

    add_permission = MANAGE
    add_fields = ("code", "name", "unit", "decimals")
    fields = (*add_fields, "is_active", "recorded_at", "recorded_by")
    list_display = ("code", "name", "unit", "decimals", "is_active")
    list_filter = ("is_active",)
    ordering = ("code",)
    moves = (
        Move(
            "retire",
            _("Use it no longer"),
            MANAGE,
            _retire,
            ReasonForm,
            applies=lambda one: one.is_active,
            is_serious=True,
        ),
    )

    def add(self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest) -> Any:
        return controllers.define(by=by, at=at, **data)


@admin.register(Controller)
class ControllerAdmin(RegistryAdmin):
    """Nanite control devices. labsys writes down what they do and never commands one."""

    add_permission = MANAGE
    add_fields = ("serial", "model", "firmware", "sender")
    fields = ("serial", "model", "sender", "recorded_at", "recorded_by")
    list_display = ("serial", "model", "recorded_at")
    search_fields = ("serial", "model")
    ordering = ("serial",)
    moves = (
        Move("assign", _("Give it to a patient"), ASSIGN, _assign, AssignForm),
        Move("observe", _("Record its state or firmware"), MANAGE, _observe, EventForm),
        Move("sender", _("Name the key that sends its readings"), MANAGE, _name_sender, SenderForm),
    )

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is None:
            kwargs["fields"] = ("serial", "model", "sender")
        made = super().get_form(request, obj, change, **kwargs)
        if obj is None:
            firmware = forms.CharField(label=_("Firmware"), max_length=64, required=False)
            made = type(made.__name__, (made,), {"firmware": firmware})
        return made

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "sender":
            field.queryset = _senders()
        return field

    def add(self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest) -> Any:
        return controllers.register(by=by, at=at, **data)


@admin.register(ControllerEvent)
class ControllerEventAdmin(RegistryAdmin):
    """What was found of devices."""

    fields = ("controller", "kind", "firmware", "note", "happened_at", "recorded_at", "recorded_by")
    list_display = ("controller", "kind", "firmware", "note", "happened_at")
    list_filter = ("kind",)
    list_select_related = ("controller",)


@admin.register(ControllerAssignment)
class ControllerAssignmentAdmin(PatientAdmin):
    """Whose a device is, and was."""

    fields = ("controller", "patient", "since", "until", "recorded_at", "recorded_by")
    readonly_fields = ("patient",)
    list_display = ("controller", "patient", "since", "until")
    list_select_related = ("controller",)
    moves = (
        Move(
            "release",
            _("Record its end"),
            ASSIGN,
            _release,
            ReleaseForm,
            applies=lambda one: one.until is None,
            is_serious=True,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("controller", "recorded_by")
