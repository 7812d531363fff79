"""The psychological check: questionnaires, a private interview, notes; for psychologists alone."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from consent.actions import checks
from consent.models import Check
from consent.pages.forms import ConclusionForm, moment_field
from consent.pages.reach import person_in_reach, principal_of, programme_named
from consent.queries.psychological import READ, opened
from consent.rules.definitions import questionnaires
from consent.rules.facts import CheckKind, CheckOutcome
from consent.rules.psychological import PsychologicalProposal, propose
from consent.rules.voluntariness import Interview, domains
from labsys.accounts.permissions import requires
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import refuse
from patients import queries as registry

RECORD = "consent.psychological.record"
REQUIRED = ("PHQ-9", "GAD-7")


def _choice(label: str, options: list[tuple[str, str]]) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=[("", "—"), *options],
        coerce=int,
        empty_value=None,
        required=False,
    )


class InterviewForm(forms.Form):
    """Every item of the questionnaires, every domain of the interview, and the notes."""

    performed_at = moment_field(_("Performed at"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        for name, asked in questionnaires().items():
            options = [(str(value), f"{value} – {text}") for value, text in asked.options.items()]
            for number, item in enumerate(asked.items, start=1):
                self.fields[f"{name}:{number}"] = _choice(f"{number}. {item}", options)
        for code, domain in domains().items():
            ratings = [
                (str(value), f"{value} – {text}") for value, text in enumerate(domain.ratings)
            ]
            self.fields[f"interview:{code}"] = _choice(
                f"{domain.title}: {domain.question}", ratings
            )
        self.fields["notes"] = forms.CharField(
            label=_("Notes"), required=False, widget=forms.Textarea(attrs={"rows": 6})
        )

    def sections(self) -> Iterator[tuple[Any, Any, list[forms.BoundField]]]:
        """Yield each questionnaire and the interview with its fields."""
        for name, asked in questionnaires().items():
            yield asked.title, asked.instruction, self._under(name)
        yield _("Interview on voluntariness"), _("In private."), self._under("interview")

    def _under(self, name: str) -> list[forms.BoundField]:
        return [self[field] for field in self.fields if field.startswith(f"{name}:")]

    def answers(self) -> dict[str, list[int | None]]:
        """Return the answers of each questionnaire that was begun, or has to be."""
        given = {
            name: [self.cleaned_data[field.name] for field in self._under(name)]
            for name in questionnaires()
        }
        return {
            name: answers
            for name, answers in given.items()
            if name in REQUIRED or any(one is not None for one in answers)
        }

    def ratings(self) -> dict[str, int]:
        given = {code: self.cleaned_data[f"interview:{code}"] for code in domains()}
        return {code: rating for code, rating in given.items() if rating is not None}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(RECORD)
def check(request: HttpRequest, uid: uuid.UUID, code: str) -> HttpResponse:
    """Take the answers, show scores and proposal, and record what the psychologist concludes."""
    principal = principal_of(request)
    person = person_in_reach(principal, uid, RECORD)
    programme = programme_named(code)
    now = database_now()
    found = InterviewForm(request.POST or None)
    proposal = None
    if request.method == "POST" and found.is_valid():
        ratings = found.ratings()
        held = Interview(interviewer=principal.name, ratings=ratings) if ratings else None
        proposal = propose(found.answers(), required=REQUIRED, first=held)
    concludes = proposal is not None and request.POST.get("step") == "conclude"
    conclusion = ConclusionForm(
        request.POST if concludes else None,
        person=person,
        kind=CheckKind.PSYCHOLOGICAL,
        at=now,
        request=request,
    )
    if proposal is not None and concludes and conclusion.is_valid():
        given = {"person": person, "by": principal, "at": now}
        if _conclude(found, conclusion, proposal, **given):
            messages.success(request, _("The psychological check is recorded."))
            return redirect("clearance", uid, code)
    context = {
        "banner": registry.banner(person, at=now),
        "person": person,
        "programme": programme,
        "form": found,
        "proposal": proposal,
        "shown": seen(proposal) if proposal else "",
        "conclusion": conclusion,
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
    found = policy.scope(principal, rows, READ).select_related("person", "examiner").first()
    if found is None:
        raise Http404
    context = {
        "banner": registry.banner(found.person, at=database_now()),
        "check": found,
        **_shown(opened(found, by=principal)),
    }
    return render(request, "consent/psychological_read.html", context)


def seen(proposal: PsychologicalProposal) -> str:
    """Return what identifies a proposal that was shown."""
    return "|".join([proposal.outcome, *(str(one.total) for one in proposal.scores)])


def _conclude(
    found: InterviewForm,
    conclusion: ConclusionForm,
    proposal: PsychologicalProposal,
    *,
    at: Any,
    **given: Any,
) -> bool:
    """Record the check; what is refused is shown in the form."""
    scores = [
        {"name": one.name, "total": one.total, "band": one.band, "alerts": list(one.alerts)}
        for one in proposal.scores
    ]
    content = {
        "answers": found.answers(),
        "scores": scores,
        "interview": found.ratings(),
        "notes": found.cleaned_data["notes"],
    }
    try:
        conclusion.check_seen(seen(proposal))
        checks.record_psychological(
            outcome=CheckOutcome(conclusion.cleaned_data["outcome"]),
            proposal=proposal,
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
        return False
    return True


def _shown(content: dict[str, Any]) -> dict[str, Any]:
    """Return the opened content with the words of the questions."""
    asked = questionnaires()
    answers = [
        (name, [(item, one) for item, one in zip(asked[name].items, given, strict=False)])
        for name, given in content.get("answers", {}).items()
        if name in asked
    ]
    ratings = [
        (domain.title, content.get("interview", {}).get(code)) for code, domain in domains().items()
    ]
    return {"content": content, "answers": answers, "ratings": ratings}
