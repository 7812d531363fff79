"""Before a draft comes into force: what it would have changed in the newest values."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from assays.models import AssayVersion
from assays.queries import what_if as queries
from assays.rules.what_if import most_common
from labsys.accounts.permissions import requires
from labsys.lib import policy
from labsys.lib.addresses import one_of

LAST = (200, 1000, 5000)  # on how many of the newest values a draft is tried
SHOWN = 50


@require_http_methods(["GET", "HEAD"])
@requires("assays.catalogue.draft")
def of_version(request: HttpRequest, assayversion_id: int) -> HttpResponse:
    """Show how many of the last N values would change flag or lane, by kind of patient."""
    principal = request.principal  # type: ignore[attr-defined]
    rows = policy.scope(principal, AssayVersion.objects.filter(pk=assayversion_id))
    version = rows.select_related("assay__analyte", "drafted_by").first()
    if version is None:
        raise Http404
    last = one_of(request.GET, "last", LAST, usual=LAST[1])
    effect = queries.of_version(version, last=last)
    context = {
        "version": version,
        "effect": effect,
        "last": last,
        "choices": LAST,
        # Values are of persons: whoever opens no record sees how many, not which.
        "changes": effect.changes[:SHOWN]
        if effect and policy.can(principal, "assays.result.view")
        else [],
        "flags": most_common(effect.flags) if effect else [],
        "lanes": most_common(effect.lanes) if effect else [],
    }
    return render(request, "assays/what_if.html", context)
