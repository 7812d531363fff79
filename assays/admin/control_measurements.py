"""Control measurements: typed one by one, looked at, corrected by somebody else."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from assays.actions import controls
from assays.actions.controls import TypedControl
from assays.admin.assay_choice import OfAssayAdmin
from assays.models import ControlLevel, ControlMeasurement
from assays.queries import catalogue, typed_values
from assays.templatetags.controls import control_value, verdict_words
from labsys.accounts.models import Principal
from labsys.lib import units
from labsys.lib.admin import Move, ReasonForm, RecordForm
from patients.forms import MomentField


class MeasurementForm(RecordForm):
    """One value of one level."""

    typed_value = forms.CharField(
        label=_("Value"),
        max_length=64,
        help_text=_("In the assay's unit; < and > may stand before it."),
    )
    observed_at = MomentField(label=_("Measured"))
    named_run = forms.CharField(label=_("Run"), max_length=40, required=False)


class CorrectionForm(ReasonForm):
    """Asks for the right value and why the other was wrong."""

    value = forms.CharField(label=_("Right value"), max_length=64)
    field_order = ("value", "reason")


def correct(
    *, obj: ControlMeasurement, by: Principal, at: datetime, value: str, reason: str
) -> Any:
    """Read the right value as it was typed, and record it in place of this one."""
    in_force = catalogue.current().assays.get(obj.assay_id)
    right = typed_values.read(value, in_force, field="value")
    return controls.correct(measurement=obj, value=right, by=by, at=at, reason=reason)


@admin.register(ControlMeasurement)
class ControlMeasurementAdmin(OfAssayAdmin):
    """What was measured of control material, and how it was judged."""

    form = MeasurementForm
    add_permission = controls.RECORD
    add_fields = (
        *("instrument", "assay", "level", "typed_value", "observed_at", "named_run", "comment"),
    )
    fields = (
        *("instrument", "assay", "level", "shown_value", "verdict", "rules", "run_sent"),
        *("observed_at", "recorded_at", "recorded_by", "entered_by", "flags_sent", "comment"),
        *("corrects", "correction_reason"),
    )
    readonly_fields = ("shown_value", "verdict", "rules")
    list_display = ("observed_at", "instrument", "assay", "level", "shown_value", "verdict")
    list_filter = ("evaluation__verdict",)
    list_select_related = (*("instrument", "assay__analyte", "level__lot__material", "evaluation"),)
    ordering = ("-id",)
    search_fields = ("=assay__analyte__code", "level__lot__number")
    moves = (
        Move(
            "correct",
            _("Correct"),
            controls.CORRECT,
            correct,
            CorrectionForm,
            lambda row: row.transmission_item_id is None and not hasattr(row, "corrected_by"),
        ),
    )

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "level":
            rows = ControlLevel.objects.filter(lot__opened_at__isnull=False, lot__ended_at=None)
            kwargs["queryset"] = rows.select_related("lot__material")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> ControlMeasurement:
        in_force = catalogue.current().assays.get(data["assay"].pk)
        value = typed_values.read(data["typed_value"], in_force, field="typed_value")
        typed = TypedControl(data["level"], value, "typed_value")
        (written,) = controls.record_typed(
            instrument=data["instrument"],
            assay=data["assay"],
            values=[typed],
            observed_at=data["observed_at"],
            run=data["named_run"],
            comment=data["comment"],
            by=by,
            at=at,
        )
        made: ControlMeasurement = ControlMeasurement.objects.get(pk=written.measurement_id)
        return made

    @admin.display(description=_("value"))
    def shown_value(self, row: ControlMeasurement) -> str:
        return f"{control_value(row)} {units.shown(row.unit)}"

    @admin.display(description=_("verdict"))
    def verdict(self, row: ControlMeasurement) -> str:
        return verdict_words(row.evaluation.verdict)

    @admin.display(description=_("rules broken"))
    def rules(self, row: ControlMeasurement) -> str:
        return ", ".join(one.rule for one in row.evaluation.violations.order_by("id"))
