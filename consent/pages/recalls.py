"""Recalls: who is to be brought back by when, and what was done, also written down later."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from assays.pages.acts import OK, attempt
from consent.actions import postings, recalls
from consent.models import Recall
from consent.pages.forms import moment_field
from consent.pages.reach import principal_of
from consent.queries import recalls as queries
from consent.queries.clearances import clearance_of
from consent.rules.recalls import RecallState
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.clock import database_now
from patients import queries as registry

VIEW = "consent.recall.view"
STEP_WORDS = {
    RecallState.LOCATED: gettext_lazy("Located: somebody knows where they are"),
    RecallState.INFORMED: gettext_lazy("Informed: they know that they are to come back"),
    RecallState.RETURNED: gettext_lazy("Returned"),
    RecallState.CANCELLED: gettext_lazy("Cancelled: they need not come, or be examined, any more"),
}


COURSE = (
    RecallState.LOCATED,
    RecallState.INFORMED,
    RecallState.RETURNED,
    RecallState.EXAMINED,
)


class StepForm(forms.Form):
    """What happened and when; left empty, now."""

    to = forms.ChoiceField(label=gettext_lazy("What happened"), widget=forms.RadioSelect)
    happened_at = moment_field(gettext_lazy("When it happened"))
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=recalls.LONGEST,
        help_text=gettext_lazy("Where they are, how they were told. Nothing clinical."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, offered: Sequence[RecallState], **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        # A step that can no more be taken is refused by the action, which says why.
        field.choices = [(one.value, words) for one, words in STEP_WORDS.items()]
        field.widget.choices = [(one.value, STEP_WORDS[one]) for one in offered]


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show who is being recalled, the first due first, and what ended of late."""
    principal, now = principal_of(request), database_now()
    found = queries.listed(principal, at=now)
    _look(principal, *(row.recall for row in (*found.running, *found.recent)))
    return render(request, "consent/recalls.html", {"found": found, "at": now})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW, post=recalls.WORK)
def show(request: HttpRequest, recall_uid: uuid.UUID) -> HttpResponse:
    """Show one recall with its clock and steps, and write down the next one."""
    principal, now = principal_of(request), database_now()
    row = queries.found(principal, recall_uid, at=now)
    if row is None:
        raise Http404
    may_work = policy.can(principal, recalls.WORK, row.recall)
    person, programme = row.recall.person, row.recall.programme
    answer = clearance_of(person, programme, at=now)
    offered = row.next_steps(answer)
    form = StepForm(request.POST if request.method == "POST" else None, offered=offered)
    status = OK
    if request.method == "POST":
        status = 422
        if form.is_valid():
            status = _acted(request, row.recall, form, now)
            if status == OK:
                return redirect("recall", recall_uid)
    _look(principal, row.recall)
    context = {
        "banner": registry.banner(person, at=now),
        "person": person,
        "row": row,
        "course": _course(row),
        "answer": answer,
        "form": form if may_work and offered else None,
        "at": now,
    }
    return render(request, "consent/recall.html", context, status=status)


def _acted(request: HttpRequest, recall: Recall, form: StepForm, now: datetime) -> int:
    to = RecallState(form.cleaned_data["to"])
    happened_at = form.cleaned_data["happened_at"] or now
    note = form.cleaned_data["note"]
    done = _("Written down.")
    if to is RecallState.RETURNED:
        given = {"posting": recall.posting, "returned_at": happened_at, "note": note}
        return attempt(request, postings.come_back, beside=form, done=done, **given).status
    given = {"recall": recall, "to": to, "happened_at": happened_at, "note": note}
    return attempt(request, recalls.step, beside=form, done=done, **given).status


def _course(row: queries.Row) -> list[tuple[Any, Any]]:
    """Return each step on the way back in words, with what was written down of it."""
    written = {step.new: step for step in row.steps}
    words = dict(Recall._meta.get_field("state").choices or ())
    return [(words[one], written.get(one)) for one in COURSE]


def _look(principal: Any, *shown: Recall) -> None:
    reads.record(by=principal, purpose="recall", objects=shown, person_id=lambda one: one.person_id)
