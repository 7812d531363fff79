"""The profiles of one host over weeks: how far each is from the first, and when the pace changed."""

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
from django.views.decorators.http import require_http_methods, require_POST

from assays.actions.analyses import runs as actions
from assays.actions.analyses.runs import ASK
from assays.actions.nanite_profiles import ENTER
from assays.queries import history
from assays.queries import nanite_profiles as profiles
from assays.queries.analyses import profiles as queries
from assays.rules.analyses import drift
from assays.rules.analyses.runs import AnalysisKind
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.charts import Axis, Curve, Dot, Markup, Ribbon, Rule, xy
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import sentence
from patients import queries as registry

VIEW = "assays.result.view"
WIDTH, HEIGHT = 960, 320


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW, post=ASK)
def show(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Show the profiles of a person and their newest drift, or ask for one of those there are now."""
    principal = request.principal  # type: ignore[attr-defined]
    person = history.person_in_reach(principal, str(uid))
    if person is None:
        raise Http404
    entries = registry.entries(person.pk)
    if request.method == "POST":
        try:
            _ask(principal, entries)
        except Refusal as refusal:
            notices.error(request, sentence(refusal))
        return HttpResponseRedirect(reverse("person-profiles", args=[uid]))
    rows = profiles.of_host(principal, entries)
    reads.record(
        by=principal, purpose="nanite profiles", objects=[person, *rows], person_id=person.pk
    )
    found = queries.newest_drift(principal, entries)
    context: dict[str, Any] = {
        "banner": registry.banner(person, at=database_now()),
        "person": person,
        "profiles": rows,
        "part": found.part,
        "is_waiting": found.is_waiting,
        "is_stale": found.is_stale,
        "fewest": queries.FEWEST,
        "may_ask": policy.can(principal, ASK),
        "may_enter": policy.can(principal, ENTER),
    }
    if found.part is not None:
        context |= _shown(found.part.outcome)
    return render(request, "assays/analyses/drift/person.html", context)


@require_POST
@requires(ASK)
def everybody(request: HttpRequest) -> HttpResponse:
    """Ask for the drift of every host in reach."""
    try:
        run = _ask(request.principal, None)  # type: ignore[attr-defined]
    except Refusal as refusal:
        notices.error(request, sentence(refusal))
        return HttpResponseRedirect(reverse("nanite-profiles"))
    return HttpResponseRedirect(reverse("analysis-run", args=[run.pk]))


def _ask(principal: Any, entries: Sequence[int] | None) -> Any:
    return actions.ask(
        kind=AnalysisKind.DRIFT,
        inputs=queries.courses(principal, entries),
        parameters=drift.parameters(),
        is_urgent=entries is not None,
        by=principal,
        at=database_now(),
    )


def _shown(outcome: Mapping[str, Any]) -> dict[str, Any]:
    zero = datetime.fromisoformat(outcome["zero"])
    return {
        "outcome": outcome,
        "chart": chart(outcome),
        "drifts": [
            {**one, "at": zero + timedelta(weeks=one["time"]), "profile": uid}
            for one, uid in zip(outcome["drifts"], outcome["profiles"], strict=True)
        ],
        "changes": [
            {
                **one,
                "at": zero + timedelta(weeks=one["time"]),
                "percent_before": 100 * one["before"],
                "percent_after": 100 * one["after"],
            }
            for one in outcome["changes"]
        ],
        "is_short": "too_few_profiles_for_a_change_of_pace" in outcome["notes"],
        "percent": round(100 * outcome["level"]),
        "notes": notes_in_words(outcome["notes"]),
    }


def chart(outcome: Mapping[str, Any]) -> Markup:
    """Draw how far each profile is from the first, with its limits and the changes of pace."""
    known = [one for one in outcome["drifts"] if one["value"] is not None]
    weeks = [one["time"] for one in known]
    line = [Curve(weeks, [one["value"] for one in known])] if len(known) > 1 else []
    band = [Ribbon(weeks, *([one[side] for one in known] for side in ("low", "high")))]
    return xy(
        [Dot(one["time"], one["value"], f"{one['value']:.2f}") for one in known],
        name="drift",
        title=_("Distance of each profile from the first"),
        description=_("%(count)d profiles over %(weeks).1f weeks, with bootstrap limits.")
        % {"count": len(known), "weeks": weeks[-1] if weeks else 0},
        x=Axis(_("weeks since the first profile")),
        y=Axis(_("1 − Jaccard"), low=0, high=1),
        curves=line,
        ribbons=band if len(known) > 1 else [],
        rules=[
            Rule(one["time"], _("change of pace"), is_upright=True) for one in outcome["changes"]
        ],
        width=WIDTH,
        height=HEIGHT,
    )


def notes_in_words(notes: Sequence[str]) -> list[str]:
    """Return what a reader must know to judge the drift, in their language."""
    words = {
        "few_markers_limits_are_rough": _("There are few markers: the limits are rough."),
        "too_few_profiles_for_a_change_of_pace": _(
            "There are too few profiles to look for a change of pace."
        ),
        "some_profiles_share_no_marker_with_what_they_are_compared_to": _(
            "Some profiles share no marker with the first; nothing is compared there."
        ),
    }
    return [words.get(note, note) for note in notes]
