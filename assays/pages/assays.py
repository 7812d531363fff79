"""What the laboratory measures: the list of its tests, and one test with everything it rests on."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from assays.models import Assay, AssayVersion
from assays.pages import version_moves
from assays.queries import assays as queries
from assays.rules.states import VersionStatus
from labsys.accounts.permissions import requires
from labsys.lib import policy
from labsys.lib.addresses import number

VIEW = "assays.catalogue.view"
MOST_ROWS = 10**6


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """List the assays with what is in force of each."""
    principal = request.principal  # type: ignore[attr-defined]
    every = policy.scope(principal, Assay.objects.all())
    text = request.GET.get("text", "").replace("\x00", "").strip()[:60]
    section = request.GET.get("section", "").replace("\x00", "")[:16]
    first = number(request.GET.get("from"), most=MOST_ROWS) or 0
    found = list(
        queries.listed(every, text=text, section=section)[first : first + queries.ON_A_PAGE + 1]
    )
    kept = {"text": text, "section": section}
    context = {
        "rows": [_line(one) for one in found[: queries.ON_A_PAGE]],
        "text": text,
        "section": section,
        "sections": queries.sections(every),
        "may_draft": policy.can(principal, "assays.catalogue.draft"),
        "may_sign": policy.can(principal, "assays.range.sign"),
        "previous_url": _page(kept, first - queries.ON_A_PAGE) if first else "",
        "next_url": _page(kept, first + queries.ON_A_PAGE)
        if len(found) > queries.ON_A_PAGE
        else "",
    }
    return render(request, "assays/catalogue.html", context)


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def show(request: HttpRequest, assay_id: int) -> HttpResponse:
    """Show one assay: what is in force, what is drafted, and every version that ever was."""
    principal = request.principal  # type: ignore[attr-defined]
    rows = policy.scope(principal, Assay.objects.filter(pk=assay_id))
    assay = rows.select_related("analyte", "specimen_type").first()
    if assay is None:
        raise Http404
    life = list(queries.life(assay))
    in_force = next((one for one in life if one.status == VersionStatus.ACTIVE), None)
    context = {
        "assay": assay,
        "life": life,
        "in_force": queries.whole(in_force) if in_force else None,
        "open": [
            {"whole": queries.whole(one), "buttons": version_moves.buttons(principal, one)}
            for one in life
            if one.status in queries.OPEN
        ][:10],
        "buttons": version_moves.buttons(principal, in_force) if in_force else [],
        "panels": queries.panels_of(assay),
        "may_draft": policy.can(principal, "assays.catalogue.draft"),
    }
    return render(request, "assays/assay.html", context)


def _line(assay: Any) -> dict[str, Any]:
    in_force = next((one for one in assay.living if one.status == VersionStatus.ACTIVE), None)
    return {
        "assay": assay,
        "version": in_force,
        "drafts": sum(one.status in queries.OPEN for one in assay.living),
    }


def _page(kept: dict[str, str], first: int) -> str:
    return "?" + urlencode(
        {**{name: value for name, value in kept.items() if value}, "from": max(first, 0)}
    )


move = version_moves.of(
    AssayVersion, "assayversion_id", lambda version: reverse("assay", args=[version.assay_id])
)
