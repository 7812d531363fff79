"""Passes on a screen or on paper: a symbol for the scanner, and until when it is worth something."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assays.pages.acts import OK, attempt
from consent.actions import passes
from consent.actions.passes import ISSUE
from consent.documents.symbols import qr
from consent.models import GatePass, Programme
from consent.pages.reach import person_in_reach, principal_of, programme_named
from consent.queries.passes import text_of
from labsys.accounts.permissions import requires
from labsys.lib.addresses import text
from labsys.lib.errors import InvalidInput
from patients.models import Person


@require_http_methods(["POST"])
@requires(ISSUE)
def own(request: HttpRequest) -> HttpResponse:
    """Issue participants a pass of their own."""
    account = getattr(principal_of(request), "person_account", None)
    if account is None:
        raise InvalidInput(_("This login belongs to no record."))
    code = text(request.POST, "programme", most=32)
    programme = Programme.objects.filter(code=code).first()
    if programme is None:
        raise InvalidInput(_("Choose a programme."))
    return _issued(request, account.person, programme, "own-clearance")


@require_http_methods(["POST"])
@requires(ISSUE)
def of_person(request: HttpRequest, uid: uuid.UUID, code: str) -> HttpResponse:
    """Issue somebody a pass at the desk, to be printed."""
    person = person_in_reach(principal_of(request), uid, ISSUE)
    return _issued(request, person, programme_named(code), "clearance", uid, code)


def _issued(
    request: HttpRequest, person: Person, programme: Programme, back: str, *args: Any
) -> HttpResponse:
    tried = attempt(request, passes.issue, person=person, programme=programme)
    if tried.status != OK:
        return redirect(back, *args)
    made: GatePass = tried.made
    context = {
        "made": made,
        "person": person,
        "programme": programme,
        "back": back,
        "args": args,
        "symbol": qr(
            text_of(made),
            name="pass",
            title=_("Pass"),
            description=_("Hold it before the scanner at the gate."),
        ),
        "text": text_of(made),
    }
    return render(request, "consent/pass.html", context)
