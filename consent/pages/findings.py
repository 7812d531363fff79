"""Dealing with a critical nanite result, so that it no longer refuses by itself."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assays.models import Result
from consent.actions import findings
from consent.pages.reach import person_in_reach, principal_of, programme_named
from consent.queries.clearances import entries_of
from labsys.accounts.permissions import requires
from labsys.lib import policy
from labsys.lib.admin import ReasonForm
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import refuse
from patients import queries as registry

CLEAR = "consent.finding.clear"


@require_http_methods(["GET", "HEAD", "POST"])
@requires(CLEAR)
def clear(request: HttpRequest, uid: uuid.UUID, code: str, result_id: int) -> HttpResponse:
    """Record what was done about one critical nanite result."""
    principal = principal_of(request)
    person = person_in_reach(principal, uid, "consent.clearance.view")
    programme = programme_named(code)
    now = database_now()
    entries = entries_of([person.pk], known_at=now)[person.pk]
    rows = Result.objects.filter(pk=result_id, person__in=entries)
    result = policy.scope(principal, rows, CLEAR).first()
    if result is None:
        raise Http404
    form = ReasonForm(request.POST or None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            findings.clear(result=result, by=principal, at=now, reason=form.cleaned_data["reason"])
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The finding is recorded as dealt with."))
            return redirect("clearance", uid, code)
    context = {
        "banner": registry.banner(person, at=now),
        "person": person,
        "programme": programme,
        "form": form,
        "title": _("Finding dealt with"),
    }
    return render(request, "consent/form.html", context, status=422 if form.errors else 200)
