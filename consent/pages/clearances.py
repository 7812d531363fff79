"""One person's clearance: in each programme, and in one with every reason, at any moment."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from assays.models import Result
from consent.models import Check, Enrolment, Programme, WaiverSignature, WaiverWithdrawal
from consent.pages import timelines
from consent.pages.reach import moment_asked, person_in_reach, principal_of, programme_named
from consent.queries import clearances, postings
from consent.queries.programmes import active
from consent.rules.answers import Clearance
from consent.rules.board import board_state
from consent.rules.clearance import decide
from consent.rules.transitions import transitions
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.clock import database_now
from patients import queries as registry

VIEW = "consent.clearance.view"
LOOK_BACK = timedelta(days=60)
SHOWN_CHANGES = 50
DOINGS = {
    "waiver": "consent.waiver.view",
    "sign": "consent.waiver.sign",
    "withdraw": "consent.waiver.withdraw",
    "medical": "consent.medical.record",
    "psychological": "consent.psychological.record",
    "capacity": "consent.capacity.record",
    "enrol": "consent.enrolment.record",
    "read": "consent.psychological.read",
    "post": "consent.posting.record",
    "late": "consent.posting.late",
    "come_back": "consent.posting.return",
    "issue": "consent.pass.issue",
}


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def of_person(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Show how somebody stands in each programme: the way here from a person's name."""
    principal = principal_of(request)
    person = person_in_reach(principal, uid, VIEW)
    now = database_now()
    entries = clearances.entries_of([person.pk], known_at=now)[person.pk]
    enrolments = Enrolment.objects.filter(person__in=entries, end=None)
    enrolled = set(enrolments.values_list("programme_id", flat=True))
    closed = Programme.objects.filter(is_active=False, pk__in=enrolled).order_by("code")
    reads.record(by=principal, purpose="clearance", objects=[person], person_id=person.pk)
    context = {
        "banner": registry.banner(person, at=now),
        "person": person,
        "now": now,
        "rows": [
            (one, clearances.clearance_of(person, one, at=now), one.pk in enrolled)
            for one in (*active(), *closed)
        ],
        "may_enrol": policy.can(principal, DOINGS["enrol"], person),
    }
    return render(request, "consent/person_clearance.html", context)


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def show(request: HttpRequest, uid: uuid.UUID, code: str) -> HttpResponse:
    """Show the answer, what it rests on, what is due, and what changed before."""
    principal = principal_of(request)
    person = person_in_reach(principal, uid, VIEW)
    programme = programme_named(code)
    now = database_now()
    at = moment_asked(request, "at") or now
    known_at = moment_asked(request, "known_at")
    rules, facts = clearances.gathered([person.pk], programme, known_at=known_at or at)
    answer = decide(facts[person.pk], programme=rules, at=at, known_at=known_at)
    answer = clearances.as_told({person.pk: answer}, principal)[person.pk]
    reads.record(by=principal, purpose="clearance", objects=[person], person_id=person.pk)
    entries = clearances.entries_of([person.pk], known_at=now)[person.pk]
    changes = clearances.log_of(person, programme, since=now - LOOK_BACK, until=now)
    is_now = at == now and known_at is None
    ahead = transitions(
        facts[person.pk], programme=rules, since=now, until=now + timelines.AHEAD, known_at=now
    )
    context = {
        "banner": registry.banner(person, at=now),
        "person": person,
        "programme": programme,
        "answer": answer,
        "asked_at": at,
        "is_now": is_now,
        "known_at": known_at,
        "entries": board_state(facts[person.pk], programme=rules, at=at, known_at=known_at),
        "changes": list(reversed(changes))[:SHOWN_CHANGES],
        "timeline": timelines.drawn(
            changes,
            ahead if is_now else (),
            now=now,
            asked_at=None if is_now else at,
            name="clearance-timeline",
        ),
        **_recorded(principal, entries, programme),
        "findings": _findings(principal, answer),
        "may": {name: policy.can(principal, each, person) for name, each in DOINGS.items()},
    }
    is_away = any(one.ended_at is None for one in context["postings"])
    context["may_leave"] = context["may"]["post"] and not is_away
    return render(request, "consent/clearance.html", context)


def _recorded(principal: Principal, entries: list[int], programme: Programme) -> dict[str, Any]:
    """Return what is recorded about a person, as far as the principal may see it."""
    checks = Check.objects.filter(person_id__in=entries)
    signatures = WaiverSignature.objects.filter(person_id__in=entries, text__programme=programme)
    withdrawals = WaiverWithdrawal.objects.filter(person_id__in=entries)
    enrolment = Enrolment.objects.filter(person_id__in=entries, programme=programme, end=None)
    return {
        "checks": policy.scope(principal, checks)
        .select_related("examiner__user", "second_examiner__user", "annulment", "second_interview")
        .order_by("-performed_at", "-id")[:20],
        "signatures": policy.scope(principal, signatures)
        .select_related("text", "witness__user", "annulment")
        .defer("drawing")
        .order_by("-signed_at"),
        "withdrawals": policy.scope(principal, withdrawals)
        .select_related("programme")
        .order_by("-effective_at"),
        "enrolment": policy.scope(principal, enrolment).first(),
        "postings": policy.scope(principal, postings.history(entries))[:10],
    }


def _findings(principal: Principal, answer: Clearance) -> list[Result]:
    """Return the critical results behind an open finding that the principal may deal with."""
    ids = [
        int(fact.id.partition(":")[0])
        for ground in answer.grounds
        for fact in ground.facts
        if fact.kind == "finding" and fact.id.endswith(":critical")
    ]
    rows = Result.objects.filter(pk__in=ids).select_related("analyte").order_by("id")
    return list(policy.scope(principal, rows, "consent.finding.clear")) if ids else []
