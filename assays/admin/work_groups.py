"""Work groups, who works in them and whom they look after, in the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from assays.actions import work_groups as actions
from assays.actions.work_groups import ASSIGN, MANAGE
from assays.models import GroupMember, GroupPatient, WorkGroup
from labsys.lib.admin import Move, ReasonForm
from labsys.lib.clock import database_now
from patients.admin.base import WHY, ObjectForm, PatientAdmin, RegistryAdmin

LONG = forms.Textarea(attrs={"rows": 3})


class ChangeForm(ObjectForm):
    """All that can be changed of a group, as it is now."""

    name = forms.CharField(label=_("Name"), max_length=80)
    aim = forms.CharField(label=_("Aim"), widget=LONG)
    needed = forms.IntegerField(label=_("Needed on duty"), min_value=1, max_value=50)
    is_active = forms.BooleanField(label=_("Works; otherwise the group is closed"), required=False)
    reason = WHY

    def stated(self, obj: WorkGroup) -> dict[str, Any]:
        return {name: getattr(obj, name) for name in ("name", "aim", "needed", "is_active")}


def _change(*, obj: WorkGroup, by: Any, at: datetime, **given: Any) -> Any:
    return actions.change(group=obj, by=by, at=at, **given)


def _end_member(*, obj: GroupMember, by: Any, at: datetime, reason: str) -> Any:
    return actions.end_member(member=obj, reason=reason, by=by, at=at)


def _end_patient(*, obj: GroupPatient, by: Any, at: datetime, reason: str) -> Any:
    return actions.end_patient(patient=obj, reason=reason, by=by, at=at)


def _goes_on(period: GroupMember | GroupPatient) -> bool:
    return period.until is None or period.until > database_now()


@admin.register(WorkGroup)
class WorkGroupAdmin(RegistryAdmin):
    """Groups that work at one aim around the clock."""

    add_permission = MANAGE
    add_fields = ("code", "name", "kind", "aim", "needed")
    fields = (*add_fields, "is_active", "recorded_at", "recorded_by")
    list_display = ("code", "name", "kind", "needed", "is_active")
    list_filter = ("kind", "is_active")
    search_fields = ("code", "name")
    ordering = ("code",)
    moves = (Move("change", _("Change or close it"), MANAGE, _change, ChangeForm),)

    def add(self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest) -> Any:
        return actions.make(by=by, at=at, **data)


@admin.register(GroupMember)
class GroupMemberAdmin(RegistryAdmin):
    """Who works in which group, and so has its patients in their care."""

    add_permission = MANAGE
    begins_now = ("since",)
    add_fields = ("group", "principal", "is_lead", "since", "until")
    fields = (*add_fields, "recorded_at", "recorded_by")
    list_display = ("group", "principal", "is_lead", "since", "until")
    list_filter = ("group", "is_lead")
    list_select_related = ("group", "principal")
    search_fields = ("principal__name",)
    moves = (Move("end", _("End it now"), MANAGE, _end_member, ReasonForm, applies=_goes_on),)

    def add(self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest) -> Any:
        return actions.add_member(by=by, at=at, **data)


@admin.register(GroupPatient)
class GroupPatientAdmin(PatientAdmin):
    """Whom which group looks after, and what it is asked."""

    add_permission = ASSIGN
    begins_now = ("since",)
    add_fields = ("group", "person", "question", "since")
    fields = (*add_fields, "until", "recorded_at", "recorded_by")
    list_display = ("group", "patient", "since", "until")
    list_filter = ("group",)
    moves = (Move("end", _("End it now"), ASSIGN, _end_patient, ReasonForm, applies=_goes_on),)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("group", "recorded_by")

    def add(self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest) -> Any:
        return actions.add_patient(by=by, at=at, **data)
