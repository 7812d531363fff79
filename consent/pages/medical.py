"""The medical check: measured, scored and proposed first, then concluded by a named clinician."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from assays.pages.acts import attempt
from consent.actions import check_orders, medical
from consent.models import MedicalFindings
from consent.pages import alerts
from consent.pages.forms import ConclusionForm, moment_field
from consent.pages.reach import person_in_reach, principal_of, programme_named
from consent.queries.medical import Sitting, sitting_of, subject_as_examined
from consent.rules.alerts import AlertKind, is_excluded, needs_response
from consent.rules.facts import CheckKind, CheckOutcome
from consent.rules.medical import ExaminationItem, Examined, MedicalProposal, Sign
from consent.rules.news2 import Consciousness, InvalidVital, SpO2Scale, Vitals
from consent.templatetags.clearance import EXAMINED, SIGNS
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import refuse
from patients import queries as registry
from patients.actions import pregnancies
from patients.rules.pregnancies import Status

RECORD = medical.RECORD
DOINGS = {"order": check_orders.PLACE, "pregnancy": "patients.pregnancy.record"}
ACVPU = [
    ("", "—"),
    (Consciousness.ALERT.value, _("A – alert")),
    (Consciousness.CONFUSION.value, _("C – new confusion")),
    (Consciousness.VOICE.value, _("V – responds to voice")),
    (Consciousness.PAIN.value, _("P – responds to pain")),
    (Consciousness.UNRESPONSIVE.value, _("U – unresponsive")),
]
YES_NO = [("", "—"), ("no", _("no")), ("yes", _("yes"))]
ANSWERS = {"yes": True, "no": False}
NOT_EXAMINED = ("", _("not examined"))
FOUND = [NOT_EXAMINED, ("normal", _("normal")), ("abnormal", _("abnormal"))]
IS_CONTROLLED = {
    MedicalFindings.Control.CONTROLLED.value: True,
    MedicalFindings.Control.NOT_CONTROLLED.value: False,
}
MEASURED = (
    *("performed_at", "respiration_per_min", "spo2_percent", "spo2_scale", "on_oxygen"),
    *("systolic_mmhg", "pulse_per_min", "consciousness", "temperature_celsius", "spinal_injury"),
)


@dataclass(frozen=True)
class Part:
    """Fields that are shown together, under a title."""

    title: Any
    fields: list[Any]


def _number(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False)


class ExaminationForm(forms.Form):
    """What was measured and seen; what is left empty was not."""

    performed_at = moment_field(_("Performed at"))
    respiration_per_min = _number(_("Respiration rate (per minute)"))
    spo2_percent = _number(_("Oxygen saturation (%)"))
    spo2_scale = forms.TypedChoiceField(
        label=_("Saturation scale"),
        choices=[("1", _("1 – usual")), ("2", _("2 – prescribed 88 to 92 %"))],
        coerce=lambda text: SpO2Scale(int(text)),
        initial="1",
    )
    on_oxygen = forms.ChoiceField(label=_("Breathing oxygen"), choices=YES_NO, required=False)
    systolic_mmhg = _number(_("Systolic blood pressure (mmHg)"))
    pulse_per_min = _number(_("Pulse (per minute)"))
    consciousness = forms.ChoiceField(label=_("Consciousness"), choices=ACVPU, required=False)
    temperature_celsius = forms.DecimalField(
        label=_("Temperature (°C)"), required=False, max_digits=6
    )
    spinal_injury = forms.BooleanField(label=_("Spinal cord injury"), required=False)
    comment = forms.CharField(
        label=_("Comment"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        for sign in Sign:
            self.fields[sign.value] = forms.ChoiceField(
                label=capfirst(SIGNS[sign]),
                choices=[NOT_EXAMINED, *YES_NO[1:]],
                required=False,
            )
        self.fields["nanite_control"] = forms.ChoiceField(
            label=_("Nanites"),
            choices=[NOT_EXAMINED, *MedicalFindings.Control.choices],
            required=False,
            help_text=_("Whether they answer to their controller."),
        )
        for item in ExaminationItem:
            self.fields[item.value] = forms.ChoiceField(
                label=EXAMINED[item], choices=FOUND, required=False
            )

    @property
    def parts(self) -> list[Part]:
        """Return the fields by what they are about."""
        seen, looked_at = list(Sign), list(ExaminationItem)
        return [
            Part(title, [self[name] for name in names])
            for title, names in (
                (_("Measurements"), MEASURED),
                (_("Clinical signs"), [*seen, "nanite_control"]),
                (_("Examination"), [*looked_at, "comment"]),
            )
        ]

    def examined(self) -> Examined:
        """Return what was measured and seen, as far as it could be read."""
        given = self.cleaned_data
        names = ("respiration_per_min", "spo2_percent", "systolic_mmhg", "pulse_per_min")
        level = given.get("consciousness")
        signs = {sign: ANSWERS.get(given.get(sign.value, "")) for sign in Sign}
        items = {item: given.get(item.value) for item in ExaminationItem}
        return Examined(
            vitals=Vitals(
                **{name: given.get(name) for name in names},
                on_oxygen=ANSWERS.get(given.get("on_oxygen", "")),
                consciousness=Consciousness(level) if level else None,
                temperature_celsius=given.get("temperature_celsius"),
                spo2_scale=given.get("spo2_scale") or SpO2Scale.ONE,
            ),
            signs={sign: seen for sign, seen in signs.items() if seen is not None},
            items={item: seen == "abnormal" for item, seen in items.items() if seen},
            are_nanites_controlled=IS_CONTROLLED.get(given.get("nanite_control", "")),
            has_spinal_cord_injury=given.get("spinal_injury", False),
        )

    def proposal(self, sitting: Sitting) -> MedicalProposal | None:
        """Return what the rule proposes; None where a measurement cannot be meant."""
        try:
            return sitting.proposal(self.examined())
        except InvalidVital as wrong:
            refuse(self, medical.not_meant(wrong))
            return None


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RECORD)
def check(request: HttpRequest, uid: uuid.UUID, code: str) -> HttpResponse:
    """Take the findings, show score and proposal, and record what the clinician concludes."""
    principal = principal_of(request)
    person = person_in_reach(principal, uid, RECORD)
    programme = programme_named(code)
    now = database_now()
    found = ExaminationForm(request.POST or None)
    is_valid = request.method == "POST" and found.is_valid()
    performed_at = (found.cleaned_data["performed_at"] or now) if is_valid else now
    sitting = sitting_of(person, programme, performed_at=performed_at, at=now)
    shown = alerts.sitting(request)
    if found.is_bound:  # at once, whatever else is wrong with the form
        about = {"request": request, "person": person, "programme": programme, "at": now}
        needed = _calls(request, found, sitting)
        alerts.raise_if(needed, AlertKind.VITAL_SIGNS, shown=shown, **about)
    reads.record(by=principal, purpose="medical-check", objects=sitting.read, person_id=person.pk)
    proposal = found.proposal(sitting) if is_valid else None
    concludes = proposal is not None and request.POST.get("step") == "conclude"
    conclusion = ConclusionForm(
        request.POST if concludes else None,
        person=person,
        kind=CheckKind.MEDICAL,
        at=now,
        request=request,
        asks_criteria=proposal is not None and bool(proposal.obstacles),
    )
    if proposal is not None and concludes and conclusion.is_valid():
        given = {"person": person, "programme": programme, "performed_at": performed_at}
        if _conclude(found, conclusion, **given, by=principal, at=now):
            messages.success(request, _("The medical check is recorded."))
            return redirect("clearance", uid, code)
    context = {
        "banner": registry.banner(person, at=now),
        "person": person,
        "programme": programme,
        "form": found,
        "proposal": proposal,
        "shown": sitting.seen(proposal) if proposal else "",
        "is_excluded": proposal is not None and is_excluded(proposal.obstacles),
        "conclusion": conclusion,
        "subject": sitting.subject,
        "sitting": shown,
        "results": sitting.results,
        "nanites": sitting.nanites,
        "last": sitting.last,
        "may": {name: policy.can(principal, each, person) for name, each in DOINGS.items()},
    }
    wrong = found.errors or (concludes and conclusion.errors)
    return render(request, "consent/medical.html", context, status=422 if wrong else 200)


def _calls(request: HttpRequest, found: ExaminationForm, sitting: Sitting) -> bool:
    """Say whether a clinician is called: by what was measured, or by the examiner themselves."""
    examined = found.examined()
    subject = subject_as_examined(sitting.subject, examined)
    is_needed = needs_response(examined.vitals, subject, policy=sitting.policy)
    return is_needed or request.POST.get("step") == "call"


def _conclude(found: ExaminationForm, conclusion: ConclusionForm, **given: Any) -> bool:
    """Record the check; what is refused is shown in the form."""
    said = conclusion.cleaned_data
    try:
        medical.conclude(
            examined=found.examined(),
            outcome=CheckOutcome(said["outcome"]),
            seen=said["seen"],
            comment=found.cleaned_data["comment"],
            criteria=said.get("criteria", ""),
            lifts=list(said.get("lifts", ())),
            second_clinician=conclusion.second_clinician(),
            grounds=said["grounds"],
            **given,
        )
    except Refusal as refusal:
        refuse(conclusion, refusal)
        return False
    return True


@require_http_methods(["POST"])
@requires(RECORD)
def order(request: HttpRequest, uid: uuid.UUID, code: str) -> HttpResponse:
    """Order what the programme's panels still want in the round that is open."""
    person, programme = person_in_reach(principal_of(request), uid, RECORD), programme_named(code)
    done = _("The panels are ordered; draw the specimens.")
    attempt(request, check_orders.place, done=done, person=person, programme=programme)
    return redirect("check-medical", person.uid, programme.code)


@require_http_methods(["POST"])
@requires(RECORD)
def not_pregnant(request: HttpRequest, uid: uuid.UUID, code: str) -> HttpResponse:
    """Record that a test of today excluded a pregnancy."""
    person, programme = person_in_reach(principal_of(request), uid, RECORD), programme_named(code)
    attempt(
        request,
        pregnancies.record,
        done=_("Recorded: not pregnant, by a test of today."),
        person=person,
        status=Status.NOT_PREGNANT,
        observed_at=database_now(),
        method=str(_("test at the weekly check")),
    )
    return redirect("check-medical", person.uid, programme.code)
