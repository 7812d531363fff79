"""Trials of removals: loads and growth after against before across patients, one against another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from assays.actions.analyses import runs as actions
from assays.actions.analyses.runs import ASK
from assays.models import AnalysisPart, AnalysisRun
from assays.pages.analyses import trial_charts as charts
from assays.pages.analyses.runs import chosen, how_far
from assays.pages.analyses.trial_words import labels, question
from assays.queries.analyses import trials as queries
from assays.rules.analyses import trials
from assays.rules.analyses.runs import AnalysisKind
from assays.rules.analyses.trials import NUMBERS
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import kept, refuse
from patients.models import Intervention

Json = Mapping[str, Any]
KINDS = [(value, label) for value, label in Intervention.Kind.choices if value in trials.REMOVALS]
_DETAIL = gettext_lazy("A pore size such as 9 um, or a word of the record; may be left empty.")
_BOUNDS = {name: {"min_value": one.low, "max_value": one.high} for name, one in NUMBERS.items()}


class TrialForm(forms.Form):
    """What is compared: which removal, over which days, and who counts."""

    kind = forms.ChoiceField(label=gettext_lazy("Removal"), choices=KINDS)
    detail = forms.CharField(
        label=gettext_lazy("Of this kind"), required=False, max_length=200, help_text=_DETAIL
    )
    against_kind = forms.ChoiceField(
        label=gettext_lazy("Against"),
        required=False,
        choices=[("", gettext_lazy("nothing else")), *KINDS],
    )
    against_detail = forms.CharField(
        label=gettext_lazy("Of this kind"), required=False, max_length=200, help_text=_DETAIL
    )
    days_before = forms.FloatField(label=gettext_lazy("Days before"), **_BOUNDS["days_before"])
    days_after = forms.FloatField(label=gettext_lazy("Days after its end"), **_BOUNDS["days_after"])
    gap_hours = forms.FloatField(
        label=gettext_lazy("Hours after its end that do not count"), **_BOUNDS["gap_hours"]
    )
    which = forms.ChoiceField(
        label=gettext_lazy("Of several in a person"),
        choices=[("first", gettext_lazy("the first")), ("last", gettext_lazy("the last"))],
    )
    others = forms.ChoiceField(
        label=gettext_lazy("Persons to whom something else was done in these days"),
        choices=[("left_out", gettext_lazy("are left out")), ("counted", gettext_lazy("count"))],
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=500)

    def __init__(self, asked: Json, data: Any) -> None:
        super().__init__(data, initial=dict(asked), label_suffix="")

    @property
    def parts(self) -> list[dict[str, Any]]:
        """The fields in groups."""
        groups = (
            ("", ("kind", "detail")),
            (_("Against another removal"), ("against_kind", "against_detail")),
            (_("Days and persons"), (*NUMBERS, "which", "others")),
            ("", ("reason",)),
        )
        return [
            {
                "title": title,
                "fields": [self[name] for name in names],
                "is_open": any(name in self.errors for name in names),
            }
            for title, names in groups
        ]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(ASK)
def show(request: HttpRequest) -> HttpResponse:
    """Show a trial, the newest by itself; ask for one of the loads there are now."""
    principal = request.principal  # type: ignore[attr-defined]
    run = chosen(queries.runs(principal), request.GET.get("run"))
    asked = run.parameters if run is not None else trials.parameters({})
    form, status = TrialForm(asked, request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and (made := _ask(principal, form)) is not None:
            return HttpResponseRedirect(f"{reverse('trials')}?run={made.pk}")
    context = {
        "form": form,
        "run": run,
        "others": queries.runs(principal).defer("outcome")[:10],
        **(_shown(principal, run) if run is not None else {}),
    }
    return render(request, "assays/analyses/trial/trials.html", context, status=status)


def _ask(principal: Principal, form: TrialForm) -> AnalysisRun | None:
    stated = {name: value for name, value in form.cleaned_data.items() if name != "reason"}
    try:
        parameters = trials.parameters(stated)
        return actions.ask(
            kind=AnalysisKind.TRIAL,
            inputs=queries.found(principal, parameters),
            parameters=parameters,
            is_urgent=True,
            reason=form.cleaned_data["reason"],
            by=principal,
            at=database_now(),
        )
    except Refusal as refusal:
        refuse(form, refusal)
        return None


def _shown(principal: Principal, run: AnalysisRun) -> dict[str, Any]:
    parts = queries.parts(run)
    reads.record(
        by=principal, purpose="trial", objects=parts, person_id=lambda part: part.person_id
    )
    names = labels(run.parameters)
    known = queries.named(principal, parts)
    rows = {name: _rows(parts, name, known) for name in names}
    context = {**how_far(run), "parameters": run.parameters, "shown": len(parts)}
    if run.outcome is None:
        return {**context, "refused": [(_name(one, known), kept(one.refusal)) for one in parts]}
    return {
        **context,
        "outcome": run.outcome,
        "arms": [_arm(run.outcome["arms"][name], names[name], rows[name]) for name in names],
        "contrast": _contrast(run.outcome["contrast"]),
        "tests": [{**one, "label": question(one["name"], names)} for one in run.outcome["tests"]],
    }


def _arm(found: Json, label: str, rows: Sequence[Json]) -> dict[str, Any]:
    compared = [one for one in rows if one["ratio"] is not None]
    return {
        "label": label,
        "persons": found["persons"],
        "level": found["level"],
        "rate": found["rate"],
        "why_level": kept(found["level"].get("refusal")),
        "why_rate": kept(found["rate"].get("refusal")),
        "rows": rows,
        "chart": charts.levels(compared, found["level"], label) if compared else "",
        "rates": charts.rates(compared, found["rate"], label),
    }


def _contrast(found: Json | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        **found,
        "why_level": kept(found["level"].get("refusal")),
        "why_rate": kept(found["rate"].get("refusal")),
    }


def _rows(parts: Sequence[AnalysisPart], arm: str, known: set[int]) -> list[dict[str, Any]]:
    """Return what came of each person, those that were left out with the reason."""
    rows = []
    for part in parts:
        row: dict[str, Any] = {"name": _name(part, known), "part": part, "ratio": None}
        row["is_named"] = part.person_id in known
        found = part.outcome["arms"][arm] if part.outcome is not None else None
        if found is None:
            row["why"] = kept(part.refusal)
        elif "left_out" in found:
            if found["left_out"]["code"] == "NOT_DONE":
                continue
            row["why"] = kept(found["left_out"])
        else:
            row |= {**found, "at": datetime.fromisoformat(found["from"])}
            row["why_rate"] = kept(found["rate"].get("refusal"))
            row["bound"] = _bound(found)
        rows.append(row)
    return rows


def _bound(found: Json) -> str:
    """Return how a ratio bounds the true one, where a load lies below its limit."""
    before, after = found["before"]["below"], found["after"]["below"]
    return "?" if before and after else "<" if after else ">" if before else ""


def _name(part: AnalysisPart, known: set[int]) -> str:
    if part.person_id in known:
        return str(part.person)
    return _("person %(n)d") % {"n": part.position}
