"""The formulas and the reflex rules of the laboratory, as they are in force and as they were drafted."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from assays.models import CalculationVersion, ReflexVersion
from assays.pages import version_moves
from assays.pages.formula_drafts import DRAFT, VERIFY
from assays.pages.what_if import LAST
from assays.queries import draft_trials
from assays.queries import formulas as queries
from assays.queries.assays import OPEN
from labsys.accounts.permissions import requires
from labsys.lib import policy
from labsys.lib.addresses import one_of


@require_http_methods(["GET", "HEAD"])
@requires("assays.catalogue.view")
def index(request: HttpRequest) -> HttpResponse:
    """List what is calculated, by which formula, from what."""
    principal = request.principal  # type: ignore[attr-defined]
    rows = queries.listed(policy.scope(principal, CalculationVersion.objects.all()))
    context = {"versions": rows, "may_draft": policy.can(principal, DRAFT)}
    return render(request, "assays/calculations.html", context)


@require_http_methods(["GET", "HEAD"])
@requires("assays.catalogue.view")
def show(request: HttpRequest, calculationversion_id: int) -> HttpResponse:
    """Show one formula: inputs with units, steps, limits, source and life."""
    principal = request.principal  # type: ignore[attr-defined]
    rows = policy.scope(principal, CalculationVersion.objects.filter(pk=calculationversion_id))
    version = queries.listed(rows).first()
    if version is None:
        raise Http404
    last = one_of(request.GET, "last", LAST, usual=LAST[0])
    context = {
        "version": version,
        "definition": queries.definition(version),
        "events": version.events.select_related("recorded_by__user").order_by("pk"),
        "trial": draft_trials.calculation(version, last=last) if version.status in OPEN else None,
        "may_open": policy.can(principal, VERIFY),
        "last": last,
        "choices": LAST,
        "buttons": version_moves.buttons(principal, version),
        "may_draft": policy.can(principal, DRAFT),
    }
    return render(request, "assays/calculation.html", context)


@require_http_methods(["GET", "HEAD"])
@requires("assays.catalogue.view")
def reflexes(request: HttpRequest) -> HttpResponse:
    """List the reflex rules: what each asks, what it orders, and how often it was met."""
    principal = request.principal  # type: ignore[attr-defined]
    rows = queries.reflexes(policy.scope(principal, ReflexVersion.objects.all()))
    context = {"versions": rows, "may_draft": policy.can(principal, DRAFT)}
    return render(request, "assays/reflexes.html", context)
