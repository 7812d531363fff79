"""What a patient needs, and who belongs to them."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.clock import database_now
from patients import queries
from patients.models import Person
from patients.queries import needs
from patients.templatetags.registry import need

VIEW, RELATED = "patients.need.view", "patients.related.view"


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def show(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Show what one patient needs, and, to whoever may see them, who belongs to the patient."""
    by = request.principal  # type: ignore[attr-defined]
    person: Person | None = policy.scope(by, Person.objects.filter(uid=uid), VIEW).first()
    if person is None:
        raise Http404
    at = database_now()
    reads.record(by=by, purpose="needs", objects=[person], person_id=person.pk)
    sees_related = policy.can(by, RELATED, person)
    related = needs.related_to(person, by=by) if sees_related else []
    named = Person.objects.listed().in_bulk([one.other_id for one in related if one.other_id])
    context: dict[str, Any] = {
        "banner": queries.banner(person, at=at),
        "person": person,
        "needs": [
            (one, need(one.kind, one.detail), _is_now(one, at))
            for one in needs.needs_of(person, by=by)
        ],
        "sees_related": sees_related,
        "related": [(one, named.get(one.other_id), _is_now(one, at)) for one in related],
        "may_record_need": policy.can(by, "patients.need.record", person),
        "may_record_related": policy.can(by, "patients.related.record", person),
    }
    return render(request, "patients/needs.html", context)


def _is_now(row: Any, at: Any) -> bool:
    return row.since <= at and (row.until is None or row.until > at)
