"""Enrolling somebody in a programme, and ending it."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from consent.actions import enrolments
from consent.models import Enrolment, Programme, RoundSlot
from consent.pages.forms import moment_field
from consent.pages.reach import person_in_reach, principal_of, programme_named
from consent.queries.clearances import clearance_of, entries_of
from consent.rules.answers import Reason
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import refuse
from patients import queries as registry
from patients.models import Person

RECORD = "consent.enrolment.record"
UNSIGNED = frozenset({Reason.NO_WAIVER, Reason.WITHDRAWN, Reason.WAIVER_SUPERSEDED})


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

    def act(**given: Any) -> str:
        enrolments.enrol(person=person, programme=programme, **given)
        return _what_comes_next(person, programme, by=principal_of(request))

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

    def act(**given: Any) -> str:
        enrolments.end(enrolment=enrolment, **given)
        return gettext("The enrolment is ended.")

    form = EndForm(request.POST or None, label_suffix="")
    return _answered(request, form, act, person, programme, _("End the enrolment"))


def _what_comes_next(person: Person, programme: Programme, *, by: Principal) -> str:
    """Return that somebody is enrolled, with links to what they who enrolled them may do next."""
    now = database_now()
    slot = RoundSlot.objects.filter(person=person, programme=programme, closed_at=None).first()
    reasons = set(clearance_of(person, programme, at=now).reasons)
    steps = []
    if reasons & UNSIGNED and policy.can(by, "consent.waiver.sign", person):
        there = reverse("waiver-sign", args=[person.uid, programme.code])
        steps.append((there, gettext("Sign the waiver")))
    if slot is not None and policy.can(by, "consent.appointment.plan", person):
        steps.append((reverse("appointment-book", args=[slot.pk]), gettext("Book the checks")))
    if not steps:
        return gettext("Enrolled.")
    links = format_html_join(", ", '<a href="{}">{}</a>', steps)
    return format_html(gettext("Enrolled. Next: {links}."), links=links)


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
            done = act(by=principal_of(request), at=now, **given)
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, done)
            return redirect("clearance", person.uid, programme.code)
    context = {
        "banner": registry.banner(person, at=now),
        "person": person,
        "programme": programme,
        "form": form,
        "title": title,
    }
    return render(request, "consent/form.html", context, status=422 if form.errors else 200)
