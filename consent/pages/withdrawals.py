"""Withdrawing: by the participant on their own page, or by staff on their word."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from consent.actions import waivers
from consent.models import Programme, WaiverWithdrawal
from consent.pages.reach import person_in_reach, principal_of, programme_named
from consent.queries import clearances
from labsys.accounts.permissions import requires
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput
from patients import queries as registry

WITHDRAW = "consent.waiver.withdraw"
EVERY = "every"


@require_http_methods(["GET", "HEAD", "POST"])
@requires(WITHDRAW)
def own(request: HttpRequest) -> HttpResponse:
    """Show a participant their own clearance, and let them withdraw in one step."""
    principal = principal_of(request)
    account = getattr(principal, "person_account", None)
    if account is None:
        return render(request, "consent/own.html", {"answers": None})
    mine, now = account.person, database_now()
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
    withdrawn = WaiverWithdrawal.objects.filter(person__in=entries).select_related("programme")
    context = {
        "answers": [
            (one, clearances.clearance_of(mine, one, at=now)) for one in enrolled.order_by("name")
        ],
        "withdrawn": withdrawn.order_by("-effective_at"),
        "every": EVERY,
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
        return redirect("clearance", uid, code)
    context = {
        "banner": registry.banner(person, at=now),
        "person": person,
        "programme": programme,
        "every": EVERY,
    }
    return render(request, "consent/withdraw.html", context)


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
