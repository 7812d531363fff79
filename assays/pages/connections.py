"""The instruments' connections: which live, which are silent, which wait for somebody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assays.queries import connections
from labsys.accounts.permissions import requires
from labsys.lib import policy
from labsys.lib.clock import database_now


@require_safe
@requires("assays.instrument.view")
def index(request: HttpRequest) -> HttpResponse:
    """Show every instrument with its connection and what became of today's messages."""
    principal = request.principal  # type: ignore[attr-defined]
    at = database_now()
    context = {
        "at": at,
        "overview": connections.overview(at=at),
        "may_look": policy.can(principal, "assays.transmission.view"),
        "may_manage": policy.can(principal, "assays.instrument.manage"),
    }
    return render(request, "assays/connections.html", context)
