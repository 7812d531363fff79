"""Observed signs in the admin: set right or taken back; looks are entered on the patient's page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from patients.actions import sign_observations
from patients.admin.base import (
    CorrectableAdmin,
    CorrectionForm,
    StandingFilter,
    corrections,
)
from patients.forms import MomentField, PersonField
from patients.models import Sign, SignObservation

RECORD = "patients.sign.record"
ANSWER = ("grade", "comparator", "value", "is_present")
ONSET = ("onset_precision", "onset_at", "onset_uncertainty_hours", "resolved_at")
COMPARATORS = [("", "="), ("<", "<"), ("<=", "≤"), (">", ">"), (">=", "≥")]


class SignObservationCorrection(CorrectionForm):
    person = PersonField()
    sign = forms.ModelChoiceField(label=_("Sign"), queryset=Sign.objects.none())
    comparator = forms.ChoiceField(label=_("Comparator"), choices=COMPARATORS, required=False)

    class Meta:
        model = SignObservation
        fields = ("person", "sign", "observed_at", *ANSWER, *ONSET, "note")
        field_classes = {
            "observed_at": MomentField,
            "onset_at": MomentField,
            "resolved_at": MomentField,
        }

    def __init__(self, *args: Any, obj: SignObservation, **kwargs: Any) -> None:
        super().__init__(*args, obj=obj, **kwargs)
        # Any version in force, and the one by which it was seen.
        signs = Sign.objects.active() | Sign.objects.filter(pk=obj.sign_id)
        self.fields["sign"].queryset = signs  # type: ignore[attr-defined]


@admin.register(SignObservation)
class SignObservationAdmin(CorrectableAdmin):
    """What was seen of a sign on a patient; a look is entered on the patient's page of signs."""

    fields = (
        *("patient", "sign", "observed_at", *ANSWER, "unit", *ONSET, "note"),
        *("holds", "corrects", "recorded_at", "recorded_by"),
    )
    readonly_fields = ("patient", "holds")
    list_display = (
        "patient",
        "sign",
        "grade",
        "value",
        "unit",
        "is_present",
        "observed_at",
        "holds",
    )
    list_filter = (StandingFilter,)
    list_select_related = ("person", "sign", "corrected_by")
    moves = corrections(
        "observation",
        correct=sign_observations.correct,
        retract=sign_observations.retract,
        permission=RECORD,
        form=SignObservationCorrection,
    )
