"""The psychological check: questionnaires, a private interview, notes; for psychologists alone."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from consent.actions import interviews
from consent.models import Check
from consent.pages import alerts
from consent.pages.forms import ConclusionForm
from consent.pages.interviews import InterviewForm
from consent.pages.reach import person_in_reach, principal_of, programme_named
from consent.queries.clearances import entries_of
from consent.queries.interviews import seen_of, weighed_now
from consent.queries.programmes import questionnaires_asked
from consent.queries.psychological import READ, opened, why_annulled
from consent.queries.questionnaire_texts import languages_at, wordings_at, wordings_used
from consent.queries.signatures import time_to_reflect
from consent.rules.alerts import AlertKind, has_risk_answer
from consent.rules.facts import CheckKind, CheckOutcome
from consent.rules.voluntariness import domains
from labsys.accounts.permissions import requires
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import refuse
from patients import queries as registry

RECORD = "consent.psychological.record"
INTERVIEWS = {
    "interview": _("Interview on voluntariness"),
    "second_interview": _("Second interview"),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(RECORD)
def check(request: HttpRequest, uid: uuid.UUID, code: str) -> HttpResponse:
    """Take the answers, show scores and proposal, and record what the psychologist concludes."""
    principal = principal_of(request)
    person = person_in_reach(principal, uid, RECORD)
    programme = programme_named(code)
    now = database_now()
    language = language_of(request)
    found = InterviewForm(
        request.POST or None,
        required=questionnaires_asked(
            programme, now, entries=entries_of([person.pk], known_at=now)[person.pk]
        ),
        words=wordings_at(now, language=language),
        computed=time_to_reflect(person, programme, at=now),
    )
    proposal = None
    only_asks = request.POST.get("step") == "ask"
    if request.method == "POST" and found.is_valid() and not only_asks:
        given = {"answers": found.answers(), "ratings": found.ratings(), "by": principal}
        proposal = weighed_now(person, programme, **given, at=now).proposal
    concludes = proposal is not None and request.POST.get("step") == "conclude"
    shown = alerts.sitting(request)
    if found.is_bound:  # at once, whatever else is wrong with the form
        is_concluded_urgent = concludes and proposal is not None and proposal.is_urgent
        needed = has_risk_answer(found.answers()) or is_concluded_urgent
        about = {"request": request, "person": person, "programme": programme, "at": now}
        alerts.raise_if(needed, AlertKind.REVIEW, shown=shown, **about)
    conclusion = ConclusionForm(
        request.POST if concludes else None,
        person=person,
        kind=CheckKind.PSYCHOLOGICAL,
        at=now,
        request=request,
    )
    if proposal is not None and concludes and conclusion.is_valid():
        given = {"person": person, "programme": programme, "by": principal, "at": now}
        if _conclude(found, conclusion, **given):
            messages.success(request, _("The psychological check is recorded."))
            return redirect("clearance", uid, code)
    context = {
        "banner": registry.banner(person, at=now),
        "person": person,
        "programme": programme,
        "form": found,
        "language": language,
        "languages": languages_at(now),
        "proposal": proposal,
        "shown": seen_of(person, proposal, at=now) if proposal else "",
        "conclusion": conclusion,
        "sitting": shown,
    }
    wrong = found.errors or (concludes and conclusion.errors)
    return render(request, "consent/psychological.html", context, status=422 if wrong else 200)


@never_cache
@require_http_methods(["GET", "HEAD"])
@requires(READ)
def read(request: HttpRequest, check_uid: uuid.UUID) -> HttpResponse:
    """Open what was said at one check; that it was opened is recorded."""
    principal = principal_of(request)
    rows = Check.objects.filter(uid=check_uid, kind=CheckKind.PSYCHOLOGICAL.value)
    found = policy.scope(principal, rows, READ).select_related("person", "examiner__user").first()
    if found is None:
        raise Http404
    context = {
        "banner": registry.banner(found.person, at=database_now()),
        "check": found,
        **_shown(opened(found, by=principal)),
        "why_annulled": why_annulled(found, by=principal),
    }
    return render(request, "consent/psychological_read.html", context)


def language_of(request: HttpRequest) -> str:
    """Return the language in which the person is to be asked."""
    return request.GET.get("language", "") or getattr(request, "LANGUAGE_CODE", "")[:2]


def _conclude(
    found: InterviewForm,
    conclusion: ConclusionForm,
    *,
    at: Any,
    **given: Any,
) -> bool:
    """Record the check; what is refused is shown in the form."""
    answers = found.answers()
    try:
        interviews.conclude(
            answers=answers,
            ratings=found.ratings(),
            texts={name: found.words[name].named() for name in answers},
            notes=found.cleaned_data["notes"],
            outcome=CheckOutcome(conclusion.cleaned_data["outcome"]),
            seen=conclusion.cleaned_data["seen"],
            performed_at=found.cleaned_data["performed_at"] or at,
            lifts=list(conclusion.cleaned_data.get("lifts", ())),
            second_clinician=conclusion.second_clinician(),
            grounds=conclusion.cleaned_data["grounds"],
            at=at,
            **given,
        )
    except Refusal as refusal:
        refuse(conclusion, refusal)
        return False
    return True


def _shown(content: dict[str, Any]) -> dict[str, Any]:
    """Return the opened content with the words of the questions as they were asked."""
    texts = content.get("texts", {}).values()
    words = wordings_used(one["text"] for one in texts if one["text"] is not None)
    answers = [
        (words[name], list(zip(words[name].items, map(_said, given), strict=False)))
        for name, given in content.get("answers", {}).items()
        if name in words
    ]
    ratings = {
        title: [(domain.title, content[name].get(code)) for code, domain in domains().items()]
        for name, title in INTERVIEWS.items()
        if name in content
    }
    return {"content": content, "answers": answers, "interviews": ratings}


def _said(answer: Any) -> str:
    """Return an answer as it is read; of an item that was asked again, each in order."""
    every = answer if isinstance(answer, list) else [answer]
    return ", ".join("–" if one is None else str(one) for one in every)
