"""The ledger as a page: what `manage.py reconcile` prints, for those who answer for it."""

from __future__ import annotations

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assays.queries import ledger
from labsys.accounts.permissions import requires
from labsys.lib import policy


@require_safe
@requires("assays.ledger.view")
def show(request: HttpRequest) -> HttpResponse:
    """Show the ledger as it stands now; where it takes too long, say which command counts it."""
    principal = request.principal  # type: ignore[attr-defined]
    try:
        found = ledger.take()
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != "57014":  # the statement's time was up
            raise
        found = None
    context = {
        "ledger": found,
        "may_see_errors": policy.can(principal, "work.item.view"),
    }
    return render(request, "assays/ledger.html", context)
