"""Runs over all profiles: hosts with factors in common, and every profile read again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from assays.actions.analyses import runs as actions
from assays.actions.analyses.runs import ASK
from assays.models import AnalysisPart
from assays.queries.analyses import profiles as queries
from assays.queries.analyses.searches import hosts
from assays.rules.analyses import groups, reprofiles
from assays.rules.analyses.runs import AnalysisKind
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import refuse

VIEW = "assays.analysis.view"
DIFFERING = 10  # of each part of a new reading
ADJUSTMENTS = [
    ("holm", gettext_lazy("Holm: hardly any false group at all")),
    ("bh", gettext_lazy("Benjamini and Hochberg: a small share of false groups")),
]


class _Form(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


class GroupsForm(_Form):
    """Which groups are looked for."""

    adjustment = forms.ChoiceField(
        label=gettext_lazy("Adjusted for many tests by"), choices=ADJUSTMENTS
    )
    alpha = forms.FloatField(
        label=gettext_lazy("Alpha"), min_value=0.000001, max_value=0.5, initial=0.05
    )
    least_hosts = forms.IntegerField(
        label=gettext_lazy("Hosts of a group, at least"), min_value=2, max_value=1000, initial=2
    )
    least_factors = forms.IntegerField(
        label=gettext_lazy("Factors in common, at least"), min_value=1, max_value=1000, initial=2
    )


class ReprofileForm(_Form):
    """The limits with which all profiles are read again."""

    intensity = forms.FloatField(
        label=gettext_lazy("Alleles with an intensity of at least"), min_value=0, initial=0
    )
    quality = forms.FloatField(
        label=gettext_lazy("Markers with a quality of at least"),
        min_value=0,
        max_value=1,
        initial=0,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(ASK)
def group(request: HttpRequest) -> HttpResponse:
    """Ask for the groups of hosts with factors in common."""
    principal = request.principal  # type: ignore[attr-defined]
    return _ask(
        request,
        GroupsForm(request.POST if request.method == "POST" else None),
        AnalysisKind.GROUPS,
        title=_("Hosts with factors in common"),
        explained=_(
            "The newest profile of every host in your reach is compared: which factors do hosts "
            "share more than chance would let them, with p adjusted for all sets that were tested?"
        ),
        inputs=lambda: queries.newest_of_hosts(principal),
        parameters=groups.parameters,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(ASK)
def reprofile(request: HttpRequest) -> HttpResponse:
    """Ask for all profiles to be read again with other limits."""
    return _ask(
        request,
        ReprofileForm(request.POST if request.method == "POST" else None),
        AnalysisKind.REPROFILE,
        title=_("Read all profiles again"),
        explained=_(
            "Every profile of the catalogue is read with these limits, 500 a part, and compared "
            "with what is recorded. Nothing recorded is changed."
        ),
        inputs=queries.stretches,
        parameters=reprofiles.parameters,
    )


@require_safe
@requires(VIEW)
def show(request: HttpRequest, analysispart_id: int) -> HttpResponse:
    """Show the groups of a run: what they share, and which of their hosts are in reach."""
    principal = request.principal  # type: ignore[attr-defined]
    rows = AnalysisPart.objects.filter(pk=analysispart_id)
    part = policy.scope(principal, rows).select_related("run__asked_by__user").first()
    if part is None:
        raise Http404
    if part.run.kind != AnalysisKind.GROUPS:
        return HttpResponseRedirect(reverse("analysis-run", args=[part.run_id]))
    outcome = part.outcome or {}
    found = outcome.get("groups", ())
    known = hosts(
        principal, sorted({uid for one in found for uid in one["hosts"]}), {"entries": ()}
    )
    seen = [one.profile for one in known.values() if one.profile is not None]
    reads.record(
        by=principal,
        purpose="profile groups",
        objects=seen,
        person_id=lambda row: row.specimen.person_id,
    )
    groups = [{**one, "members": [known[uid] for uid in one["hosts"]]} for one in found]
    context = {
        "part": part,
        "run": part.run,
        "outcome": outcome,
        "refusal": (part.refusal or {}).get("sentence", ""),
        "groups": [one for one in groups if one["is_significant"]],
        "by_chance": [one for one in groups if not one["is_significant"]],
        "adjustment": dict(ADJUSTMENTS)[part.run.parameters["adjustment"]],
        "notes": notes_in_words(outcome.get("notes", ())),
    }
    return render(request, "assays/analyses/groups/show.html", context)


def name_what_differs(principal: Principal, parts: Sequence[AnalysisPart]) -> None:
    """Give parts of a new reading the first profiles that differ, with whose they are, to be shown."""
    first = {part.pk: (part.outcome or {}).get("changed", ())[:DIFFERING] for part in parts}
    uids = [one["profile"] for found in first.values() for one in found]
    known = hosts(principal, uids, {"entries": ()})
    seen = [one.profile for one in known.values() if one.profile is not None]
    reads.record(
        by=principal,
        purpose="profiles read again",
        objects=seen,
        person_id=lambda row: row.specimen.person_id,
    )
    for part in parts:
        found = [{**one, "host": known[one["profile"]]} for one in first[part.pk]]
        part.differing = found
        part.more_differ = (part.outcome or {}).get("differ", 0) - len(found)


def notes_in_words(notes: Any) -> list[str]:
    """Return what a reader must know to judge the groups, in their language."""
    words = {
        "frequencies_taken_from_these_hosts_factors_independent": _(
            "How rare factors are is counted from these hosts themselves, as if markers were "
            "independent."
        ),
        "more_sets_than_were_looked_at": _("There were more sets than were looked at."),
        "no_group_found": _("No two hosts share as many factors."),
    }
    return [words.get(note, note) for note in notes]


def _ask(request: HttpRequest, form: forms.Form, kind: AnalysisKind, **more: Any) -> HttpResponse:
    inputs, parameters = more.pop("inputs"), more.pop("parameters")
    if request.method == "POST" and form.is_valid():
        try:
            run = actions.ask(
                kind=kind,
                inputs=inputs(),
                parameters=parameters(**form.cleaned_data),
                by=request.principal,  # type: ignore[attr-defined]
                at=database_now(),
            )
            return HttpResponseRedirect(reverse("analysis-run", args=[run.pk]))
        except Refusal as refusal:
            refuse(form, refusal)
    context = {"form": form, "back": reverse("nanite-profiles"), "button": _("Ask"), **more}
    status = 422 if request.method == "POST" else 200
    return render(request, "assays/nanite_form.html", context, status=status)
