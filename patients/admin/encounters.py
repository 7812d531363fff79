"""Ward stays in the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from labsys.lib.admin import Move
from patients.actions import encounters
from patients.admin.base import PatientAdmin, PlaceFilter
from patients.forms import MomentField, now
from patients.models import Encounter, EncounterEnd, Location

RECORD = "patients.encounter.record"
Disposition = EncounterEnd.Disposition


class TransferForm(forms.Form):
    location = forms.ModelChoiceField(
        label=_("To"), queryset=Location.objects.filter(is_active=True).order_by("name")
    )
    moved_at = MomentField(label=_("When"), initial=now)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


class DischargeForm(forms.Form):
    ended_at = MomentField(label=_("When"), initial=now)
    disposition = forms.ChoiceField(
        label=_("How it ended"),
        choices=[one for one in Disposition.choices if one[0] != Disposition.TRANSFERRED],
    )


def _transfer(*, obj: Encounter, by: Any, at: datetime, **given: Any) -> Any:
    return encounters.transfer(encounter=obj, by=by, at=at, **given)


def _discharge(*, obj: Encounter, by: Any, at: datetime, **given: Any) -> Any:
    return encounters.discharge(encounter=obj, by=by, at=at, **given)


def _is_open(stay: Encounter) -> bool:
    return stay.is_open


class OpenFilter(admin.SimpleListFilter):
    """Stays that go on, or those that ended."""

    title = _("stay")
    parameter_name = "stay"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("In the ward now")), ("ended", _("Ended"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "open":
            return queryset.open()
        return queryset.filter(is_open=False) if self.value() == "ended" else queryset


@admin.register(Encounter)
class EncounterAdmin(PatientAdmin):
    """Who stays, or stayed, in which ward."""

    add_permission = RECORD
    begins_now = ("started_at",)
    add_fields = ("person", "location", "started_at", "reason")
    fields = ("patient", "location", "started_at", "reason", "ended", "recorded_at", "recorded_by")
    readonly_fields = ("patient", "ended")
    list_display = ("patient", "location", "started_at", "ended", "reason")
    list_filter = (OpenFilter, ("location", PlaceFilter))
    list_relations = ("person", "location", "end")
    moves = (
        Move("transfer", _("Transfer"), RECORD, _transfer, TransferForm, applies=_is_open),
        Move("discharge", _("Discharge"), RECORD, _discharge, DischargeForm, applies=_is_open),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("location", "end", "recorded_by")

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> Encounter:
        return encounters.admit(by=by, at=at, **data)

    @admin.display(description=_("ended"))
    def ended(self, stay: Encounter) -> datetime | None:
        return None if _is_open(stay) else stay.end.ended_at
