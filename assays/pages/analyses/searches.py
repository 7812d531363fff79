"""A profile searched in the catalogue: asked for, read with what is shared, taken along as CSV."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assays.actions import exports
from assays.actions.analyses import runs as actions
from assays.actions.analyses.runs import ASK
from assays.models import AnalysisPart
from assays.pages.acts import attempt
from assays.pages.analyses.runs import how_far
from assays.pages.nanite_profiles import find
from assays.queries.analyses import searches as queries
from assays.rules.analyses import searches
from assays.rules.analyses.runs import OPEN, AnalysisKind
from assays.rules.nanite_profiles import factors
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, Refusal
from labsys.lib.records import Export
from labsys.lib.refusals import refuse
from patients import queries as registry

VIEW = "assays.analysis.view"
BY = [
    ("jaccard", gettext_lazy("share of factors in common (Jaccard)")),
    ("shared", gettext_lazy("number of alleles in common")),
    ("likelihood_ratio", gettext_lazy("likelihood ratio")),
]
RELATIONS = [
    ("identity", gettext_lazy("the same line")),
    ("parent-child", gettext_lazy("parent and child")),
    ("full-sibs", gettext_lazy("full sibs")),
    ("half-sibs", gettext_lazy("half sibs")),
]
COLUMNS = {
    "rank": Export.TECHNICAL,
    "profile": Export.INDIRECT,
    "person": Export.IDENTIFYING,
    "score": Export.CLINICAL,
    "shared": Export.CLINICAL,
    "factors": Export.CLINICAL,
    "expected_by_chance": Export.CLINICAL,
    "log10_match_probability": Export.CLINICAL,
    "log10_likelihood_ratio": Export.CLINICAL,
}
NUMBERS = (
    "score",
    "shared",
    "factors",
    "expected_by_chance",
    "log10_match_probability",
    "log10_likelihood_ratio",
)


class SearchForm(forms.Form):
    """How the catalogue is to be searched."""

    by = forms.ChoiceField(label=gettext_lazy("Rank by"), choices=BY)
    k = forms.IntegerField(
        label=gettext_lazy("Hits"), min_value=1, max_value=searches.MOST, initial=20
    )
    frequencies = forms.ChoiceField(
        label=gettext_lazy("Allele frequencies"),
        help_text=gettext_lazy(
            "They give match probabilities and likelihood ratios. Those of the catalogue are "
            "counted from the profiles with two alleles at a marker."
        ),
    )
    theta = forms.FloatField(
        label=gettext_lazy("Theta"),
        min_value=0,
        max_value=0.49,
        initial=0.01,
        help_text=gettext_lazy("Coancestry within the population, mostly 0.01 to 0.03."),
    )
    relation = forms.ChoiceField(
        label=gettext_lazy("Relation of the likelihood ratio"), choices=RELATIONS
    )

    def __init__(self, *args: Any, tables: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        found = [(str(one.pk), f"{one} · {one.population}") for one in tables]
        self.fields["frequencies"].choices = [  # type: ignore[attr-defined]
            ("none", _("none")),
            (searches.CATALOGUE, _("of the catalogue itself")),
            *found,
        ]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(ASK)
def new(request: HttpRequest, profile_uid: uuid.UUID) -> HttpResponse:
    """Ask for a search with a profile, or show those that were made with it."""
    principal = request.principal  # type: ignore[attr-defined]
    profile = find(principal, profile_uid)
    person = profile.specimen.person
    form = SearchForm(
        request.POST if request.method == "POST" else None, tables=queries.tables(principal)
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and (found := _asked(request, form, profile)) is not None:
            return HttpResponseRedirect(reverse("profile-search", args=[found]))
    reads.record(by=principal, purpose="profile search", objects=[profile], person_id=person.pk)
    context = {
        "banner": registry.banner(person, at=database_now()),
        "profile": profile,
        "form": form,
        "searches": queries.of_profile(principal, profile),
    }
    return render(request, "assays/analyses/search/new.html", context, status=status)


@require_safe
@requires(VIEW)
def show(request: HttpRequest, analysispart_id: int) -> HttpResponse:
    """Show what a search found: who is in reach by name, others by a label."""
    principal = request.principal  # type: ignore[attr-defined]
    part = _find(principal, analysispart_id)
    if part.run.kind != AnalysisKind.SEARCH:
        return HttpResponseRedirect(reverse("analysis-run", args=[part.run_id]))
    lines = _lines(principal, part)
    seen = [line["host"].profile for line in lines if line["host"].profile is not None]
    reads.record(by=principal, purpose="profile search", objects=[part], person_id=part.person_id)
    reads.record(
        by=principal,
        purpose="profile search",
        objects=seen,
        person_id=lambda row: row.specimen.person_id,
    )
    context = {
        "banner": registry.banner(part.person, at=database_now()),
        "part": part,
        **how_far(part.run),
        "is_waiting": part.done_at is None and part.run.status in OPEN,
        "outcome": part.outcome,
        "lines": lines,
        "refusal": (part.refusal or {}).get("sentence", ""),
        "is_behind": queries.is_behind(part),
        "by": dict(BY)[part.run.parameters["by"]],
        "relation": dict(RELATIONS)[part.run.parameters["relation"]],
        "asked_factors": len(factors(part.given["content"])),
        "notes": notes_in_words((part.outcome or {}).get("notes", ())),
        "one_in": _one_in(part.outcome),
        "may_ask": policy.can(principal, ASK),
    }
    return render(request, "assays/analyses/search/show.html", context)


@require_POST
@requires(ASK)
def export(request: HttpRequest, analysispart_id: int) -> HttpResponse:
    """Take what a search found along as CSV; taking it is on record."""
    principal = request.principal  # type: ignore[attr-defined]
    part = _find(principal, analysispart_id)
    if part.run.kind != AnalysisKind.SEARCH or part.outcome is None:
        raise Conflict(_("No search stands here that found something to take along."))
    rows = []
    for rank, line in enumerate(_lines(principal, part), start=1):
        hit, host = line["hit"], line["host"]
        mine = host.profile.specimen.person.uid if host.profile is not None else ""
        numbers = [" ".join(hit[name]) if name == "factors" else hit[name] for name in NUMBERS]
        rows.append([rank, host.label if not mine else hit["profile"], mine, *numbers])
    content = exports.csv_file(
        kind="profile-search",
        permission=ASK,
        columns=COLUMNS,
        rows=rows,
        parameters={"part": part.pk, "run": part.run_id, **part.run.parameters},
        by=principal,
        at=database_now(),
    )
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="profile-search-{part.pk}.csv"'
    return answer


def notes_in_words(notes: Any) -> list[str]:
    """Return what a reader must know to judge the hits, in their language."""
    words = {
        "the_question_has_no_factor": _("The profile has no factor to search by."),
        "factors_that_nobody_in_the_catalogue_has": _(
            "Some factors of the profile are found in no other of the catalogue."
        ),
        "some_hits_share_nothing": _("The last of these share nothing with the profile."),
        "chance_reckoned_from_the_catalogue_itself_factors_independent": _(
            "What is expected by chance is reckoned from the catalogue itself, as if factors were "
            "independent."
        ),
    }
    return [words.get(note, note) for note in notes]


def _asked(request: HttpRequest, form: SearchForm, profile: Any) -> int | None:
    data = form.cleaned_data
    principal = request.principal  # type: ignore[attr-defined]
    try:
        inputs = queries.asked(principal, profile, data["frequencies"])
        parameters = searches.parameters(
            by=data["by"], k=data["k"], theta=data["theta"], relation=data["relation"]
        )
        if data["by"] == "likelihood_ratio" and inputs[0].given["frequencies"] is None:
            form.add_error("frequencies", _("A likelihood ratio needs allele frequencies."))
            return None
    except Refusal as refusal:
        refuse(form, refusal)
        return None
    given = {"kind": AnalysisKind.SEARCH, "inputs": inputs, "parameters": parameters}
    tried = attempt(request, actions.ask, beside=form, is_urgent=True, **given)
    return None if tried.made is None else tried.made.parts.get().pk


def _lines(principal: Principal, part: AnalysisPart) -> list[dict[str, Any]]:
    hits = (part.outcome or {}).get("hits", ())
    own = {"entries": set(registry.entries(part.person_id))}
    hosts = queries.hosts(principal, [hit["profile"] for hit in hits], own)
    return [{"hit": hit, "host": hosts[hit["profile"]]} for hit in hits]


def _one_in(outcome: Any) -> str:
    """Return a match probability as people say it: one in so many."""
    log10 = ((outcome or {}).get("match") or {}).get("log10")
    if log10 is None:
        return ""
    return f"{10**-log10:,.0f}" if log10 > -6 else f"10^{-log10:.1f}"


def _find(principal: Principal, id_: int) -> AnalysisPart:
    found = queries.part(principal, id_)
    if found is None:
        raise Http404
    return found
