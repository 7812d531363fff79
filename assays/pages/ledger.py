"""The ledger as a page: the newest count that was kept, its age, and a button to count again."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assays.actions import ledger_counts
from assays.actions.ledger_counts import COUNT
from assays.pages.acts import OK, attempt
from assays.queries import ledger
from assays.queries.ledger import kept
from labsys.accounts.permissions import requires
from labsys.lib import policy
from labsys.lib.clock import database_now


@require_http_methods(["GET", "HEAD", "POST"])
@requires("assays.ledger.view", post=COUNT)
def show(request: HttpRequest) -> HttpResponse:
    """Show the newest count; the page never counts itself, which takes minutes in a large hospital."""
    principal = request.principal  # type: ignore[attr-defined]
    status = OK
    if request.method == "POST":
        done = _("A worker is going to count everything anew.")
        status = attempt(request, ledger_counts.ask, done=done).status
        if status == OK:
            return HttpResponseRedirect(reverse("ledger"))
    made, found = kept.newest() or (None, None)
    now = database_now()
    waiting = kept.waiting()
    context = {
        "ledger": found,
        "made": made,
        "age": now - found.at if found else None,
        "is_old": made is not None and now - found.at > ledger.OLD if found else False,
        "waiting": waiting,
        "waits": now - waiting.asked_at if waiting else None,
        "may_count": policy.can(principal, COUNT),
        "may_see_errors": policy.can(principal, "work.item.view"),
    }
    return render(request, "assays/ledger.html", context, status=status)
