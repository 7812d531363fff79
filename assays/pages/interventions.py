"""A person's interventions in the order of time, what came of each, and a new one in one line."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from assays.pages import benefits, outcome_words
from assays.pages.trends import load_of
from labsys.accounts.models import Principal, PrincipalKind
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import refuse
from patients import queries as registry
from patients.actions import interventions as actions
from patients.forms import MomentField
from patients.models import Intervention, Person

VIEW, RECORD = "patients.intervention.view", "patients.intervention.record"


class InterventionForm(forms.Form):
    """What was done; the detail tells of a kind which it was, such as the pore size of a filter."""

    kind = forms.ChoiceField(label=gettext_lazy("Done"), choices=Intervention.Kind.choices)
    detail = forms.CharField(
        label=gettext_lazy("Detail"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Such as: pore size 9 µm"),
    )
    dose = forms.DecimalField(label=gettext_lazy("Dose or setting"), required=False)
    dose_unit = forms.CharField(label=gettext_lazy("Unit"), required=False, max_length=40)
    started_at = MomentField(label=gettext_lazy("From"))
    ended_at = MomentField(label=gettext_lazy("Until"), required=False)
    operator = forms.ModelChoiceField(
        label=gettext_lazy("Operator"),
        queryset=Principal.objects.filter(kind=PrincipalKind.PERSON, is_active=True).order_by(
            "name"
        ),
        required=False,
        empty_label=gettext_lazy("myself"),
    )
    intended_effect = forms.CharField(
        label=gettext_lazy("Intended effect"),
        required=False,
        max_length=200,
        help_text=Intervention._meta.get_field("intended_effect").help_text,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW, post=RECORD)
def show(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Show what was done to a person with its outcome; record something new."""
    principal = request.principal  # type: ignore[attr-defined]
    needed = RECORD if request.method == "POST" else VIEW
    person = policy.scope(principal, Person.objects.filter(uid=uid), needed).first()
    if person is None:
        raise Http404
    now, status = database_now(), 200
    form = InterventionForm(
        request.POST if request.method == "POST" else None,
        initial={"started_at": now},
        label_suffix="",
    )
    if request.method == "POST":
        status = 422
        if form.is_valid() and _recorded(form, person, principal):
            notices.success(request, _("The intervention is recorded."))
            return HttpResponseRedirect(reverse("person-interventions", args=[uid]))
    reads.record(by=principal, purpose="interventions", objects=[person], person_id=person.pk)
    entries = registry.entries(person.pk)
    rows = Intervention.objects.standing().filter(person_id__in=list(entries))
    done = list(
        policy.scope(principal, rows).select_related("operator__user").order_by("started_at", "id")
    )
    load = load_of(principal, entries)
    context: dict[str, Any] = {
        "banner": registry.banner(person, at=now),
        "person": person,
        "load": load,
        "operators": True,
        "interventions": outcome_words.told(done, load.outcome, get_default_timezone()),
        "may_trend": policy.can(principal, "assays.result.view", person),
        **benefits.beside(principal, entries, done, at=now),
        "form": form if policy.can(principal, RECORD, person) else None,
    }
    return render(request, "assays/interventions.html", context, status=status)


def _recorded(form: InterventionForm, person: Person, by: Principal) -> bool:
    try:
        stated = {**form.cleaned_data, "operator": form.cleaned_data["operator"] or by}
        actions.record(by=by, at=database_now(), person=person, **stated)
    except Refusal as refusal:
        refuse(form, refusal)
        return False
    return True
