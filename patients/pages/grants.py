"""Visiting clinicians: who may see whom, for whom they come, what they looked at, and an early end."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib.addresses import number
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import refuse
from patients import queries
from patients.actions import care
from patients.models import CareGrant
from patients.queries import grants

GRANT = "patients.care.grant"


class EndForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)


@require_http_methods(["GET", "HEAD"])
@requires(GRANT)
def index(request: HttpRequest) -> HttpResponse:
    """List grants within reach: those that run, are to come, and ended."""
    by, at = request.principal, database_now()  # type: ignore[attr-defined]
    rows, more = grants.listed(by, before=number(request.GET.get("before", "")), limit=grants.PAGE)
    reads.record(by=by, purpose="grants", objects=rows, person_id=lambda one: one.person_id)
    context: dict[str, Any] = {"rows": [(one, _state(one, at)) for one in rows], "at": at}
    if more:
        context["next"] = f"?before={rows[-1].pk}"
    return render(request, "patients/grants.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(GRANT)
def show(request: HttpRequest, caregrant_id: int) -> HttpResponse:
    """Show one grant with what the visitor looked at; end it early."""
    by, at = request.principal, database_now()  # type: ignore[attr-defined]
    grant = grants.found(by, caregrant_id)
    if grant is None:
        raise Http404
    form = EndForm(request.POST if request.method == "POST" else None, label_suffix="")
    if form.is_valid():
        try:
            care.end_grant(by=by, at=at, grant=grant, reason=form.cleaned_data["reason"])
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            told = _("The grant of %(who)s has ended.") % {"who": grant.principal.display_name}
            messages.success(request, told)
            return HttpResponseRedirect(reverse("grant", args=[grant.pk]))
    reads.record(by=by, purpose="grants", objects=[grant], person_id=grant.person_id)
    context = {
        "grant": grant,
        "state": _state(grant, at),
        "banner": queries.banner(grant.person, at=at),
        "looks": grants.looks(grant),
        "most": grants.LOOKS,
        "form": form,
        "goes_on": grant.until > at,
    }
    return render(request, "patients/grant.html", context, status=422 if form.is_bound else 200)


def _state(grant: CareGrant, at: Any) -> tuple[str, str]:
    if grant.until <= at:
        return "muted", _("ended")
    return ("info", _("to come")) if grant.since > at else ("good", _("runs"))
