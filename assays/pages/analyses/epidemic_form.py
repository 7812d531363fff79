"""Asking for the cases of the population: from where, over which days, by which assumptions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assays.queries.analyses.epidemic import Choices
from assays.rules.analyses.epidemic import NUMBERS

LONGEST_REASON = 500
LABELS = {
    "days": (_("Days back from today"), ""),
    "left_out_days": (
        _("Newest days left out"),
        _("Beside today, which is never complete: days of which cases are still being found."),
    ),
    "growth_days": (_("Newest days that growth is fitted to"), ""),
    "window_days": (_("Days of a window of R"), ""),
    "serial_mean": (
        _("Serial interval: mean in days"),
        _("From a case to those it causes. 7 ± 3 days is an assumption; put in your own."),
    ),
    "serial_sd": (_("Serial interval: standard deviation"), ""),
    "serial_mean_error": (
        _("Uncertainty of that mean, in days"),
        _("Its standard error, as published or felt; the limits of R then hold it. Empty: none."),
    ),
    "serial_sd_error": (_("Uncertainty of that standard deviation"), ""),
    "admitted_share": (
        _("Share of cases that needs a bed (0 to 1)"),
        _("Left empty, this and the following are taken from the cases' stays in wards."),
    ),
    "stay_mean": (_("Stay: mean in days"), ""),
    "stay_sd": (_("Stay: standard deviation"), ""),
    "delay_days": (_("Days from case to admission"), ""),
    "ahead": (_("Days ahead"), ""),
}
SERIAL = ("serial_mean", "serial_sd", "serial_mean_error", "serial_sd_error")
PARTS = (
    ("", ("source", "days")),
    (_("Cases"), ("certainty", "agent", "onset_signs", "imported_events", "left_out_days")),
    (_("Growth and reproduction"), ("growth_days", "window_days", *SERIAL)),
    (
        _("Beds"),
        ("carried_by", "ahead", "admitted_share", "stay_mean", "stay_sd", "delay_days"),
    ),
    ("", ("reason",)),
)


class PopulationForm(forms.Form):
    """What a run of the population is asked with; shows what the run on the page was asked with."""

    source = forms.ChoiceField(
        label=_("Cases from"),
        choices=[
            ("auto", _("exposures where there are any, else results")),
            ("exposures", _("the registry of exposures")),
            ("results", _("first positive nanite results")),
        ],
    )
    certainty = forms.ChoiceField(
        label=_("Exposures that count"),
        choices=[
            ("confirmed", _("confirmed")),
            ("probable", _("confirmed and probable")),
            ("possible", _("confirmed, probable and possible")),
        ],
    )
    agent = forms.ChoiceField(label=_("Agent"), required=False)
    imported_events = forms.MultipleChoiceField(
        label=_("Events outside"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Exposures at these events, without a known source here, are imported: they cause "
            "cases and are caused by none. Without any chosen, imported cases cannot be told."
        ),
    )
    onset_signs = forms.MultipleChoiceField(
        label=_("Signs of onset"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Choose the signs of this agent's illness: a case then lies on the day on which the first "
            "of them began, where that is known to within two days and not before the exposure. All "
            "other cases stay on their day."
        ),
    )
    carried_by = forms.ChoiceField(
        label=_("Cases are carried forward by"),
        choices=[("growth", _("the growth that was fitted")), ("reproduction", _("the newest R"))],
    )
    reason = forms.CharField(label=_("Reason"), required=False, max_length=LONGEST_REASON)

    def __init__(self, choices: Choices, asked: Mapping[str, Any], data: Any) -> None:
        super().__init__(data, initial=dict(asked), label_suffix="")
        for name, (label, help_text) in LABELS.items():
            bounds = NUMBERS[name]
            given: dict[str, Any] = {
                "label": label,
                "help_text": help_text,
                "required": bounds.default is not None,
                "min_value": bounds.low,
                "max_value": bounds.high,
            }
            self.fields[name] = (
                forms.IntegerField(**given) if bounds.is_whole else forms.FloatField(**given)
            )
        agents: Any = self.fields["agent"]
        agents.choices = [("", _("every agent")), *_both(choices.agents, [asked.get("agent")])]
        events: Any = self.fields["imported_events"]
        events.choices = _both(choices.events, asked.get("imported_events", ()))
        names, chosen = dict(choices.signs), asked.get("onset_signs", ())
        signs: Any = self.fields["onset_signs"]
        signs.choices = [*names.items(), *((one, one) for one in chosen if one not in names)]

    @property
    def parts(self) -> list[dict[str, Any]]:
        """The fields in groups; a group in which something is wrong is open."""
        return [
            {
                "title": title,
                "fields": [self[name] for name in names if self._is_shown(name)],
                "is_open": any(name in self.errors for name in names),
            }
            for title, names in PARTS
        ]

    def stated(self) -> dict[str, Any]:
        """Return what was put in, by the names of parameters."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name != "reason" and value not in (None, "")
        }

    def _is_shown(self, name: str) -> bool:
        field: Any = self.fields[name]
        may_lack = name in ("imported_events", "onset_signs")
        return not may_lack or bool(field.choices) or name in self.errors


def _both(known: Any, asked: Any) -> list[tuple[str, str]]:
    every = dict.fromkeys([*known, *(one for one in asked if one)])
    return [(one, one) for one in every]
