"""How counts of micrographs agree with readers, and what another version of the method changed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from assays.actions.analyses import agreement as actions
from assays.actions.analyses.runs import ASK
from assays.pages.acts import attempt
from assays.queries.analyses import agreement as queries
from assays.queries.analyses import runs
from assays.rules.analyses.runs import OPEN
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib.addresses import number


@require_http_methods(["GET", "HEAD", "POST"])
@requires(ASK)
def show(request: HttpRequest) -> HttpResponse:
    """Show the newest comparison; begin one of the counts and readings there are now."""
    principal = request.principal  # type: ignore[attr-defined]
    if request.method == "POST":
        attempt(request, actions.compare)
        return HttpResponseRedirect(reverse("micrograph-agreement"))
    run, latest = queries.newest(principal), queries.latest(principal)
    parts, following = (
        runs.parts(run, after=number(request.GET.get("after")) or 0) if run else ([], None)
    )
    reads.record(
        by=principal, purpose="agreement", objects=parts, person_id=lambda part: part.person_id
    )
    moving = latest if latest is not None and latest.status in OPEN else None
    context = {
        "run": run,
        "outcome": run.outcome if run is not None else None,
        "parts": [(part, "") for part in parts],
        "after": following,
        "moving": moving,
        "progress": runs.progress([moving.pk])[moving.pk] if moving is not None else None,
    }
    return render(request, "assays/analyses/agreement/show.html", context)
