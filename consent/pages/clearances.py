"""Clearance to look at: the weekly board, one person's answer, the gate, and one's own page."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.timezone import get_default_timezone, make_aware
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from consent.actions import waivers
from consent.models import Check, Programme, WaiverSignature, WaiverWithdrawal
from consent.queries import clearances
from consent.rules.answers import Clearance
from consent.rules.board import BoardEntry, DueState, board_state
from consent.rules.clearance import decide
from consent.rules.gates import gate_view
from consent.rules.transitions import transitions
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput
from patients import queries as registry
from patients.models import Person

LOOK_BACK = timedelta(days=60)
ORDER = {
    DueState.OVERDUE: 0,
    DueState.WITHIN_GRACE: 1,
    DueState.NEVER: 2,
    DueState.DUE: 3,
    DueState.CURRENT: 4,
}


@dataclass(frozen=True)
class BoardRow:
    """One member of a programme on the board."""

    person: Person
    clearance: Clearance
    entries: tuple[BoardEntry, ...]

    @property
    def urgency(self) -> tuple[int, str]:
        """Whoever has lost or is about to lose clearance comes first."""
        worst = min((ORDER[entry.state] for entry in self.entries), default=5)
        return (worst, self.person.mrn)


@require_http_methods(["GET", "HEAD"])
@requires("consent.board.view")
def board(request: HttpRequest, code: str = "") -> HttpResponse:
    """Show the weekly round: who is due, who passed, who must be recalled now."""
    programmes = list(Programme.objects.filter(is_active=True).order_by("name"))
    programme = next((one for one in programmes if one.code == code), None)
    if code and programme is None:
        raise Http404
    programme = programme or (programmes[0] if programmes else None)
    now = database_now()
    rows = board_rows(programme, request.principal, now) if programme else []  # type: ignore[attr-defined]
    counts = {
        "cleared": sum(row.clearance.is_cleared for row in rows),
        "not_cleared": sum(not row.clearance.is_cleared for row in rows),
    }
    context = {
        "programmes": programmes,
        "programme": programme,
        "rows": rows,
        "counts": counts,
        "now": now,
    }
    return render(request, "consent/board.html", context)


def board_rows(programme: Programme, principal: Any, now: datetime) -> list[BoardRow]:
    """Return every member's row, the most urgent first, in a constant number of queries."""
    ids = clearances.members(programme)
    people = policy.scope(principal, Person.objects.listed().filter(pk__in=ids))
    rules, facts = clearances.gathered(ids, programme)
    rows = [
        BoardRow(
            person=person,
            clearance=decide(facts[person.pk], programme=rules, at=now),
            entries=board_state(facts[person.pk], programme=rules, at=now),
        )
        for person in people
    ]
    return sorted(rows, key=lambda row: row.urgency)


@require_http_methods(["GET", "HEAD"])
@requires("consent.clearance.view")
def person(request: HttpRequest, uid: uuid.UUID, code: str) -> HttpResponse:
    """Show one person's clearance with every reason, at any moment and as known at any other."""
    principal = request.principal  # type: ignore[attr-defined]
    found = policy.scope(
        principal, Person.objects.filter(uid=uid), "consent.clearance.view"
    ).first()
    programme = Programme.objects.filter(code=code).first()
    if found is None or programme is None:
        raise Http404
    now = database_now()
    at = _moment(request, "at") or now
    known_at = _moment(request, "known_at")
    rules, facts = clearances.gathered([found.pk], programme)
    answer = decide(facts[found.pk], programme=rules, at=at, known_at=known_at)
    reads.record(by=principal, purpose="clearance", objects=[found], person_id=found.pk)
    entries = clearances.entries_of([found.pk])[found.pk]
    changes = transitions(facts[found.pk], programme=rules, since=now - LOOK_BACK, until=now)
    context = {
        "banner": registry.banner(found, at=now),
        "person": found,
        "programme": programme,
        "answer": answer,
        "asked_at": at,
        "known_at": known_at,
        "entries": board_state(facts[found.pk], programme=rules, at=at),
        "changes": list(reversed(changes))[:50],
        "checks": _checks(principal, entries),
        "signatures": _signatures(principal, entries, programme),
        "withdrawals": _withdrawals(principal, entries),
        "may": {
            "sign": policy.can(principal, "consent.waiver.sign", found),
            "withdraw": policy.can(principal, "consent.waiver.withdraw", found),
            "medical": policy.can(principal, "consent.medical.record", found),
            "psychological": policy.can(principal, "consent.psychological.record", found),
        },
    }
    return render(request, "consent/clearance.html", context)


def _checks(principal: Any, entries: list[int]) -> Any:
    rows = policy.scope(principal, Check.objects.filter(person_id__in=entries))
    return rows.select_related("examiner").order_by("-performed_at", "-id")[:20]


def _signatures(principal: Any, entries: list[int], programme: Programme) -> Any:
    rows = WaiverSignature.objects.filter(person_id__in=entries, text__programme=programme)
    return policy.scope(principal, rows).select_related("text", "witness").order_by("-signed_at")


def _withdrawals(principal: Any, entries: list[int]) -> Any:
    rows = WaiverWithdrawal.objects.filter(person_id__in=entries)
    return policy.scope(principal, rows).select_related("programme").order_by("-effective_at")


@require_http_methods(["GET", "HEAD"])
@requires("consent.clearance.gate")
def gate(request: HttpRequest) -> HttpResponse:
    """Answer the gate: a record number and a programme in, one word out, nothing clinical."""
    principal = request.principal  # type: ignore[attr-defined]
    now = database_now()
    programmes = Programme.objects.filter(is_active=True).order_by("name")
    mrn, code = request.GET.get("mrn", "").strip(), request.GET.get("programme", "")
    view = None
    if mrn:
        reachable = policy.scope(principal, Person.objects.all(), "consent.clearance.gate")
        found = reachable.filter(mrn__iexact=mrn).first()
        programme = programmes.filter(code=code).first()
        answer = None
        if found is not None and programme is not None:
            answer = clearances.clearance_of(found, programme, at=now)
            reads.record(by=principal, purpose="gate", objects=[found], person_id=found.pk)
        view = gate_view(answer)
    context = {"programmes": programmes, "mrn": mrn, "code": code, "view": view, "now": now}
    return render(request, "consent/gate.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("consent.waiver.withdraw")
def own(request: HttpRequest) -> HttpResponse:
    """Show a participant their own clearance, and let them withdraw in one step."""
    principal = request.principal  # type: ignore[attr-defined]
    account = getattr(principal, "person_account", None)
    if account is None:
        return render(request, "consent/own.html", {"answers": None})
    mine = account.person
    now = database_now()
    enrolled = Programme.objects.filter(enrolments__person=mine).distinct().order_by("name")
    if request.method == "POST":
        programme = enrolled.filter(code=request.POST.get("programme", "")).first()
        made = waivers.withdraw(
            person=mine,
            programme=programme,
            door=WaiverWithdrawal.Door.OWN_PAGE,
            by=principal,
            at=now,
        )
        messages.success(
            request,
            _("You have withdrawn, with effect from %(moment)s. Nobody may ask you why.")
            % {
                "moment": made.effective_at.astimezone(get_default_timezone()).strftime(
                    "%Y-%m-%d %H:%M:%S"
                )
            },
        )
        return HttpResponseRedirect(reverse("own-clearance"))
    answers = [(one, clearances.clearance_of(mine, one, at=now)) for one in enrolled]
    withdrawn = mine.waiver_withdrawals.select_related("programme").order_by("-effective_at")
    context = {"answers": answers, "withdrawn": withdrawn, "now": now}
    return render(request, "consent/own.html", context)


def _moment(request: HttpRequest, name: str) -> datetime | None:
    text = request.GET.get(name, "").strip()
    if not text:
        return None
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise InvalidInput(f"{text!r} is not a moment; write it like 2026-01-31T08:00.", field=name)
    return moment if moment.tzinfo else make_aware(moment, get_default_timezone())
