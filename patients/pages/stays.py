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
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import refuse
from patients import queries
from patients.actions import arrivals, encounters
from patients.forms import MomentField, PersonField, fill_in, now
from patients.models import (
    Encounter,
    EncounterEnd,
    Injury,
    Location,
    Person,
    TriageAssessment,
)
from patients.queries import places
from patients.queries import wards as ward_queries
from patients.rules.places import BED, Places
from patients.rules.triage import SCALES

VIEW = "patients.encounter.view"
RECORD = "patients.encounter.record"
TRIAGE = "patients.triage.record"
Disposition = EncounterEnd.Disposition


class PlaceField(forms.ChoiceField):
    """A ward without a bed, or one of the beds that are free, by ward."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=kwargs.pop("label", gettext_lazy("Ward or bed")), **kwargs)

    def offer(self) -> None:
        found = ward_queries.counted(database_now())
        taken = {one.place for one in found.present}
        self.choices = [("", ""), *_offered(found.places, taken, found.at)]

    def clean(self, value: Any) -> Any:
        code = super().clean(value)
        return Location.objects.get(code=code) if code else None


def _offered(every: Places, taken: set[int], at: Any) -> list[Any]:
    groups = []
    for ward in every.wards():
        switch = ward.switch_at(at)
        if not (switch.is_open if switch is not None else ward.kind != "OVERFLOW"):
            continue
        beds = [
            (bed.code, bed.name)
            for bed in every.beds_of.get(ward.id, ())
            if bed.id not in taken and bed.is_open(at)
        ]
        label = _("no bed assigned") if ward.id in every.beds_of else ward.name
        groups.append((ward.name, [*beds, (ward.code, label)]))
    others = [
        (one.code, one.name)
        for one in every.every.values()
        if every.ward_of[one.id] == one.id
        and one.kind in (BED, "ROOM", "OTHER", "HOSPITAL")
        and one.is_open(at)
        and one.id not in taken
    ]
    return [*groups, (_("Not in a ward"), others)] if others else groups


class StayForm(forms.Form):
    """What forms of stays have in common."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        for field in self.fields.values():
            if isinstance(field, PlaceField):
                field.offer()


class AdmitForm(StayForm):
    person = PersonField(label=gettext_lazy("Patient (MRN, typed or scanned)"))
    location = PlaceField()
    started_at = MomentField(label=gettext_lazy("When"), initial=now)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, required=False)
    triage = forms.ChoiceField(label=gettext_lazy("Triage"), required=False)
    arrival = forms.ChoiceField(
        label=gettext_lazy("Mode of arrival"),
        choices=[("", ""), *TriageAssessment.Arrival.choices],
        required=False,
        help_text=gettext_lazy("Kept with the triage."),
    )
    note = forms.CharField(label=gettext_lazy("Note to the triage"), max_length=500, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scales = dict(TriageAssessment.Scale.choices)
        self.fields["triage"].choices = [  # type: ignore[attr-defined]
            ("", _("none")),
            *(
                (scales[scale], [(f"{scale}:{code}", _(said)) for code, said in found.items()])
                for scale, found in SCALES.items()
            ),
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("triage") and (given.get("arrival") or given.get("note")):
            self.add_error("triage", _("Say how urgent they are, too: it is kept together."))
        return given

    @property
    def stated(self) -> dict[str, Any]:
        """What the action takes, from a valid form."""
        data = self.cleaned_data
        found = {name: data[name] for name in ("person", "location", "started_at", "reason")}
        if data["triage"]:
            scale, category = data["triage"].split(":")
            more = {"arrival": data["arrival"], "note": data["note"]}
            found["triaged"] = {"scale": scale, "category": category, **more}
        return found


class TransferForm(StayForm):
    location = PlaceField(label=gettext_lazy("To"))
    moved_at = MomentField(label=gettext_lazy("When"), initial=now)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, required=False)


class DischargeForm(StayForm):
    ended_at = MomentField(label=gettext_lazy("When"), initial=now)
    disposition = forms.ChoiceField(
        label=gettext_lazy("How it ended"),
        choices=[one for one in Disposition.choices if one[0] != Disposition.TRANSFERRED],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RECORD)
def admit(request: HttpRequest) -> HttpResponse:
    """Admit somebody by their MRN to a ward or a bed, with their triage."""
    by = request.principal  # type: ignore[attr-defined]
    asked = {"person": request.GET.get("person", ""), "location": request.GET.get("place", "")}
    form = AdmitForm(request.POST if request.method == "POST" else None, initial=asked)
    fill_in(form, by=by, permission=RECORD)
    if not policy.can(by, TRIAGE):
        for name in ("triage", "arrival", "note"):
            form.fields[name].widget = forms.HiddenInput()
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
    stays = Encounter.objects.filter(person__in=entries).select_related(
        "location", "end", "recorded_by"
    )
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
    rows = model.objects.standing().filter(person__in=entries).select_related("recorded_by")
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
