"""The medical check: measured, scored and proposed first, then concluded by a named clinician."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from consent.actions import checks
from consent.models import MedicalFindings
from consent.pages import alerts
from consent.pages.forms import ConclusionForm, moment_field
from consent.pages.reach import person_in_reach, principal_of, programme_named
from consent.queries.subjects import subject_of
from consent.rules.alerts import AlertKind, needs_response
from consent.rules.facts import CheckKind, CheckOutcome
from consent.rules.medical import Examination, MedicalProposal, Sign, propose
from consent.rules.news2 import Consciousness, InvalidVital, SpO2Scale, Subject, Vitals
from consent.templatetags.clearance import SIGNS
from labsys.accounts.permissions import requires
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import refuse
from patients import queries as registry

RECORD = "consent.medical.record"
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
                label=SIGNS[sign],
                choices=[("", _("not examined")), *YES_NO[1:]],
                required=False,
            )
        self.fields["nanite_control"] = forms.ChoiceField(
            label=_("Nanites"),
            choices=[("", _("not examined")), *MedicalFindings.Control.choices],
            required=False,
            help_text=_("Whether they answer to their controller."),
        )

    def vitals(self) -> Vitals:
        """Return what was measured, as far as it could be read."""
        given = self.cleaned_data
        names = ("respiration_per_min", "spo2_percent", "systolic_mmhg", "pulse_per_min")
        level = given.get("consciousness")
        return Vitals(
            **{name: given.get(name) for name in names},
            on_oxygen=ANSWERS.get(given.get("on_oxygen", "")),
            consciousness=Consciousness(level) if level else None,
            temperature_celsius=given.get("temperature_celsius"),
            spo2_scale=given.get("spo2_scale") or SpO2Scale.ONE,
        )

    def signs(self) -> dict[Sign, bool]:
        found = {sign: ANSWERS.get(self.cleaned_data[sign.value]) for sign in Sign}
        return {sign: seen for sign, seen in found.items() if seen is not None}

    def proposal(self, subject: Subject) -> MedicalProposal | None:
        """Return what the rule proposes; None where a measurement cannot be meant."""
        try:
            return propose(Examination(subject=subject, vitals=self.vitals(), signs=self.signs()))
        except InvalidVital as wrong:
            name, _colon, sentence = str(wrong).partition(": ")
            self.add_error(name if name in self.fields else None, sentence or name)
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
    subject = subject_of(person, at=performed_at)
    if request.POST.get("spinal_injury"):
        subject = replace(subject, has_spinal_cord_injury=True)
    shown = alerts.sitting(request)
    if found.is_bound:  # at once, whatever else is wrong with the form
        needed = needs_response(found.vitals(), subject)
        about = {"request": request, "person": person, "programme": programme, "at": now}
        alerts.raise_if(needed, AlertKind.VITAL_SIGNS, shown=shown, **about)
    proposal = found.proposal(subject) if is_valid else None
    concludes = proposal is not None and request.POST.get("step") == "conclude"
    conclusion = ConclusionForm(
        request.POST if concludes else None,
        person=person,
        kind=CheckKind.MEDICAL,
        at=now,
        request=request,
    )
    if proposal is not None and concludes and conclusion.is_valid():
        given = {"performed_at": performed_at, "by": principal, "at": now}
        if _conclude(found, conclusion, proposal, person, **given):
            messages.success(request, _("The medical check is recorded."))
            return redirect("clearance", uid, code)
    context = {
        "banner": registry.banner(person, at=now),
        "person": person,
        "programme": programme,
        "form": found,
        "proposal": proposal,
        "shown": seen(proposal) if proposal else "",
        "conclusion": conclusion,
        "subject": subject,
        "sitting": shown,
    }
    wrong = found.errors or (concludes and conclusion.errors)
    return render(request, "consent/medical.html", context, status=422 if wrong else 200)


def seen(proposal: MedicalProposal) -> str:
    """Return what identifies a proposal that was shown."""
    total = "" if proposal.score is None else str(proposal.score.total)
    return "|".join([proposal.outcome, total, *proposal.reasons])


def _conclude(
    found: ExaminationForm,
    conclusion: ConclusionForm,
    proposal: MedicalProposal,
    person: Any,
    **given: Any,
) -> bool:
    """Record the check; what is refused is shown in the form."""
    vitals, score = found.vitals(), proposal.score
    kept = {name: getattr(vitals, name) for name in Vitals.__dataclass_fields__}
    try:
        conclusion.check_seen(seen(proposal))
        checks.record_medical(
            person=person,
            outcome=CheckOutcome(conclusion.cleaned_data["outcome"]),
            proposal=proposal,
            vitals={name: str(value) for name, value in kept.items() if value is not None},
            score={"total": score.total, "parts": dict(score.parts), "risk": score.risk}
            if score
            else {"obstacles": list(proposal.obstacles), "missing": list(proposal.missing_vitals)},
            signs=[sign.value for sign, is_there in found.signs().items() if is_there],
            comment=found.cleaned_data["comment"],
            nanite_control=found.cleaned_data["nanite_control"],
            lifts=list(conclusion.cleaned_data.get("lifts", ())),
            second_clinician=conclusion.second_clinician(),
            grounds=conclusion.cleaned_data["grounds"],
            **given,
        )
    except Refusal as refusal:
        refuse(conclusion, refusal)
        return False
    return True
