"""The course of one person's nanite load: the values, the fit with its limits, and what it rests on."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assays.actions.analyses import runs as actions
from assays.actions.analyses.runs import ASK
from assays.pages.analyses.kinetics_charts import course, residuals, rows
from assays.pages.analyses.trial_words import removal
from assays.queries import history
from assays.queries.analyses import inputs
from assays.queries.analyses import kinetics as queries
from assays.rules.analyses import kinetics
from assays.rules.analyses.runs import AnalysisKind
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, Refusal
from labsys.lib.refusals import sentence
from patients import queries as registry

VIEW = "assays.analysis.view"
SHOWN_WEIGHT = 0.005
FARTHEST = 36_500  # days


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW, post=ASK)
def show(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Show the newest analysis of a person's load, or ask for one of the values there are now."""
    principal = request.principal  # type: ignore[attr-defined]
    person = history.person_in_reach(principal, str(uid))
    if person is None:
        raise Http404
    entries = registry.entries(person.pk)
    if request.method == "POST":
        try:
            actions.ask(
                kind=AnalysisKind.KINETICS,
                inputs=inputs.loads(principal, entries),
                parameters=kinetics.parameters(limit=_limit(request.POST.get("limit", ""))),
                is_urgent=True,
                by=principal,
                at=database_now(),
            )
        except Refusal as refusal:
            notices.error(request, sentence(refusal))
        return HttpResponseRedirect(reverse("kinetics", args=[uid]))
    reads.record(by=principal, purpose="kinetics", objects=[person], person_id=person.pk)
    found = queries.newest(principal, entries)
    context: dict[str, Any] = {
        "banner": registry.banner(person, at=database_now()),
        "person": person,
        "part": found.part,
        "is_waiting": found.is_waiting,
        "is_stale": found.is_stale,
        "fewest": inputs.FEWEST_LOADS,
        "may_ask": policy.can(principal, ASK),
    }
    if found.part is not None:
        context |= _shown(found.part.given, found.part.outcome)
        context["limit"] = found.part.run.parameters["limit"]
    return render(request, "assays/analyses/kinetics/person.html", context)


def _limit(text: str) -> float | None:
    """Return the load whose day of being reached is asked for, None where the field is empty."""
    if not text.strip():
        return None
    try:
        return float(text)
    except ValueError:
        raise InvalidInput(_("The load to be reached is a number above 0.")) from None


def _shown(given: Mapping[str, Any], outcome: Mapping[str, Any]) -> dict[str, Any]:
    zero = datetime.fromisoformat(outcome["zero"])
    return {
        "outcome": outcome,
        "chart": course(given, outcome),
        "residuals": residuals(given, outcome),
        "loads": rows(given, outcome),
        "segments": [
            {
                **one,
                "from": zero + timedelta(days=one["start"]),
                "until": zero + timedelta(days=one["end"]),
            }
            for one in outcome["segments"]
        ],
        "changes": [
            {**one, **_moment(zero, one["day"]), "label": _changed_by(one["intervention"])}
            for one in outcome["change_points"]
        ],
        "rebound_percent": round(100 * outcome["rebound"]["probability"]),
        "rebound_at": _moment(zero, outcome["rebound"]["day"]),
        "reach": _reach(zero, outcome["reaches"]),
        "model": model_in_words(outcome["model"]),
        "parameters": [
            {**one, "label": parameter_in_words(name)}
            for name, one in outcome["parameters"].items()
        ],
        "tried": [
            {**one, "label": model_in_words(one["model"]), "percent": round(100 * one["weight"])}
            for one in outcome["tried"]
            if one["weight"] >= SHOWN_WEIGHT
        ],
        "cv_percent": None if outcome["cv"] is None else 100 * outcome["cv"],
        "done": [
            {
                "label": removal(one["kind"], one["detail"]),
                "from": datetime.fromisoformat(one["from"]),
                "until": datetime.fromisoformat(one["until"]) if one["until"] else None,
            }
            for one in given["interventions"]
        ],
        "notes": notes_in_words(outcome["notes"]),
    }


def _moment(zero: datetime, day: Mapping[str, Any] | None) -> dict[str, datetime | None]:
    """Return when something happened, with the limits of that."""
    if day is None:
        return {}
    ends = {"at": day["value"], "not_before": day["low"], "not_after": day["high"]}
    return {
        name: zero + timedelta(days=one) if one is not None and abs(one) < FARTHEST else None
        for name, one in ends.items()
    }


def _reach(zero: datetime, found: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if found is None else {**found, **_moment(zero, found["day"])}


def _changed_by(intervention: Mapping[str, Any] | None) -> str:
    """Return what was done where a rate changed; nothing where the change was found."""
    if intervention is None:
        return ""
    kinds = {analysed: kind for kind, analysed in kinetics.KINDS.items()}
    kinds["other"] = "OTHER"
    return removal(kinds[intervention["kind"]], intervention["detail"])


def model_in_words(model: str | None) -> str:
    """Return the course that was fitted."""
    words = {
        "exponential": _("exponential: one rate throughout"),
        "broken": _("exponential with changes of rate"),
        "logistic": _("logistic: growth to a capacity"),
        "biexponential": _("bi-exponential: clearance in two phases"),
    }
    return words.get(model or "", _("none can be fitted"))


def parameter_in_words(name: str) -> str:
    """Return what a parameter of a course is, with its unit."""
    words = {
        "capacity": _("capacity, nanites per microlitre"),
        "rate": _("rate of growth while far from the capacity, per day"),
        "A": _("load of the fast phase on the first day (A)"),
        "delta": _("rate of the fast phase, per day (delta)"),
        "B": _("load of the slow phase on the first day (B)"),
        "gamma": _("rate of the slow phase, per day (gamma)"),
    }
    return words.get(name, name)


def notes_in_words(notes: Sequence[str]) -> list[str]:
    """Return what a reader must know to judge the course, in their language."""
    words = {
        "too_few_loads_above_the_limit_of_detection": _(
            "Too few loads lie above the limit of detection."
        ),
        "more_than_half_of_the_loads_are_below_the_limit": _(
            "More than half of the loads lie below the limit of detection."
        ),
        "too_few_loads_to_look_for_changes_of_rate": _(
            "There are too few loads to look for changes of the rate."
        ),
        "as_many_parameters_as_loads_no_limits": _(
            "There are as many unknowns as loads: no limits can be given."
        ),
        "loads_do_not_scatter_limits_are_too_narrow": _(
            "The loads do not scatter; the limits are too narrow."
        ),
        "other_courses_fit_nearly_as_well": _("Other courses fit nearly as well."),
        "a_change_of_rate_lies_in_a_long_time_without_loads": _(
            "A change of the rate lies in a long time without loads."
        ),
        "an_intervention_has_too_few_loads_beside_it": _(
            "An intervention has too few loads beside it to be told apart."
        ),
    }
    return [words.get(note, note) for note in notes]
