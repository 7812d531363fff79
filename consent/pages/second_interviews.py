"""The second interview: another psychologist rates anew, and concludes the check."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from consent.actions import second_interviews
from consent.models import Check
from consent.pages.forms import ConclusionForm
from consent.pages.interviews import RatingsForm
from consent.pages.psychological import RECORD
from consent.pages.reach import principal_of
from consent.queries import second_interviews as queries
from consent.queries.interviews import seen_of
from consent.queries.psychological import opened
from consent.rules.facts import CheckKind, CheckOutcome
from consent.rules.psychological import PsychologicalProposal
from consent.rules.second_interviews import WITHIN, sealed_content, weighed
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import refuse, sentence
from patients import queries as registry

SHOWN = 200


@require_http_methods(["GET", "HEAD"])
@requires(RECORD)
def index(request: HttpRequest) -> HttpResponse:
    """Show the checks whose second interview can be held now, the first to close in front."""
    principal, now = principal_of(request), database_now()
    found = queries.listed(queries.to_hold(principal, at=now)).order_by("performed_at", "pk")
    rows = [(one, one.performed_at + WITHIN) for one in found[:SHOWN]]
    reads.record(
        by=principal,
        purpose="second-interviews",
        objects=[one for one, _until in rows],
        person_id=lambda one: one.person_id,
    )
    return render(request, "consent/second_interviews.html", {"rows": rows})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(RECORD)
def hold(request: HttpRequest, check_uid: uuid.UUID) -> HttpResponse:
    """Take the second ratings, show what both come to, and record what is concluded.

    The answers of the first check count; its ratings and notes are not shown before.
    """
    principal = principal_of(request)
    rows = Check.objects.filter(uid=check_uid, kind=CheckKind.PSYCHOLOGICAL.value)
    first = policy.scope(principal, rows, RECORD).select_related("person", "examiner").first()
    if first is None:
        raise Http404
    now = database_now()
    context: dict[str, Any] = {
        "banner": registry.banner(first.person, at=now),
        "person": first.person,
        "first": first,
    }
    try:
        second_interviews.check_open(first, by=principal, at=now)
    except Refusal as refusal:
        closed = {**context, "closed": sentence(refusal)}
        return render(request, "consent/second_interview.html", closed, status=refusal.status)
    said = opened(first, by=principal) if request.method == "POST" else {}
    found = RatingsForm(request.POST or None, computed=said.get("computed"))
    proposal = None
    if request.method == "POST" and found.is_valid():
        second = found.held(principal.name)
        proposal = weighed(said, by=first.examiner.name, second=second, sex=first.person.sex)
    concludes = proposal is not None and request.POST.get("step") == "conclude"
    conclusion = ConclusionForm(
        request.POST if concludes else None,
        person=first.person,
        kind=CheckKind.PSYCHOLOGICAL,
        at=now,
        request=request,
    )
    if proposal is not None and concludes and conclusion.is_valid():
        content = sealed_content(
            said, proposal, ratings=found.ratings(), notes=found.cleaned_data["notes"]
        )
        made = _conclude(found, conclusion, proposal, content, first=first, by=principal, at=now)
        if made is not None:
            messages.success(request, _("The second interview is recorded."))
            return redirect("psychological-read", made.uid)
    context |= {
        "form": found,
        "proposal": proposal,
        "shown": seen_of(first.person, proposal, at=now) if proposal else "",
        "conclusion": conclusion,
    }
    wrong = found.errors or (concludes and conclusion.errors)
    return render(request, "consent/second_interview.html", context, status=422 if wrong else 200)


def _conclude(
    found: RatingsForm,
    conclusion: ConclusionForm,
    proposal: PsychologicalProposal,
    content: dict[str, Any],
    *,
    at: Any,
    **given: Any,
) -> Check | None:
    """Record the check; what is refused is shown in the form."""
    try:
        return second_interviews.conclude(
            outcome=CheckOutcome(conclusion.cleaned_data["outcome"]),
            proposal=proposal,
            seen=conclusion.cleaned_data["seen"],
            content=content,
            performed_at=found.cleaned_data["performed_at"] or at,
            lifts=list(conclusion.cleaned_data.get("lifts", ())),
            second_clinician=conclusion.second_clinician(),
            grounds=conclusion.cleaned_data["grounds"],
            at=at,
            **given,
        )
    except Refusal as refusal:
        refuse(conclusion, refusal)
        return None
