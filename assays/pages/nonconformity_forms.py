"""What the pages of nonconformities ask."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from assays.rules.nonconformities import KIND_LABELS, SEVERITY_LABELS, Kind, Severity
from patients.forms import DayField

_WIDE = forms.Textarea(attrs={"rows": 3})


class ReportForm(forms.Form):
    """What somebody reports."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What it is about"),
        choices=[(kind.value, gettext_lazy(KIND_LABELS[kind])) for kind in Kind],
    )
    summary = forms.CharField(
        label=gettext_lazy("What happened"),
        widget=_WIDE,
        help_text=gettext_lazy("Without names of patients: numbers lead to them."),
    )
    immediate_action = forms.CharField(
        label=gettext_lazy("What was done at once"), widget=_WIDE, required=False
    )
    severity = forms.ChoiceField(
        label=gettext_lazy("How severe"),
        required=False,
        choices=[
            ("", gettext_lazy("as usual for its kind")),
            *((one.value, gettext_lazy(SEVERITY_LABELS[one])) for one in Severity),
        ],
    )
    accession = forms.CharField(
        label=gettext_lazy("Specimen"),
        required=False,
        max_length=10,
        help_text=gettext_lazy("Its accession number, if one is concerned."),
    )
    instrument = forms.SlugField(
        label=gettext_lazy("Instrument"),
        required=False,
        max_length=32,
        help_text=gettext_lazy("Its code, if one is concerned."),
    )


class AssignForm(forms.Form):
    """Who sees to it, by when."""

    responsible = forms.CharField(
        label=gettext_lazy("Responsible"),
        max_length=150,
        help_text=gettext_lazy("Login name."),
    )
    due_on = DayField(label=gettext_lazy("Due"))
    severity = forms.ChoiceField(
        label=gettext_lazy("How severe"),
        choices=[(one.value, gettext_lazy(SEVERITY_LABELS[one])) for one in Severity],
    )


class CorrectForm(forms.Form):
    """What was wrong, and what was done about it."""

    immediate_action = forms.CharField(
        label=gettext_lazy("What was done at once"), widget=_WIDE, required=False
    )
    root_cause = forms.CharField(label=gettext_lazy("Root cause"), widget=_WIDE, required=False)
    corrective_action = forms.CharField(
        label=gettext_lazy("Corrective action"), widget=_WIDE, required=False
    )
    preventive_action = forms.CharField(
        label=gettext_lazy("Preventive action"), widget=_WIDE, required=False
    )
    effectiveness_due_on = DayField(label=gettext_lazy("Look whether it helped on"), required=False)


class CloseForm(forms.Form):
    """What shows that the correction helped."""

    effectiveness = forms.CharField(label=gettext_lazy("How it was seen to help"), widget=_WIDE)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=gettext_lazy("Reason"), widget=_WIDE)
