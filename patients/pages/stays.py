"""Admission, transfer and discharge, one form each; a person's stays, triage and injuries."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import refuse
from patients import queries
from patients.actions import arrivals, encounters, injuries, triage
from patients.forms import fill_in
from patients.models import (
    Encounter,
    Injury,
    Location,
    Person,
    TriageAssessment,
)
from patients.pages import stay_forms
from patients.pages.stay_forms import AdmitForm, DischargeForm, TransferForm
from patients.queries import places

VIEW = "patients.encounter.view"
RECORD = "patients.encounter.record"
TRIAGE, INJURY = triage.PERMISSION, injuries.PERMISSION


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RECORD)
def admit(request: HttpRequest) -> HttpResponse:
    """Admit somebody by their MRN to a ward or a bed, with their triage and injuries."""
    by = request.principal  # type: ignore[attr-defined]
    asked = {"person": request.GET.get("person", ""), "location": request.GET.get("place", "")}
    form = AdmitForm(request.POST if request.method == "POST" else None, initial=asked)
    fill_in(form, by=by, permission=RECORD)
    if not policy.can(by, TRIAGE):
        form.without("triage", "arrival", "note")
    if not policy.can(by, INJURY):
        form.without(*(f"{name}_" for name in stay_forms.INJURY))
    stay = _done(form, lambda at: arrivals.receive(by=by, at=at, **form.stated))
    if stay is not None:
        told = _("%(mrn)s was admitted: %(place)s.")
        return _on(request, stay, told)
    return _page(request, form, title=_("Admit a patient"), button=_("Admit"))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW, post=RECORD)
def transfer(request: HttpRequest, encounter_id: int) -> HttpResponse:
    """Move somebody to another ward or bed."""
    by = request.principal  # type: ignore[attr-defined]
    stay = _stay(request, encounter_id)
    form = TransferForm(request.POST if request.method == "POST" else None)
    made = _done(
        form,
        lambda at: encounters.transfer(by=by, at=at, encounter=stay, **form.cleaned_data),
    )
    if made is not None:
        return _on(request, made, _("%(mrn)s was moved: %(place)s."))
    return _page(request, form, title=_("Move a patient"), button=_("Move"), stay=stay)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW, post=RECORD)
def discharge(request: HttpRequest, encounter_id: int) -> HttpResponse:
    """End a stay."""
    by = request.principal  # type: ignore[attr-defined]
    stay = _stay(request, encounter_id)
    form = DischargeForm(request.POST if request.method == "POST" else None)
    made = _done(
        form,
        lambda at: encounters.discharge(by=by, at=at, encounter=stay, **form.cleaned_data),
    )
    if made is not None:
        return _on(request, stay, _("The stay of %(mrn)s ended: %(place)s."))
    return _page(request, form, title=_("Discharge a patient"), button=_("End the stay"), stay=stay)


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def person_stays(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Show where somebody stayed, how urgent they were found, and their injuries."""
    by, at = request.principal, database_now()  # type: ignore[attr-defined]
    person = policy.scope(by, Person.objects.filter(uid=uid), VIEW).first()
    if person is None:
        raise Http404
    entries = queries.entries(person.pk)
    stays = Encounter.objects.filter(person__in=entries).select_related("location", "end")
    stays = policy.scope(by, stays).order_by("-started_at", "-pk")
    context = {
        "banner": queries.banner(person, at=at),
        "stays": stays,
        "triage": _standing(by, TriageAssessment, entries, "-assessed_at"),
        "injuries": _standing(by, Injury, entries, "-found_at"),
        "may_record": policy.can(by, RECORD),
        "may_triage": policy.can(by, TRIAGE),
        "person": person,
        "is_here": any(one.is_open for one in stays),
    }
    reads.record(by=by, purpose="stays", objects=[person], person_id=person.pk)
    return render(request, "patients/stays.html", context)


def _standing(by: Any, model: Any, entries: Any, order: str) -> Any:
    rows = model.objects.standing().filter(person__in=entries)
    return policy.scope(by, rows).order_by(order, "-pk")


def _stay(request: HttpRequest, encounter_id: int) -> Encounter:
    by = request.principal  # type: ignore[attr-defined]
    rows = Encounter.objects.filter(pk=encounter_id).select_related("person", "location")
    stay: Encounter | None = policy.scope(by, rows).first()
    if stay is None:
        raise Http404
    return stay


def _done(form: forms.Form, act: Callable[..., Any]) -> Any:
    """Do what a valid form asks for; None where it is not valid, or was refused."""
    if not form.is_valid():
        return None
    try:
        return act(database_now())
    except Refusal as refusal:
        refuse(form, refusal)
        return None


def _page(
    request: HttpRequest,
    form: forms.Form,
    *,
    title: str,
    button: str,
    stay: Encounter | None = None,
) -> HttpResponse:
    by, at = request.principal, database_now()  # type: ignore[attr-defined]
    context: dict[str, Any] = {"form": form, "title": title, "button": button, "stay": stay}
    if stay is not None:
        context["banner"] = queries.banner(stay.person, at=at)
        reads.record(by=by, purpose="stays", objects=[stay], person_id=stay.person_id)
    status = 422 if form.is_bound else 200
    return render(request, "patients/stay_form.html", context, status=status)


def _on(request: HttpRequest, stay: Encounter, told: str) -> HttpResponse:
    """Say what was done, and show the ward in which it was."""
    by = request.principal  # type: ignore[attr-defined]
    said = {"mrn": stay.person.mrn, "place": stay.location.name}
    messages.success(request, told % said)
    every = places.every()
    ward = every.every[every.ward_of[stay.location_id]]
    if ward.kind in (Location.Kind.WARD, Location.Kind.OVERFLOW) and policy.can(
        by, "patients.census.view"
    ):
        return HttpResponseRedirect(reverse("ward", args=[ward.code]))
    return HttpResponseRedirect(reverse("stay-admit"))
