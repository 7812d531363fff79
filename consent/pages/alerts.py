"""Clinical alerts: raised as soon as a check is scored, answered by name; and who is on call."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from consent.actions import alerts, on_call
from consent.models import ClinicalAlert, OnCall, Programme
from consent.models.alerts import ANSWERS
from consent.pages.forms import ClinicianField
from consent.pages.reach import principal_of
from consent.queries import alerts as queries
from consent.rules.alerts import AlertKind
from labsys.accounts.models import Principal
from labsys.accounts.permissions import polled, requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import refuse, sentence
from patients.forms import MomentField
from patients.models import Person

VIEW = "consent.alert.view"
ANSWER = alerts.ANSWER
MANAGE = on_call.MANAGE
PROCEDURE_WORDS = gettext_lazy("A clinician is called. Stay with the person until somebody comes.")


class ShiftForm(forms.Form):
    """Who is on call, from when to when."""

    principal = ClinicianField(
        label=gettext_lazy("Clinician"), queryset=Principal.objects.none(), empty_label="—"
    )
    since = MomentField(label=gettext_lazy("From"))
    until = MomentField(
        label=gettext_lazy("Until"), help_text=gettext_lazy("Seven days later at most.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        field = self.fields["principal"]
        assert isinstance(field, ClinicianField)  # noqa: S101
        field.queryset = queries.clinicians()


def sitting(request: HttpRequest) -> uuid.UUID:
    """Return which showing of a form this is; what is no such id begins a new one."""
    try:
        return uuid.UUID(request.POST.get("sitting", ""))
    except ValueError:
        return uuid.uuid4()


def raise_if(
    is_needed: bool,
    kind: AlertKind,
    *,
    request: HttpRequest,
    person: Person,
    programme: Programme,
    shown: uuid.UUID,
    at: datetime,
) -> None:
    """Call a clinician where a check that is being filled in needs one, and say that they were."""
    if not is_needed:
        return
    by = principal_of(request)
    made = alerts.raise_alert(
        person=person, programme=programme, kind=kind, sitting=shown, by=by, at=at
    )
    called = queries.on_call(at)
    if made.acknowledged_by is not None:
        who = made.acknowledged_by.display_name
        messages.warning(request, _("%(who)s sees to the alert.") % {"who": who})
    elif called:
        names = ", ".join(one.display_name for one in called)
        messages.error(request, f"{PROCEDURE_WORDS} " + _("On call: %(names)s.") % {"names": names})
    else:
        messages.error(
            request, f"{PROCEDURE_WORDS} " + _("Nobody is on call: every clinician is told.")
        )


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show the alerts that wait, with their clocks, and who is on call."""
    return render(request, "consent/alerts.html", _listed(request))


@polled
@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def table(request: HttpRequest) -> HttpResponse:
    """Return the alerts as the page asks for them by itself; never counts as use of a login."""
    return render(request, "consent/_alerts.html", _listed(request))


@require_http_methods(["POST"])
@requires(ANSWER)
def acknowledge(request: HttpRequest, alert_uid: uuid.UUID) -> HttpResponse:
    """Say by name that one sees to an alert."""
    alert = _found(request, alert_uid)
    try:
        alerts.acknowledge(alert=alert, by=principal_of(request), at=database_now())
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
    else:
        messages.success(request, _("You see to it. Write down below what was done."))
    return HttpResponseRedirect(reverse("alerts"))


@require_http_methods(["POST"])
@requires(ANSWER)
def close(request: HttpRequest, alert_uid: uuid.UUID) -> HttpResponse:
    """Write down what was done about an alert."""
    alert = _found(request, alert_uid)
    try:
        answer = alerts.parsed_answer(request.POST.get("answer", ""))
        alerts.close(alert=alert, answer=answer, by=principal_of(request), at=database_now())
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
    else:
        messages.success(request, _("Written down; the alert is closed."))
    return HttpResponseRedirect(reverse("alerts"))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW, post=MANAGE)
def shifts(request: HttpRequest) -> HttpResponse:
    """Show who is on call now and later, and put somebody on call."""
    now = database_now()
    form = ShiftForm(request.POST or None, initial={"since": now})
    if request.method == "POST" and form.is_valid():
        try:
            on_call.put(by=principal_of(request), at=now, **form.cleaned_data)
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("Recorded."))
            return HttpResponseRedirect(reverse("on-call"))
    context = {
        "form": form,
        "shifts": queries.shifts_from(now)[: queries.SHOWN],
        "at": now,
        "may_manage": policy.can(principal_of(request), MANAGE),
    }
    return render(request, "consent/on_call.html", context, status=422 if form.errors else 200)


@require_http_methods(["POST"])
@requires(MANAGE)
def end_shift(request: HttpRequest, oncall_id: int) -> HttpResponse:
    """End somebody's time on call before it is over."""
    principal = principal_of(request)
    shift = policy.scope(principal, OnCall.objects.filter(pk=oncall_id)).first()
    if shift is None:
        raise Http404
    try:
        on_call.end(shift=shift, by=principal, at=database_now())
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
    else:
        messages.success(request, _("Recorded."))
    return HttpResponseRedirect(reverse("on-call"))


def _found(request: HttpRequest, uid: uuid.UUID) -> ClinicalAlert:
    rows = ClinicalAlert.objects.filter(uid=uid)
    found: ClinicalAlert | None = policy.scope(principal_of(request), rows).first()
    if found is None:
        raise Http404
    return found


def _listed(request: HttpRequest) -> dict[str, Any]:
    principal, at = principal_of(request), database_now()
    found = queries.listed(principal, at=at)
    shown = [row.alert for row in (*found.waiting, *found.recent)]
    reads.record(
        by=principal, purpose="alert", objects=shown, person_id=lambda alert: alert.person_id
    )
    return {
        "found": found,
        "at": at,
        "on_call": queries.on_call(at),
        "answers": ANSWERS,
        "may_answer": policy.can(principal, ANSWER),
    }
