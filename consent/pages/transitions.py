"""Clearances that were lost: who, when and why, whether they are cleared again, and who knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from consent.actions import transitions
from consent.models import ClearanceTransition
from consent.pages.reach import principal_of
from consent.queries import clearances
from consent.queries import transitions as queries
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.addresses import number
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import sentence
from patients.models import Person

VIEW = "consent.board.view"
PAGE = 50


@dataclass(frozen=True)
class Line:
    """One lost clearance, and whether the person is cleared now."""

    transition: ClearanceTransition
    is_cleared: bool
    is_seen: bool


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show who lost a clearance, the latest first."""
    principal, now = principal_of(request), database_now()
    rows = policy.scope(principal, queries.revocations())
    rows = rows.select_related("programme", "seen__recorded_by__user").prefetch_related(
        Prefetch("person", Person.objects.listed()), "programme__versions"
    )
    before = number(request.GET.get("before", ""))
    if before is not None:
        rows = rows.filter(id__lt=before)
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    reads.record(
        by=principal, purpose="clearance", objects=shown, person_id=lambda row: row.person_id
    )
    context = {
        "lines": _lines(shown, now),
        "at": now,
        "next": f"?before={shown[-1].pk}" if len(found) > PAGE else "",
        "may_take_note": policy.can(principal, transitions.SEE),
    }
    return render(request, "consent/revocations.html", context)


@require_http_methods(["POST"])
@requires(transitions.SEE)
def take_note(request: HttpRequest, clearancetransition_id: int) -> HttpResponse:
    """Say by name that one knows of a lost clearance."""
    principal = principal_of(request)
    rows = ClearanceTransition.objects.filter(pk=clearancetransition_id)
    found = policy.scope(principal, rows).first()
    if found is None:
        raise Http404
    try:
        transitions.take_note(transition=found, by=principal, at=database_now())
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
    else:
        messages.success(request, _("Noted in your name."))
    return HttpResponseRedirect(reverse("revocations"))


def _lines(rows: list[ClearanceTransition], now: Any) -> list[Line]:
    """Return the rows with the answer of this moment, asked once for each programme shown."""
    answers: dict[tuple[int, int], bool] = {}
    for programme in {row.programme for row in rows}:
        people = sorted({row.person_id for row in rows if row.programme_id == programme.pk})
        for person, answer in clearances.clearances_of(people, programme, at=now).items():
            answers[programme.pk, person] = answer.is_cleared
    return [
        Line(
            transition=row,
            is_cleared=answers[row.programme_id, row.person_id],
            is_seen=hasattr(row, "seen"),
        )
        for row in rows
    ]
