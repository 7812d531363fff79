"""What a patient needs, and who belongs to them."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.addresses import number
from labsys.lib.clock import database_now
from patients import queries
from patients.models import Person
from patients.pages.shown import looked_at, principal_of
from patients.queries import kin, needs
from patients.rules.kin import OF_AGE_YEARS, Needing
from patients.templatetags.registry import need

VIEW, RELATED = "patients.need.view", kin.VIEW
RECORD_RELATED = "patients.related.record"
WORDS = {
    Needing.INFANT: gettext_lazy("infant"),
    Needing.MINOR: gettext_lazy("not of age"),
    Needing.INCAPABLE: gettext_lazy("cannot decide for themselves"),
    Needing.SPOKEN_FOR: gettext_lazy("of age, guardian ended"),
}


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
    entries = queries.entries(person.pk)
    related = needs.related_to(entries, by=by) if sees_related else []
    named = Person.objects.listed().in_bulk([one.other_id for one in related if one.other_id])
    context: dict[str, Any] = {
        "banner": queries.banner(person, at=at),
        "person": person,
        "needs": [
            (one, need(one.kind, one.detail), _is_now(one, at))
            for one in needs.needs_of(entries, by=by)
        ],
        "sees_related": sees_related,
        "related": [(one, named.get(one.other_id), _is_now(one, at)) for one in related],
        "may_record_need": policy.can(by, "patients.need.record", person),
        "may_record_related": policy.can(by, RECORD_RELATED, person),
    }
    return render(request, "patients/needs.html", context)


@require_http_methods(["GET", "HEAD"])
@requires(RELATED)
def without_kin(request: HttpRequest) -> HttpResponse:
    """List who has nobody on record to speak for them; who was shown is recorded."""
    by, at = principal_of(request), database_now()
    only = next((one for one in Needing if one.value == request.GET.get("show")), None)
    listed = kin.listed(by, at=at, only=only, after=number(request.GET.get("after")))
    looked_at(by, "without kin", [row.person for row in listed.rows])
    given = {} if only is None else {"show": only.value}
    context: dict[str, Any] = {
        "show": only,
        "all": sum(listed.counts.values()),
        "groups": [(one, words, listed.counts[one]) for one, words in WORDS.items()],
        "rows": [(row, WORDS[row.needing]) for row in listed.rows],
        "next_url": listed.next and "?" + urlencode({**given, "after": listed.next}),
        "years": OF_AGE_YEARS,
        "may_record": policy.can(by, RECORD_RELATED),
    }
    return render(request, "patients/without_kin.html", context)


def _is_now(row: Any, at: Any) -> bool:
    return row.since <= at and (row.until is None or row.until > at)
