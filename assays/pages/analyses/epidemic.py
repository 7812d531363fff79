"""The population: cases by day, how fast they grow, the reproduction number, and beds to come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assays.actions.analyses import runs as actions
from assays.actions.analyses.runs import ASK
from assays.models import AnalysisPart, AnalysisRun
from assays.pages.analyses import epidemic_charts as charts
from assays.pages.analyses.epidemic_form import PopulationForm
from assays.pages.analyses.runs import chosen, how_far
from assays.queries.analyses import epidemic as queries
from assays.rules.analyses import epidemic
from assays.rules.analyses.runs import AnalysisKind
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import kept, refuse

Json = Mapping[str, Any]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(ASK)
def show(request: HttpRequest) -> HttpResponse:
    """Show a run of the population's cases, the newest by itself; ask for one as things stand."""
    principal = request.principal  # type: ignore[attr-defined]
    run = chosen(queries.runs(principal), request.GET.get("run"))
    asked = run.parameters if run is not None else epidemic.parameters({})
    choices, status = queries.choices(principal), 200
    form = PopulationForm(choices, asked, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        status = 422
        if form.is_valid() and (made := _ask(principal, form)) is not None:
            return HttpResponseRedirect(f"{reverse('population')}?run={made.pk}")
    context = {"form": form, "run": run, **(_shown(run) if run is not None else {})}
    return render(request, "assays/analyses/epidemic/population.html", context, status=status)


def _ask(principal: Principal, form: PopulationForm) -> AnalysisRun | None:
    at = database_now()
    try:
        parameters = epidemic.parameters(form.stated())
        return actions.ask(
            kind=AnalysisKind.EPIDEMIC,
            inputs=queries.found(principal, parameters, at=at),
            parameters=parameters,
            is_urgent=True,
            reason=form.cleaned_data["reason"],
            by=principal,
            at=at,
        )
    except Refusal as refusal:
        refuse(form, refusal)
        return None


def _shown(run: AnalysisRun) -> dict[str, Any]:
    part: AnalysisPart = run.parts.get()
    context = {
        **how_far(run),
        "part": part,
        "given": part.given,
        "today": date.fromisoformat(part.given["today"]),
        "today_cases": _today(part.given),
        "left_out": _left_out(part.given, run.parameters),
        "refusal": kept(part.refusal),
        "parameters": run.parameters,
    }
    if part.outcome is None:
        return context
    outcome = part.outcome
    return {
        **context,
        "outcome": outcome,
        "first_day": date.fromisoformat(outcome["first_day"]),
        "last_day": date.fromisoformat(outcome["last_day"]),
        "cases": sum(outcome["cases"]),
        "growth": outcome["growth"],
        "newest": _newest(outcome["reproduction"]),
        "notes": _notes(outcome["reproduction"]),
        "why": {
            name: kept(outcome[name].get("refusal")) for name in ("growth", "reproduction", "wards")
        },
        "charts": charts.every(part.given, outcome),
        "days": _days(outcome),
        "beds": _beds(part.given, outcome),
    }


def _today(given: Json) -> int:
    return sum(one["cases"] for one in given["days"] if one["day"] == given["today"])


def _left_out(given: Json, parameters: Json) -> list[str]:
    """Return what was left out, and why, in words."""
    counts = given["left_out"]
    words = {
        "before": _("%(n)d persons became a case before the days that were asked for."),
        "ahead": _("%(n)d persons have a moment that lies ahead."),
        "later_of_a_person": _("%(n)d later exposures are of persons who were a case already."),
        "not_certain": _("%(n)d exposures are not certain enough."),
        "not_verified": _("%(n)d persons have a positive value that nobody has verified."),
    }
    said = [words[name] % {"n": counts[name]} for name in words if counts.get(name)]
    complete = date.fromisoformat(given["today"]) - timedelta(days=parameters["left_out_days"])
    late = [one for one in given["days"] if one["day"] >= complete.isoformat()]
    if late:
        said.append(
            _("%(n)d cases lie on days that are not complete: drawn as outlines, in no fit.")
            % {"n": sum(one["cases"] for one in late)}
        )
    if not given["everybody"]:
        said.append(_("Persons out of the reach of whoever asked are not counted."))
    return said


def _newest(ratio: Json) -> Json | None:
    known = [one for one in ratio.get("windows", ()) if one["mean"] is not None]
    return _window(known[-1]) if known else None


def _window(one: Json) -> dict[str, Any]:
    return {**one, "low": one["quantiles"]["0.025"], "high": one["quantiles"]["0.975"]}


def _notes(ratio: Json) -> list[str]:
    """Return what a reader must know of the newest window."""
    newest = _newest(ratio)
    words = {
        "no_earlier_case_is_infectious_the_prior_alone_speaks": _(
            "No earlier case is infectious in the newest window: the prior alone speaks."
        ),
        "fewer_than_11_cases_the_prior_weighs_heavily": _(
            "The newest window has fewer than 11 cases: the prior weighs heavily."
        ),
    }
    return [words.get(note, note) for note in newest["notes"]] if newest else []


def _days(outcome: Json) -> list[dict[str, Any]]:
    """Return the numbers of each day, the newest first."""
    first, growth = date.fromisoformat(outcome["first_day"]), outcome["growth"]
    expected = {
        growth["first_day"] + place: one for place, one in enumerate(growth.get("expected", ()))
    }
    windows = {one["last_day"]: one for one in outcome["reproduction"].get("windows", ())}
    rows = []
    for place, cases in enumerate(outcome["cases"], start=1):
        window = windows.get(place)
        is_known = window is not None and window["mean"] is not None
        rows.append(
            {
                "day": first + timedelta(days=place - 1),
                "cases": cases,
                "imported": outcome["imported"][place - 1] if outcome["imported"] else None,
                "expected": expected.get(place),
                "window": _window(window) if is_known and window is not None else None,
            }
        )
    return rows[::-1]


def _beds(given: Json, outcome: Json) -> dict[str, Any] | None:
    """Return the beds to come, and what today's census says to them."""
    found = outcome["wards"]
    if "days" not in found:
        return None
    first, today = date.fromisoformat(outcome["first_day"]), date.fromisoformat(given["today"])
    rows = [{**one, "date": first + timedelta(days=one["day"] - 1)} for one in found["days"]]
    peak = next(one for one in rows if one["day"] == found["peak"]["day"])
    now = next((one for one in rows if one["date"] == today), None)
    staying = sum(one["cases"] for one in given["wards"])
    return {
        "days": [one for one in rows if one["date"] >= today],
        "peak": peak,
        "now": now,
        "staying": staying,
        "agrees": now is not None and now["beds"]["low"] <= staying <= now["beds"]["high"],
        "assumed": found["assumed"],
        "others": sum(one["patients"] for one in given["wards"]) - staying,
        "wards": [
            {**one, "peak": _part_of(peak["beds"], one["cases"], staying)} for one in given["wards"]
        ],
    }


def _part_of(beds: Json, cases: int, staying: int) -> dict[str, float] | None:
    """Return a ward's part of the beds, if cases go where those of today are."""
    if not staying:
        return None
    return {name: beds[name] * cases / staying for name in ("value", "low", "high")}
