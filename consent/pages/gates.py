"""The gate: a record number and a programme in, one word out, nothing clinical."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from consent.models import Programme
from consent.queries import clearances
from consent.rules.gates import gate_view
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.clock import database_now
from patients.models import Person


@require_http_methods(["GET", "HEAD"])
@requires("consent.clearance.gate")
def show(request: HttpRequest) -> HttpResponse:
    """Answer the gate: a record number and a programme in, one word out, nothing clinical."""
    principal = request.principal  # type: ignore[attr-defined]
    now = database_now()
    programmes = Programme.objects.filter(is_active=True).order_by("name")
    mrn, code = (
        request.GET.get(name, "").replace("\x00", "").strip() for name in ("mrn", "programme")
    )
    view = None
    if mrn:
        reachable = policy.scope(principal, Person.objects.all(), "consent.clearance.gate")
        found = reachable.filter(mrn__iexact=mrn).first()
        programme = programmes.filter(code=code).first()
        answer = None
        if found is not None and programme is not None:
            answer = clearances.clearance_of(found, programme, at=now)
            reads.record(by=principal, purpose="gate", objects=[found], person_id=found.pk)
        view = gate_view(answer)
    context = {"programmes": programmes, "mrn": mrn, "code": code, "view": view, "now": now}
    return render(request, "consent/gate.html", context)
