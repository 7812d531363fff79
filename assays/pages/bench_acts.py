"""What is recorded at the bench: one page asks for it, one action does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from assays.actions import calibrations, eqa, maintenance, patient_averages, reagents
from assays.pages import bench_forms as asked
from assays.pages.acts import OK, attempt
from labsys.accounts.permissions import requires_by

RECORD, MANAGE = "assays.bench.record", "assays.bench.manage"
EQA_RECORD, EQA_SCORE = "assays.eqa.record", "assays.eqa.score"


@dataclass(frozen=True)
class Act:
    """One thing to record: what it is called, who may, what is asked, what does it, where to next."""

    title: Any
    permission: str
    form: type[forms.Form]
    do: Callable[..., Any]
    back: str
    done: Any = _("Recorded.")
    lead: Any = ""
    is_serious: bool = False


ACTS: dict[str, Act] = {
    "reagent": Act(_("New reagent"), MANAGE, asked.ReagentForm, reagents.add, "reagents"),
    "serve": Act(_("What a reagent serves"), MANAGE, asked.ServeForm, reagents.serve, "reagents"),
    "receive": Act(
        _("Receive a delivery"), RECORD, asked.ReceiveForm, reagents.receive, "reagents"
    ),
    "use": Act(
        _("Put a lot in use"),
        RECORD,
        asked.UseForm,
        reagents.put_in_use,
        "reagents",
        done=_("In use."),
    ),
    "take": Act(_("Take out of stock"), RECORD, asked.TakeForm, reagents.take, "reagents"),
    "count": Act(_("Set the stock right"), RECORD, asked.CountForm, reagents.count, "reagents"),
    "end": Act(
        _("End a lot"),
        RECORD,
        asked.EndForm,
        reagents.end,
        "reagents",
        lead=_("It is taken out of use wherever it is used, and what is left is discarded."),
        is_serious=True,
    ),
    "calibration": Act(
        _("Record a calibration"),
        RECORD,
        asked.CalibrationForm,
        calibrations.record,
        "calibrations",
        lead=_("From an accepted calibration on, control rules count anew."),
    ),
    "calibration-annul": Act(
        _("Annul a calibration"),
        MANAGE,
        asked.CalibrationAnnulForm,
        calibrations.annul,
        "calibrations",
        done=_("Annulled."),
        is_serious=True,
    ),
    "task": Act(_("New task"), MANAGE, asked.TaskForm, maintenance.add_task, "maintenance"),
    "task-end": Act(
        _("End a task"),
        MANAGE,
        asked.TaskEndForm,
        maintenance.end_task,
        "maintenance",
        is_serious=True,
    ),
    "maintenance": Act(
        _("Record maintenance"), RECORD, asked.MaintenanceForm, maintenance.record, "maintenance"
    ),
    "maintenance-annul": Act(
        _("Annul a line of the log"),
        MANAGE,
        asked.MaintenanceAnnulForm,
        maintenance.annul,
        "maintenance",
        done=_("Annulled."),
        is_serious=True,
    ),
    "average": Act(
        _("Draft a patient average"),
        "assays.catalogue.draft",
        asked.AverageForm,
        patient_averages.draft,
        "patient-averages",
        done=_("Drafted. Somebody else approves it and brings it into force."),
    ),
    "eqa-scheme": Act(_("New scheme"), EQA_SCORE, asked.SchemeForm, eqa.add_scheme, "eqa"),
    "eqa-round": Act(_("New round"), EQA_RECORD, asked.RoundForm, eqa.open_round, "eqa"),
    "eqa-result": Act(
        _("Record an own result"), EQA_RECORD, asked.EqaResultForm, eqa.record_result, "eqa"
    ),
    "eqa-score": Act(
        _("Score a result"), EQA_SCORE, asked.ScoreForm, eqa.score, "eqa", done=_("Scored.")
    ),
    "eqa-result-annul": Act(
        _("Annul a result"),
        EQA_SCORE,
        asked.EqaResultAnnulForm,
        eqa.annul_result,
        "eqa",
        done=_("Annulled."),
        is_serious=True,
    ),
    "eqa-score-annul": Act(
        _("Annul a score"),
        EQA_SCORE,
        asked.ScoreAnnulForm,
        eqa.annul_score,
        "eqa",
        done=_("Annulled."),
        is_serious=True,
    ),
    "eqa-follow-up": Act(
        _("Follow-up of a score"), EQA_RECORD, asked.FollowUpForm, eqa.follow_up, "eqa"
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
@requires_by("act", {name: act.permission for name, act in ACTS.items()})
def show(request: HttpRequest, act: str) -> HttpResponse:
    """Ask what an act needs (its fields may stand in the address), then carry it out."""
    chosen = ACTS[act]
    if request.method != "POST":
        named = {name: request.GET[name] for name in chosen.form.base_fields if name in request.GET}
        return _ask(request, chosen, chosen.form(initial=named))
    form = chosen.form(request.POST)
    if not form.is_valid():
        return _ask(request, chosen, form, status=422)
    do = partial(chosen.do, **form.cleaned_data)
    status = attempt(request, do, beside=form, done=chosen.done).status
    if status != OK:
        return _ask(request, chosen, form, status=status)
    return HttpResponseRedirect(reverse(chosen.back))


def _ask(request: HttpRequest, act: Act, form: forms.Form, *, status: int = 200) -> HttpResponse:
    context = {"act": act, "form": form, "back": reverse(act.back)}
    return render(request, "assays/bench_form.html", context, status=status)
