"""A patient's pregnancies: estimates with their uncertainty, hCG, what is proposed, and entering it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assays.actions import pregnancy_estimates
from assays.models import Result
from assays.pages import pregnancy_charts
from assays.pages.acts import OK, attempt
from assays.pages.pregnancy_forms import DateForm, EstimateForm, ScanForm
from assays.queries import hcg
from assays.rules.hcg import SOURCE_OF_RISE, SOURCE_OF_WEEKS
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.addresses import number
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import sentence
from patients import queries as registry
from patients.actions import pregnancies, pregnancy_dates, ultrasounds
from patients.models import Person, PregnancyDate, UltrasoundMeasurement
from patients.queries import interventions
from patients.queries import pregnancies as files
from patients.queries.pregnancies import File, Shown
from patients.rules.dating import HUMAN

VIEW, RECORD = "patients.pregnancy.view", "patients.pregnancy.record"
RESULTS = "assays.result.view"


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW, post=RECORD)
def show(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Show one patient's pregnancies; record a scan, a day or an estimate, or accept a proposal."""
    by = request.principal  # type: ignore[attr-defined]
    permission = RECORD if request.method == "POST" else VIEW
    person: Person | None = policy.scope(by, Person.objects.filter(uid=uid), permission).first()
    if person is None:
        raise Http404
    forms = {"scan": ScanForm(), "date": DateForm(), "estimate": EstimateForm()}
    status = OK
    if request.method == "POST":
        status = _act(request, person, forms)
        if status == OK:
            return HttpResponseRedirect(reverse("pregnancies", args=[person.uid]))
    at = database_now()
    known = files.file_of(person, by=by, at=at)
    reads.record(by=by, purpose="pregnancies", objects=[person], person_id=person.pk)
    chosen = _chosen(known, number(request.GET.get("pregnancy")))
    context: dict[str, Any] = {
        "banner": registry.banner(person, at=at),
        "person": person,
        "file": known,
        "is_human": known.species == HUMAN,
        "chosen": chosen,
        "forms": forms,
        "opened": request.POST.get("act", ""),
        "may_record": policy.can(by, RECORD, person),
        **_drawn(known, chosen),
        **_hcg(request, person, known, chosen),
    }
    return render(request, "assays/pregnancies.html", context, status=status)


def _chosen(known: File, wanted: int | None) -> Shown | None:
    found = [one for one in known.courses if one.course.number == wanted]
    return next(iter(found or known.courses), None)


def _drawn(known: File, chosen: Shown | None) -> dict[str, Any]:
    if chosen is None:
        return {}
    methods = {one.pk: one.method for one in known.estimates}
    rows = pregnancy_charts.rows_of(chosen, methods)
    return {"rows": rows, "timeline": pregnancy_charts.timeline(chosen, rows)}


def _hcg(request: HttpRequest, person: Person, known: File, chosen: Shown | None) -> dict[str, Any]:
    """Return the released values that the reader may see, and their drawing."""
    by = request.principal  # type: ignore[attr-defined]
    if not policy.can(by, RESULTS, person):
        return {"sees_results": False}
    estimates = [one for shown in known.courses for one in shown.course.estimates]
    ends = [shown.course.end for shown in known.courses if shown.course.end is not None]
    entries = registry.entries(person.pk)
    lines = hcg.course(
        entries,
        by,
        species=known.species,
        estimates=[*estimates, *ends],
        within=chosen and chosen.course,
    )
    done = pregnancy_charts.during(lines, interventions.of_persons(entries, by))
    accepted = {one.method for one in known.estimates if files.stands(one)}
    return {
        "sees_results": True,
        "lines": [(line, _is_accepted(line.result, accepted)) for line in lines],
        "hcg_chart": pregnancy_charts.hcg_course(lines, chosen, done),
        "done": done,
        "source_of_rise": SOURCE_OF_RISE,
        "source_of_weeks": SOURCE_OF_WEEKS,
    }


def _is_accepted(result: Result, methods: set[str]) -> bool:
    return any(method.endswith(f"(result {result.pk})") for method in methods)


def _act(request: HttpRequest, person: Person, forms: dict[str, Any]) -> int:
    """Do what a button asks for; returns 200, or the status of its refusal."""
    act = request.POST.get("act", "")
    if act in forms:
        return _enter(request, person, forms, act)
    acceptances = {
        "accept-length": _accept_length,
        "accept-day": _accept_day,
        "accept-hcg": _accept_hcg,
    }
    if act not in acceptances:
        messages.error(request, _("Choose what is to be recorded."))
        return 422
    try:
        acceptances[act](request, person)
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
        return refusal.status
    messages.success(request, _("The estimate is recorded; it counts for results from now on."))
    return OK


def _enter(request: HttpRequest, person: Person, forms: dict[str, Any], act: str) -> int:
    makers = {"scan": ScanForm, "date": DateForm, "estimate": EstimateForm}
    actions = {
        "scan": ultrasounds.record_scan,
        "date": pregnancy_dates.record,
        "estimate": pregnancies.record,
    }
    form: Any = makers[act](request.POST)
    forms[act] = form
    if not form.is_valid():
        return 422
    stated = form.stated() if act == "scan" else form.cleaned_data
    tried = attempt(
        request, actions[act], beside=form, done=_("Recorded."), person=person, **stated
    )
    return tried.status


def _accept_length(request: HttpRequest, person: Person) -> None:
    rows = UltrasoundMeasurement.objects.filter(person__in=registry.entries(person.pk))
    measurement = rows.filter(pk=number(request.POST.get("fact"))).first()
    if measurement is None:
        raise Http404
    by = request.principal  # type: ignore[attr-defined]
    pregnancies.accept_length(
        by=by,
        at=database_now(),
        measurement=measurement,
        code=request.POST.get("code", "")[:40],
    )


def _accept_day(request: HttpRequest, person: Person) -> None:
    rows = PregnancyDate.objects.filter(person__in=registry.entries(person.pk))
    stated = rows.filter(pk=number(request.POST.get("fact"))).first()
    if stated is None:
        raise Http404
    by = request.principal  # type: ignore[attr-defined]
    pregnancies.accept_day(by=by, at=database_now(), stated_date=stated)


def _accept_hcg(request: HttpRequest, person: Person) -> None:
    by = request.principal  # type: ignore[attr-defined]
    rows = Result.objects.filter(person_id__in=registry.entries(person.pk))
    found = policy.scope(by, rows.filter(pk=number(request.POST.get("fact"))))
    result = found.select_related("analyte", "person").first()
    if result is None:
        raise Http404
    pregnancy_estimates.accept_hcg(by=by, at=database_now(), result=result)
