"""Enrolling somebody in a programme, and ending it."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from consent.actions import enrolments
from consent.models import Enrolment
from consent.pages.forms import moment_field
from consent.pages.reach import person_in_reach, principal_of, programme_named
from consent.queries.clearances import entries_of
from labsys.accounts.permissions import requires
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import refuse
from patients import queries as registry

RECORD = "consent.enrolment.record"


class EnrolForm(forms.Form):
    """From when somebody belongs to the programme."""

    started_at = moment_field(_("Enrolled from"))


class EndForm(forms.Form):
    """Until when somebody belonged to the programme; no reason is required."""

    ended_at = moment_field(_("Ended at"))
    reason = forms.CharField(
        label=_("Reason, if one was given"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RECORD)
def enrol(request: HttpRequest, uid: uuid.UUID, code: str) -> HttpResponse:
    """Enrol somebody from a moment on."""
    person = person_in_reach(principal_of(request), uid, "consent.clearance.view")
    programme = programme_named(code)

    def act(**given: Any) -> None:
        enrolments.enrol(person=person, programme=programme, **given)

    form = EnrolForm(request.POST or None, label_suffix="")
    return _answered(request, form, act, person, programme, _("Enrol"))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RECORD)
def end(request: HttpRequest, uid: uuid.UUID, code: str) -> HttpResponse:
    """End somebody's enrolment."""
    person = person_in_reach(principal_of(request), uid, "consent.clearance.view")
    programme = programme_named(code)
    entries = entries_of([person.pk], known_at=database_now())[person.pk]
    enrolment = Enrolment.objects.filter(person__in=entries, programme=programme, end=None).first()
    if enrolment is None:
        raise Http404

    def act(**given: Any) -> None:
        enrolments.end(enrolment=enrolment, **given)

    form = EndForm(request.POST or None, label_suffix="")
    return _answered(request, form, act, person, programme, _("End the enrolment"))


def _answered(
    request: HttpRequest, form: forms.Form, act: Any, person: Any, programme: Any, title: Any
) -> HttpResponse:
    now = database_now()
    if request.method == "POST" and form.is_valid():
        given = {
            name: value or now for name, value in form.cleaned_data.items() if name != "reason"
        }
        if "reason" in form.cleaned_data:
            given["reason"] = form.cleaned_data["reason"]
        try:
            act(by=principal_of(request), at=now, **given)
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("Recorded."))
            return redirect("clearance", person.uid, programme.code)
    context = {
        "banner": registry.banner(person, at=now),
        "person": person,
        "programme": programme,
        "form": form,
        "title": title,
    }
    return render(request, "consent/form.html", context, status=422 if form.errors else 200)
