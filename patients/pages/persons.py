"""Finding and registering people."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.addresses import number
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import refuse
from patients import queries, ways
from patients.forms import RegisterForm
from patients.models import Person

LONGEST = 100  # characters of a search
ADMIT = "patients.encounter.record"


@require_http_methods(["GET", "HEAD"])
@requires("patients.person.find")
def search(request: HttpRequest) -> HttpResponse:
    """Find people by number or name, within the reader's reach; who was shown is recorded."""
    by = request.principal  # type: ignore[attr-defined]
    text = request.GET.get("q", "").strip()[:LONGEST]
    found = queries.find(by, text, after=number(request.GET.get("after", "")))
    reads.record(
        by=by,
        purpose="search",
        objects=[hit.person for hit in found.hits],
        person_id=lambda person: person.pk,
    )
    open_ways = ways.open_to(by)
    context: dict[str, Any] = {
        "text": text,
        "found": found,
        "rows": [(hit, [(way, way.to(hit.person)) for way in open_ways]) for hit in found.hits],
        "is_later_page": "after" in request.GET,
        "may_register": policy.can(by, "patients.person.register"),
    }
    if found.next is not None:
        context["next"] = "?" + urlencode({"q": text, "after": found.next})
    return render(request, "patients/persons.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("patients.person.register")
def register(request: HttpRequest) -> HttpResponse:
    """Make an entry for somebody, named or not."""
    form = RegisterForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        by = request.principal  # type: ignore[attr-defined]
        try:
            person = form.register(by=by, at=database_now())
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            return _registered(request, person)
    status = 422 if form.is_bound else 200
    return render(request, "patients/person_new.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD"])
@requires("patients.person.find")
def entry(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Lead from a person's public id to the entry itself."""
    by = request.principal  # type: ignore[attr-defined]
    person = policy.scope(by, Person.objects.filter(uid=uid)).first()
    if person is None:
        raise Http404
    return HttpResponseRedirect(reverse("admin:patients_person_change", args=[person.pk]))


def _registered(request: HttpRequest, person: Person) -> HttpResponse:
    by = request.principal  # type: ignore[attr-defined]
    said = _("Registered under MRN %(mrn)s: %(name)s.")
    messages.success(request, said % {"mrn": person.mrn, "name": person.display_name})
    if policy.can(by, "patients.person.view", person):
        return HttpResponseRedirect(reverse("persons") + "?" + urlencode({"q": person.mrn}))
    if policy.can(by, ADMIT):
        # A nurse reaches whom she admits, not everybody she registers.
        there = reverse("admin:patients_encounter_add")
        return HttpResponseRedirect(there + "?" + urlencode({"person": person.mrn}))
    return HttpResponseRedirect(reverse("person-new"))
