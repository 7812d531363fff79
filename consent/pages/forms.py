"""What the forms of this app share: moments, refusals, and how a check is concluded."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from consent.models import Check, Programme
from consent.queries.subjects import refusals_to_lift
from consent.rules.facts import CheckKind, CheckOutcome
from consent.templatetags.clearance import outcome_words
from labsys.accounts import step_ups
from labsys.accounts.models import Principal
from labsys.accounts.rules.usernames import normalize
from labsys.lib.errors import InvalidInput
from patients.forms import MomentField
from patients.models import Person

NOW = _("Left empty: now.")


def moment_field(label: Any, *, if_empty: Any = NOW) -> MomentField:
    """Return a field for a moment in the hospital's time zone; `if_empty` says what none means."""
    return MomentField(label=label, required=False, help_text=if_empty)


class ClinicianField(forms.ModelChoiceField):
    """A clinician, by full name."""

    def label_from_instance(self, obj: Principal) -> str:
        return obj.display_name


class ProgrammeField(forms.ModelChoiceField):
    """One of the programmes that are not closed, by what it is called now."""

    def __init__(self, **more: Any) -> None:
        rows = Programme.objects.filter(is_active=True).order_by("code")
        super().__init__(label=_("Programme"), queryset=rows, empty_label=None, **more)

    def label_from_instance(self, obj: Programme) -> str:
        return obj.name


class LiftField(forms.ModelMultipleChoiceField):
    """The standing refusals that a passed check lifts by name."""

    def label_from_instance(self, obj: Check) -> str:
        return f"{outcome_words(obj.outcome)}, {obj.performed_at:%Y-%m-%d %H:%M} UTC"


class ConclusionForm(forms.Form):
    """How a clinician concludes a check; a second one gives their own password."""

    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[("", "—"), *((one.value, outcome_words(one.value)) for one in CheckOutcome)],
    )
    lifts = LiftField(
        label=_("Lifts these earlier refusals"),
        queryset=Check.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    grounds = forms.CharField(
        label=_("Grounds for an outcome laxer than proposed"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    criteria = forms.CharField(
        label=_("Individual decision: by which criteria"),
        required=False,
        help_text=_("Such as a maternity score. It holds for this check alone, and takes two."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    second_username = forms.CharField(
        label=_("Second clinician: user name"),
        required=False,
        help_text=_(
            "Needed only where the outcome is laxer than proposed, and for an incomplete check where "
            "something refers beside what is still missing."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    second_password = forms.CharField(
        label=_("Second clinician: password"),
        required=False,
        strip=False,
        max_length=step_ups.LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        *,
        person: Person,
        kind: CheckKind,
        at: datetime,
        request: HttpRequest,
        asks_criteria: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(data, label_suffix="", **more)
        self.request = request
        if not asks_criteria:
            del self.fields["criteria"]
        lifts = self.fields["lifts"]
        assert isinstance(lifts, LiftField)  # noqa: S101
        lifts.queryset = refusals_to_lift(person, kind, at=at)
        if not lifts.queryset.exists():
            del self.fields["lifts"]

    def second_clinician(self) -> Principal | None:
        """Return the second clinician who signed with their own password, None if none was named.

        Nobody signs for another: a name alone is no agreement.
        """
        username = self.cleaned_data["second_username"]
        if not username:
            return None
        password = self.cleaned_data["second_password"]
        user = step_ups.known_by(self.request, normalize(username), password)
        if user is None:
            raise InvalidInput(
                _("The second clinician's user name and password do not fit."),
                field="second_password",
            )
        found: Principal = user.principal
        return found
