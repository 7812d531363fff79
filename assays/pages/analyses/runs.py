"""Runs of analyses: asked for, followed while they run, cancelled, repeated, and read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages as notices
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assays.actions.analyses import runs as actions
from assays.actions.analyses.runs import ASK
from assays.models import AnalysisRun, Specimen
from assays.pages.analyses import profile_runs
from assays.queries.analyses import inputs
from assays.queries.analyses import runs as queries
from assays.rules.analyses import kinetics
from assays.rules.analyses.runs import AnalysisKind, Phase, RunStatus, phase
from labsys.accounts.models import Principal
from labsys.accounts.permissions import polled, requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.addresses import number
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import kept, refuse, sentence

LONGEST_REASON = 500
# Kinds whose outcome has a page of its own.
PAGES = {
    AnalysisKind.EPIDEMIC: "population",
    AnalysisKind.TRIAL: "trials",
    AnalysisKind.AGREEMENT: "micrograph-agreement",
}
PHASES = {
    Phase.WAITING: gettext_lazy("Waiting for a worker."),
    Phase.COMPUTING: gettext_lazy("Computing."),
    Phase.COMBINING: gettext_lazy("Putting together what the parts gave."),
    Phase.ENDED: "",
}


class AskForm(forms.Form):
    """Asks for the kinetics of everybody who has loads enough."""

    limit = forms.FloatField(
        label=gettext_lazy("Load that may be reached"),
        required=False,
        min_value=0,
        help_text=gettext_lazy(
            "Nanites per microlitre; the day on which it is reached is told. May be left empty."
        ),
    )
    is_urgent = forms.BooleanField(label=gettext_lazy("Before everything routine"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Reason"), required=False, max_length=LONGEST_REASON
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(ASK)
def index(request: HttpRequest) -> HttpResponse:
    """List the runs with how far they are, and ask for one of everybody in reach."""
    principal = request.principal  # type: ignore[attr-defined]
    form, status = AskForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and (run := _asked(principal, form)) is not None:
            return HttpResponseRedirect(reverse("analysis-run", args=[run.pk]))
    runs = list(queries.listed(principal)[: queries.RUNS])
    found = queries.progress([run.pk for run in runs])
    context = {
        "form": form,
        "runs": [(run, found[run.pk]) for run in runs],
    }
    return render(request, "assays/analyses/runs.html", context, status=status)


def _asked(principal: Principal, form: AskForm) -> AnalysisRun | None:
    data = form.cleaned_data
    try:
        return actions.ask(
            kind=AnalysisKind.KINETICS,
            inputs=inputs.loads(principal),
            parameters=kinetics.parameters(limit=data["limit"]),
            is_urgent=data["is_urgent"],
            reason=data["reason"],
            by=principal,
            at=database_now(),
        )
    except Refusal as refusal:
        refuse(form, refusal)
        return None


@require_safe
@requires(ASK)
def show(request: HttpRequest, analysisrun_id: int) -> HttpResponse:
    """Show how far a run is, what it was made with, and each of its parts."""
    principal = request.principal  # type: ignore[attr-defined]
    run = _find(principal, analysisrun_id)
    after = number(request.GET.get("after")) or 0
    parts, following = queries.parts(run, after=after)
    reads.record(
        by=principal,
        purpose="analysis",
        objects=parts,
        person_id=lambda part: part.person_id,
    )
    if run.kind == AnalysisKind.REPROFILE:
        profile_runs.name_what_differs(principal, parts)
    context = {
        **how_far(run),
        "parts": [(part, kept(part.refusal)) for part in parts],
        "after": following,
        "is_first": not after,
        "compared": queries.compared(run),
        "of_kind": _templates(run),
        "repetitions": run.repetitions.order_by("pk"),
    }
    return render(request, "assays/analyses/run.html", context)


@polled
@require_safe
@requires(ASK)
def progress(request: HttpRequest, analysisrun_id: int) -> HttpResponse:
    """The part of a run's page that asks for itself anew."""
    principal = request.principal  # type: ignore[attr-defined]
    run = _find(principal, analysisrun_id)
    context = {**how_far(run), "is_polled": True}
    return render(request, "assays/analyses/progress.html", context)


@require_POST
@requires(ASK)
def cancel(request: HttpRequest, analysisrun_id: int) -> HttpResponse:
    """End a run that is under way."""
    said = _("The run is cancelled; what was done of it stands below.")
    return _moved(request, analysisrun_id, actions.cancel, said)


@require_POST
@requires(ASK)
def repeat(request: HttpRequest, analysisrun_id: int) -> HttpResponse:
    """Do a run again with the inputs it had."""
    return _moved(request, analysisrun_id, actions.repeat, _("The run is done again."))


def _moved(
    request: HttpRequest, id_: int, act: Callable[..., AnalysisRun], said: str
) -> HttpResponse:
    """Do what is asked of a run and show the run it led to, or why it was refused."""
    principal = request.principal  # type: ignore[attr-defined]
    run = _find(principal, id_)
    reason = request.POST.get("reason", "").strip()[:LONGEST_REASON]
    try:
        shown = act(run=run, by=principal, at=database_now(), reason=reason)
    except Refusal as refusal:
        notices.error(request, sentence(refusal))
        shown = run
    else:
        notices.success(request, said)
    return HttpResponseRedirect(reverse("analysis-run", args=[shown.pk]))


def chosen(rows: QuerySet[AnalysisRun], asked: str | None) -> AnalysisRun | None:
    """Return the run that is asked for, or the newest; raises Http404 where it is not among them."""
    if asked is None:
        return rows.first()
    found = rows.filter(pk=number(asked) or 0).first()
    if found is None:
        raise Http404
    return found


def how_far(run: AnalysisRun) -> dict[str, Any]:
    """Return how far a run is, as the part of a page shows it that asks for itself anew."""
    found = queries.progress([run.pk])[run.pk]
    now = phase(RunStatus(run.status), done=found.done, total=found.total)
    is_open = now is not Phase.ENDED
    left = found.remaining(run.started_at, database_now()) if is_open else None
    return {
        "run": run,
        "progress": found,
        "phase": PHASES[now],
        "is_open": is_open,
        "is_moving": is_open,
        "shown_at": address(run),
        "quarter": found.percent // 25 * 25 if now is Phase.COMPUTING else 0,
        "minutes_left": None if left is None else -(-left.total_seconds() // 60),
        "why_failed": kept(run.refusal),
    }


def address(run: AnalysisRun) -> str:
    """Return the page that shows what came of a run: of a count of fields, that of their specimen."""
    if run.kind == AnalysisKind.SEARCH:
        return reverse("profile-search", args=[run.parts.values_list("pk", flat=True).get()])
    if run.kind == AnalysisKind.MICROGRAPHS:
        specimen = Specimen.objects.only("accession").get(pk=run.parameters["specimen"])
        return reverse("micrographs", args=[specimen.accession])
    name = PAGES.get(AnalysisKind(run.kind))
    return reverse("analysis-run", args=[run.pk]) if not name else f"{reverse(name)}?run={run.pk}"


def _templates(run: AnalysisRun) -> dict[str, str]:
    """Return what shows the outcome and the parts of this kind of run."""
    folder = f"assays/analyses/{run.kind.lower()}"
    return {"outcome": f"{folder}/outcome.html", "parts": f"{folder}/parts.html"}


def _find(principal: Principal, id_: int) -> AnalysisRun:
    rows = AnalysisRun.objects.filter(pk=id_).select_related("asked_by__user", "repeats")
    found: AnalysisRun | None = policy.scope(principal, rows).first()
    if found is None:
        raise Http404
    return found
