"""What is entered about a pregnancy: a scan, a day it is counted from, and what is known without them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.forms import DayField, MomentField, now
from patients.models import PregnancyDate, PregnancyEstimate, UltrasoundMeasurement

MEASURED = UltrasoundMeasurement.Measured


class ScanForm(forms.Form):
    """All lengths of one scan of one fetus, in millimetres."""

    observed_at = MomentField(label=gettext_lazy("Measured at"), initial=now)
    route = forms.ChoiceField(
        label=gettext_lazy("Route"), choices=UltrasoundMeasurement.Route.choices
    )
    fetus = forms.IntegerField(
        label=gettext_lazy("Fetus (1, or its number)"), initial=1, min_value=1, max_value=9
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="scan", label_suffix="", **kwargs)
        for code, label in MEASURED.choices:
            self.fields[code] = forms.DecimalField(
                label=_("%(length)s in mm") % {"length": label},
                required=False,
                max_digits=6,
                decimal_places=2,
                min_value=Decimal("0.01"),
            )
        self.fields["note"] = forms.CharField(label=_("Note"), required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not self._lengths(given):
            self.add_error("CRL", _("Give one length at least."))
        return given

    def stated(self) -> dict[str, Any]:
        """Return what the action takes."""
        given = self.cleaned_data
        plain = {name: given[name] for name in ("observed_at", "route", "fetus", "note")}
        return {**plain, "lengths": self._lengths(given)}

    def _lengths(self, given: dict[str, Any]) -> dict[str, Decimal]:
        return {code: given[code] for code in MEASURED.values if given.get(code) is not None}


class DateForm(forms.Form):
    """The day of a last period, or of a conception that is known."""

    kind = forms.ChoiceField(label=gettext_lazy("Which day"), choices=PregnancyDate.Kind.choices)
    on = DayField(label=gettext_lazy("Day"))
    uncertainty_days = forms.IntegerField(
        label=gettext_lazy("A last period may be off by (days)"), required=False, min_value=0
    )
    observed_at = MomentField(label=gettext_lazy("Stated at"), initial=now)
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="date", label_suffix="", **kwargs)


class EstimateForm(forms.Form):
    """What a clinician knows: pregnant (how far, give or take), not pregnant, or ended."""

    status = forms.ChoiceField(
        label=gettext_lazy("State"), choices=PregnancyEstimate.Status.choices
    )
    gestation_days = forms.IntegerField(
        label=gettext_lazy("Gestation in days, if known"), required=False, min_value=0
    )
    uncertainty_days = forms.IntegerField(
        label=gettext_lazy("May be off by (days)"), required=False, min_value=0
    )
    method = forms.CharField(label=gettext_lazy("How it was found"), required=False, max_length=80)
    observed_at = MomentField(label=gettext_lazy("Observed at"), initial=now)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="estimate", label_suffix="", **kwargs)
