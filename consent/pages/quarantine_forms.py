"""The forms by which a quarantine ends, and by which its rules are drafted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assays.models import Analyte
from labsys.lib.errors import InvalidInput
from labsys.lib.refusals import sentence
from patients.forms import MomentField, SuggestingInput, now
from patients.models import QuarantineKind
from patients.queries import agents
from patients.rules import quarantine_criteria
from patients.rules.quarantine import MOST_DAYS, MOST_REVIEW_DAYS
from patients.rules.quarantine_criteria import Asks, Criterion

AREA = {"rows": 3}
CRITERIA = 3
ASKS = [("", "—"), (Asks.NEGATIVE.value, _("negative")), (Asks.BELOW.value, _("below a limit"))]
PARTS = ("analyte", "asks", "limit", "unit", "times", "hours_apart")


class LiftForm(forms.Form):
    """The end of an order before its time."""

    lifted_at = MomentField(label=_("From when"), initial=now)
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs=AREA), max_length=2000)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2}), max_length=2000
    )


class RuleForm(forms.Form):
    """How long quarantine for an agent lasts, and what has to be found before release."""

    agent = forms.CharField(
        label=_("Agent"),
        max_length=80,
        widget=SuggestingInput(agents.suggested),
        help_text=_("As exposures and orders name it."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=QuarantineKind.choices)
    days = forms.IntegerField(
        label=_("Days after the last exposure"), min_value=1, max_value=MOST_DAYS
    )
    review_every_days = forms.IntegerField(
        label=_("Review every (days)"), min_value=1, max_value=MOST_REVIEW_DAYS, initial=1
    )
    until_lifted = forms.BooleanField(
        label=_("Ends only when it is lifted"),
        required=False,
        help_text=_("Past its planned end it stays in force: whose criteria are open stays apart."),
    )
    signs_gone = forms.BooleanField(
        label=_("For release the last review found no clinical signs"), required=False
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=300,
        help_text=_("Where these figures are from, so that they can be checked."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        analytes = Analyte.objects.order_by("code").values_list("code", "name")
        offered = [("", "—"), *((code, f"{code} {name}") for code, name in analytes)]
        for place in range(1, CRITERIA + 1):
            self.fields.update(_criterion_fields(place, offered))

    @property
    def parts(self) -> list[dict[str, Any]]:
        """Return the fields as the page shows them: each criterion is folded away."""
        mine = [self[name] for name in RuleForm.base_fields]
        folded = []
        for place in range(1, CRITERIA + 1):
            fields = [self[f"{part}_{place}"] for part in PARTS]
            folded.append(
                {
                    "title": _("Criterion %(number)d") % {"number": place},
                    "fields": fields,
                    "is_open": place == 1
                    or bool(fields[0].value())
                    or any(f.errors for f in fields),
                }
            )
        return [{"title": "", "fields": mine}, *folded]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        criteria: list[Criterion] = []
        for place in range(1, CRITERIA + 1):
            stated = {part: given.get(f"{part}_{place}") for part in PARTS}
            if not stated["analyte"]:
                continue
            try:
                criteria += quarantine_criteria.read([_plain(stated)])
            except InvalidInput as refusal:
                self.add_error(f"asks_{place}", sentence(refusal))
        given["criteria"] = criteria
        return given

    def stated(self) -> dict[str, Any]:
        """Return what the action takes; only once the form is valid."""
        names = [*RuleForm.base_fields, "criteria"]
        return {name: self.cleaned_data[name] for name in names}


def _criterion_fields(place: int, offered: list[Any]) -> dict[str, forms.Field]:
    found: dict[str, forms.Field] = {
        "analyte": forms.ChoiceField(label=_("Analyte"), choices=offered, required=False),
        "asks": forms.ChoiceField(label=_("Has to be"), choices=ASKS, required=False),
        "limit": forms.DecimalField(label=_("Limit"), required=False, min_value=0),
        "unit": forms.CharField(label=_("Unit"), max_length=40, required=False),
        "times": forms.IntegerField(
            label=_("In how many specimens"), required=False, min_value=1, max_value=10
        ),
        "hours_apart": forms.IntegerField(
            label=_("At least how many hours apart"), required=False, min_value=0, max_value=720
        ),
    }
    return {f"{part}_{place}": field for part, field in found.items()}


def _plain(stated: dict[str, Any]) -> dict[str, Any]:
    return {**stated, "times": stated["times"] or 1, "hours_apart": stated["hours_apart"] or 0}
