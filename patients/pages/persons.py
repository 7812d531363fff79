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
from patients.pages import duplicate_words
from patients.pages.duplicate_forms import signature
from patients.queries import duplicates

LONGEST = 100  # characters of a search
ADMIT = "patients.encounter.record"
FIND = "patients.person.find"
SHOWN_ALIKE = 8  # of those who may be whom a form describes


@require_http_methods(["GET", "HEAD"])
@requires("patients.person.find")
def search(request: HttpRequest) -> HttpResponse:
    """Find people by number or name, within the reader's reach; who was shown is recorded."""
    by = request.principal  # type: ignore[attr-defined]
    text = request.GET.get("q", "").strip()[:LONGEST]
    found = queries.find(by, text, after=number(request.GET.get("after", "")))
    persons = [hit.person for hit in found.hits]
    reads.record(
        by=by,
        purpose="search",
        objects=persons,
        person_id=lambda person: person.pk,
    )
    pages = ways.pages_of(persons, ways.open_to(by))
    context: dict[str, Any] = {
        "text": text,
        "found": found,
        "rows": list(zip(found.hits, pages, strict=True)),
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
    by = request.principal  # type: ignore[attr-defined]
    form = RegisterForm(request.POST if request.method == "POST" else None)
    alike: dict[str, Any] = {}
    if form.is_valid():
        alike = _alike(request, form)
    if form.is_valid() and not alike:
        try:
            person = form.register(by=by, at=database_now())
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            return _registered(request, person)
    status = 422 if form.is_bound else 200
    return render(request, "patients/person_new.html", {"form": form, **alike}, status=status)


@require_http_methods(["GET", "HEAD"])
@requires("patients.person.find")
def entry(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Lead from a person's public id to the entry itself."""
    by = request.principal  # type: ignore[attr-defined]
    person = policy.scope(by, Person.objects.filter(uid=uid)).first()
    if person is None:
        raise Http404
    return HttpResponseRedirect(reverse("admin:patients_person_change", args=[person.pk]))


def _alike(request: HttpRequest, form: RegisterForm) -> dict[str, Any]:
    """Return who is registered already and may be whom the form describes, unless that was confirmed.

    A confirmation counts for those who were shown, as long as nobody joins them meanwhile. Who is not
    in the reader's reach is counted and not named.
    """
    by = request.principal  # type: ignore[attr-defined]
    found = duplicates.matches(form.described())
    seen = signature(one.person.mrn for one in found)
    if not found or request.POST.get("others") == seen and "confirmed" in request.POST:
        return {}
    ids = [one.person.pk for one in found]
    reached = set(
        policy.scope(by, Person.objects.filter(pk__in=ids), FIND).values_list("pk", flat=True)
    )
    shown = [one for one in found if one.person.pk in reached][:SHOWN_ALIKE]
    reads.record(
        by=by,
        purpose="registration",
        objects=[one.person for one in shown],
        person_id=lambda person: person.pk,
    )
    return {
        "alike": [(one.person, duplicate_words.verdict(one.match)) for one in shown],
        "hidden_alike": len(found) - len(reached),
        "more_alike": len(reached) - len(shown),
        "others": seen,
    }


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
