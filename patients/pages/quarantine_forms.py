"""The forms of quarantine: an order, a review, a breach with who was met, and room in a place."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from patients.forms import MomentField, PersonField, SuggestingInput, now
from patients.models import (
    Location,
    Person,
    QuarantineBreach,
    QuarantineKind,
    QuarantineReview,
)
from patients.queries import agents

AREA = {"rows": 3}


def _places() -> Any:
    """Return wards, rooms and other places; beds are hundreds, and stand in one of these."""
    rows = Location.objects.filter(is_active=True).exclude(kind=Location.Kind.BED)
    return rows.order_by("name")


class OrderForm(forms.Form):
    """Somebody is to stay apart; where a rule is in force, its end need not be stated."""

    person = PersonField()
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=QuarantineKind.choices)
    agent = forms.CharField(
        label=gettext_lazy("Agent"),
        max_length=80,
        required=False,
        widget=SuggestingInput(agents.suggested),
        help_text=gettext_lazy("As exposures name it: the rule in force for it gives the end."),
    )
    location = forms.ModelChoiceField(
        label=gettext_lazy("Place"), queryset=Location.objects.none(), required=False
    )
    place = forms.CharField(
        label=gettext_lazy("Place in words"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("For example an address, or a cabin."),
    )
    starts_at = MomentField(label=gettext_lazy("From when"), initial=now)
    ends_at = MomentField(
        label=gettext_lazy("End stated by hand"),
        required=False,
        help_text=gettext_lazy(
            "Leave it empty where a rule is in force. Without a rule it stays open if it is empty."
        ),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), widget=forms.Textarea(attrs=AREA), max_length=2000
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.fields["location"].queryset = _places()  # type: ignore[attr-defined]


class ReviewForm(forms.Form):
    """Somebody was seen about their quarantine."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Outcome"), choices=QuarantineReview.Outcome.choices
    )
    signs = forms.ChoiceField(
        label=gettext_lazy("Clinical signs"),
        choices=QuarantineReview.Signs.choices,
        initial=QuarantineReview.Signs.NOT_ASSESSED,
    )
    findings = forms.CharField(
        label=gettext_lazy("Findings"), widget=forms.Textarea(attrs=AREA), max_length=4000
    )
    reviewed_at = MomentField(label=gettext_lazy("Reviewed at"), initial=now)


class ContactsField(forms.CharField):
    """Several persons by MRN, one on each line."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={**AREA, "autocomplete": "off"}))
        super().__init__(required=False, max_length=2000, **kwargs)
        self.one = PersonField()

    def clean(self, value: Any) -> list[Person]:
        found, wrong = [], []
        for text in super().clean(value).replace(",", "\n").split():
            try:
                found.append(self.one.clean(text))
            except ValidationError as refused:
                wrong += [f"{text}: {sentence}" for sentence in refused.messages]
        if wrong:
            raise ValidationError(wrong)
        return [person for person in found if person is not None]


class BreachForm(forms.Form):
    """What was seen, and who was met: each becomes possibly exposed, in the same step."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What happened"), choices=QuarantineBreach.Kind.choices
    )
    seen_at = MomentField(label=gettext_lazy("Seen at"), initial=now)
    until_at = MomentField(label=gettext_lazy("Until"), required=False)
    place = forms.CharField(label=gettext_lazy("Where"), max_length=200)
    witness = forms.CharField(label=gettext_lazy("Seen by"), max_length=120)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    contacts = ContactsField(
        label=gettext_lazy("Who was met (MRN, one on each line)"),
        help_text=gettext_lazy("Each is recorded as possibly exposed to the agent of the order."),
    )


class CapacityForm(forms.Form):
    """How many people a place takes from a moment on."""

    location = forms.ModelChoiceField(label=gettext_lazy("Place"), queryset=Location.objects.none())
    places = forms.IntegerField(
        label=gettext_lazy("Places"),
        min_value=0,
        max_value=10_000,
        help_text=gettext_lazy("0: no longer used for quarantine."),
    )
    from_at = MomentField(label=gettext_lazy("From when"), initial=now)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.fields["location"].queryset = _places()  # type: ignore[attr-defined]
