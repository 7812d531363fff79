"""Withdrawing: by the participant on their own page, or by staff on their word."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.contrib import messages
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from consent.actions import waivers
from consent.models import Programme, WaiverSignature, WaiverWithdrawal
from consent.pages.reach import person_in_reach, principal_of, programme_named
from consent.queries import appointments, clearances, postings, reminders
from consent.queries.guardians import guardianship, wards
from consent.rules.answers import Clearance, Reason
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput
from patients import queries as registry
from patients.models import Person

WITHDRAW = "consent.waiver.withdraw"
VIEW = "consent.clearance.view"
EVERY = "every"
SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
@requires("consent.clearance.own", post=WITHDRAW)
def own(request: HttpRequest) -> HttpResponse:
    """Show a participant their own clearance, and let them withdraw in one step."""
    principal = principal_of(request)
    account, now = getattr(principal, "person_account", None), database_now()
    guarded = wards(principal, at=now).select_related("person")
    wanted = {"wards": guarded.prefetch_related(Prefetch("person", Person.objects.listed()))}
    if account is None:
        return render(request, "consent/own.html", {"answers": None, **wanted})
    mine = account.person
    entries = clearances.entries_of([mine.pk], known_at=now)[mine.pk]
    if request.method == "POST":
        made = waivers.withdraw(
            person=mine,
            programme=_chosen(request.POST.get("programme", "")),
            door=WaiverWithdrawal.Door.OWN_PAGE,
            by=principal,
            at=now,
        )
        messages.success(request, acknowledged(made))
        return HttpResponseRedirect(reverse("own-clearance"))
    enrolled = Programme.objects.filter(enrolments__person__in=entries).distinct()
    answers = [
        (one, clearances.clearance_of(mine, one, at=now)) for one in enrolled.order_by("code")
    ]
    context = {
        **wanted,
        "person": mine,
        "now": now,
        "answers": [(one, answer, _still_takes_part(answer)) for one, answer in answers],
        "may_withdraw": any(_still_takes_part(answer) for _one, answer in answers)
        or _signed_since(entries),
        "withdrawn": _withdrawn(entries),
        "every": EVERY,
        "appointments": [
            (row, appointments.shown_state(row, at=now))
            for row in appointments.of_people(entries, at=now)[:SHOWN]
        ],
        "reminders": reminders.newest(entries, at=now),
        "postings": postings.history(entries).filter(annulment=None)[:SHOWN],
        "signatures": _signed(principal, entries),
    }
    return render(request, "consent/own.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(WITHDRAW)
def staff(request: HttpRequest, uid: uuid.UUID, code: str) -> HttpResponse:
    """Record that somebody told staff that they withdraw; nothing is asked but to confirm."""
    principal = principal_of(request)
    person = person_in_reach(principal, uid, WITHDRAW)
    programme = programme_named(code)
    now = database_now()
    if request.method == "POST":
        of = None if request.POST.get("scope") == EVERY else programme
        door = WaiverWithdrawal.Door.STAFF
        made = waivers.withdraw(person=person, programme=of, door=door, by=principal, at=now)
        messages.success(request, acknowledged(made))
        if policy.can(principal, VIEW, person):
            return redirect("clearance", uid, code)
        return redirect("person-withdraw", uid)
    context = {
        "banner": _banner(principal, person, now),
        "person": person,
        "programme": programme,
        "every": EVERY,
        "may_view": policy.can(principal, VIEW, person),
    }
    return render(request, "consent/withdraw.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(WITHDRAW)
def of_person(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Record on a ward, or wherever it is said, that somebody withdraws; or by a minor's guardian."""
    principal = principal_of(request)
    person = person_in_reach(principal, uid, WITHDRAW)
    now = database_now()
    entries = clearances.entries_of([person.pk], known_at=now)[person.pk]
    if request.method == "POST":
        is_guardian = guardianship(principal, entries) is not None
        made = waivers.withdraw(
            person=person,
            programme=_chosen(request.POST.get("programme", "")),
            door=WaiverWithdrawal.Door.OWN_PAGE if is_guardian else WaiverWithdrawal.Door.STAFF,
            by=principal,
            at=now,
        )
        messages.success(request, acknowledged(made))
        return redirect("person-withdraw", uid)
    enrolled = Programme.objects.filter(enrolments__person__in=entries).distinct()
    context = {
        "banner": _banner(principal, person, now),
        "person": person,
        "signatures": _signed(principal, entries),
        "enrolled": enrolled.order_by("code"),
        "withdrawn": _withdrawn(entries),
        "every": EVERY,
    }
    return render(request, "consent/withdraw_any.html", context)


def _banner(principal: Principal, person: Person, now: datetime) -> object:
    """Return the patient's banner for who may see it: it says more than the gate is told."""
    if not policy.can(principal, "patients.person.view", person):
        return None
    return registry.banner(person, at=now)


def _signed(principal: Principal, entries: Sequence[int]) -> QuerySet[WaiverSignature]:
    """Return what somebody signed, or a guardian for them, the latest first."""
    rows = WaiverSignature.objects.filter(person__in=entries).defer("drawing")
    rows = rows.select_related("text__programme", "annulment")
    mine = policy.scope(principal, rows.prefetch_related("text__programme__versions"))
    return mine.order_by("-signed_at", "-id")[:SHOWN]


def _still_takes_part(answer: Clearance) -> bool:
    """Say whether there is something to withdraw from: withdrawn is withdrawn until they sign again."""
    return Reason.WITHDRAWN not in answer.reasons


def _signed_since(entries: Sequence[int]) -> bool:
    """Say whether somebody signed, for whichever programme, what they did not withdraw since."""
    since = WaiverWithdrawal.objects.filter(
        Q(programme=None) | Q(programme=OuterRef("text__programme")),
        person__in=entries,
        effective_at__gte=OuterRef("signed_at"),
    )
    signed = WaiverSignature.objects.filter(~Exists(since), person__in=entries, annulment=None)
    return signed.exists()


def _withdrawn(entries: Sequence[int]) -> QuerySet[WaiverWithdrawal]:
    rows = WaiverWithdrawal.objects.filter(person__in=entries).select_related("programme")
    rows = rows.prefetch_related("programme__versions")
    return rows.order_by("-effective_at", "-id")


def acknowledged(made: WaiverWithdrawal) -> str:
    """Return the words that acknowledge a withdrawal."""
    moment = made.effective_at.astimezone(get_default_timezone()).strftime("%Y-%m-%d %H:%M:%S")
    return _("Withdrawn, with effect from %(moment)s. Nobody may ask why.") % {"moment": moment}


def _chosen(code: str) -> Programme | None:
    """Return the programme to withdraw from, None for every one; a slip withdraws from none."""
    if code == EVERY:
        return None
    found: Programme | None = Programme.objects.filter(code=code.replace("\x00", "")).first()
    if found is None:
        raise InvalidInput(_("Choose a programme to withdraw from, or every one."))
    return found
