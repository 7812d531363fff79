"""Interventions in the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal, PrincipalKind
from patients.actions import interventions
from patients.admin.base import (
    CorrectableAdmin,
    CorrectionForm,
    RegistryForm,
    StandingFilter,
    corrections,
)
from patients.forms import MomentField, PersonField
from patients.models import Intervention

RECORD = "patients.intervention.record"
STATED = (
    *("person", "kind", "detail", "dose", "dose_unit", "intended_effect"),
    *("started_at", "ended_at", "operator"),
)


class InterventionForm(RegistryForm):
    """Left empty, the operator is whoever records: the row always has one."""

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() | {"operator"}


class InterventionCorrection(CorrectionForm):
    person = PersonField()
    operator = forms.ModelChoiceField(
        label=_("Operator"),
        queryset=Principal.objects.filter(kind=PrincipalKind.PERSON).order_by("name"),
    )

    class Meta:
        model = Intervention
        fields = STATED
        field_classes = {"started_at": MomentField, "ended_at": MomentField}


def _correct(*, intervention: Intervention, **given: Any) -> Any:
    kept = {"operator": intervention.operator}
    return interventions.correct(intervention=intervention, **{**kept, **given})


@admin.register(Intervention)
class InterventionAdmin(CorrectableAdmin):
    """What was done to whom, when and with what aim."""

    form = InterventionForm
    add_permission = RECORD
    begins_now = ("started_at",)
    add_fields = STATED
    fields = (
        *("patient", *STATED[1:], "holds", "corrects"),
        *("recorded_at", "recorded_by"),
    )
    readonly_fields = ("patient", "holds")
    list_display = ("patient", "kind", "detail", "dose", "dose_unit", "started_at", "holds")
    list_filter = (StandingFilter, "kind")
    list_relations = ("person", "corrected_by")
    moves = corrections(
        "intervention",
        correct=_correct,
        retract=interventions.retract,
        permission=RECORD,
        form=InterventionCorrection,
        label=_("Correct, or add its end"),
    )

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "operator":
            kwargs |= {"required": False, "empty_label": _("whoever records it")}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("operator", "recorded_by")

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> Intervention:
        operator = data.pop("operator", None) or by
        return interventions.record(by=by, at=at, operator=operator, **data)
