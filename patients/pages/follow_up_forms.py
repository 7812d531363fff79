"""The forms of follow-up: a visit, a decision, a sighting; and what narrows the lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.forms import DayField, MomentField
from patients.models import FollowUpDecision, FollowUpVisit, Location, Sighting
from patients.rules.follow_ups import COLDEST, HOTTEST, POSSIBLE, Deciding, State

NOW = _("Left empty: now.")


class PlainForm(forms.Form):
    """A form without colons, whose places are those that are open."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


class PlaceField(forms.ModelChoiceField):
    """A place that we know, by its name."""

    def __init__(self, **more: Any) -> None:
        rows = Location.objects.filter(is_active=True).order_by("name")
        super().__init__(
            label=_("Place"), queryset=rows, required=False, empty_label=_("elsewhere"), **more
        )

    def label_from_instance(self, obj: Location) -> str:
        return obj.name


class VisitForm(PlainForm):
    """Whether somebody was seen, and what was found."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=FollowUpVisit.OUTCOMES)
    temperature = forms.DecimalField(
        label=_("Temperature (°C)"),
        required=False,
        max_digits=3,
        decimal_places=1,
        min_value=COLDEST,
        max_value=HOTTEST,
        localize=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "size": 5, "autocomplete": "off"}),
    )
    symptoms = forms.CharField(
        label=_("Symptoms"), max_length=200, required=False, help_text=_("Empty means none.")
    )
    location = PlaceField()
    place = forms.CharField(label=_("Place in words"), max_length=200, required=False)
    visitor = forms.CharField(
        label=_("Visited by"), max_length=120, required=False, help_text=_("Left empty: you.")
    )
    visited_at = MomentField(label=_("When"), required=False, help_text=NOW)

    def clean_temperature(self) -> Any:
        return self.cleaned_data["temperature"]


class SightingForm(PlainForm):
    """Where somebody was seen, or that they were looked for."""

    outcome = forms.ChoiceField(label=_("What happened"), choices=Sighting.OUTCOMES)
    location = PlaceField()
    place = forms.CharField(label=_("Place in words"), max_length=200, required=False)
    reported_by = forms.CharField(
        label=_("By whom"),
        max_length=120,
        required=False,
        help_text=_("Who saw them, or who looks for them. Left empty: you."),
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
    seen_at = MomentField(label=_("When"), required=False, help_text=NOW)


class DecisionForm(PlainForm):
    """What is decided about a follow-up; `expected` is the state in which it was shown."""

    kind = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect)
    until = MomentField(
        label=_("Until"), required=False, help_text=_("Of an extension: to when at least.")
    )
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2}))
    expected = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, state: State, **kwargs: Any) -> None:
        super().__init__(*args, initial={"expected": state.value}, **kwargs)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        words = dict(FollowUpDecision.KINDS)
        # What makes no sense in this state is not offered; the action refuses it and says why.
        field.choices = [(one.value, words[one.value]) for one in Deciding]
        field.widget.choices = [(one.value, words[one.value]) for one in offered(state)]


class SearchForm(PlainForm):
    """Which of those exposed are asked for."""

    agent = forms.CharField(label=_("Agent"), max_length=80, required=False)
    event = forms.CharField(label=_("Event"), max_length=200, required=False)
    since = DayField(label=_("Exposed since"), required=False)
    until = DayField(label=_("until"), required=False)

    def __init__(
        self, *args: Any, agents: Sequence[str], events: Sequence[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.suggestions = {"agents": agents, "events": events}
        for name in ("agent", "event"):
            self.fields[name].widget.attrs |= {"list": f"known-{name}s", "autocomplete": "off"}


def offered(state: State) -> list[Deciding]:
    """Return the decisions that make sense in a state."""
    return [one for one in Deciding if state in POSSIBLE[one]]
