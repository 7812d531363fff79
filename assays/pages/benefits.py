"""Benefits kept or lost: of one person beside what was done, and how many kept them by kind of removal."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from assays.pages import benefit_words as words
from assays.queries import benefits as queries
from assays.rules.benefit_totals import Total, totals
from assays.rules.benefits import REMOVALS, TRIALS, Verdict, is_removal
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.lib import policy
from labsys.lib.clock import database_now
from patients.models import Intervention

VIEW, RESULTS = "assays.analysis.view", "assays.result.view"
KINDS = [(value, label) for value, label in Intervention.Kind.choices if value in TRIALS]
DECIDED = (Verdict.KEPT, Verdict.LOST, Verdict.GAINED, Verdict.NO_BENEFIT)


class KindForm(forms.Form):
    """Which removals are counted."""

    kind = forms.ChoiceField(label=gettext_lazy("Removal"), choices=KINDS)
    detail = forms.CharField(
        label=gettext_lazy("Of this kind"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("A pore size such as 9 um, or a word of the record."),
    )


@require_safe
@requires(VIEW)
def summary(request: HttpRequest) -> HttpResponse:
    """Show for one kind of removal how many kept each benefit, and of whom nothing can be said."""
    principal, now = request.principal, database_now()  # type: ignore[attr-defined]
    form = KindForm(request.GET if "kind" in request.GET else {"kind": REMOVALS[0]})
    version = queries.in_force()
    context: dict[str, Any] = {"form": form, "version": version}
    is_asked = form.is_valid()
    if is_asked and version is not None:
        asked = form.cleaned_data
        told = queries.of_kind(principal, asked["kind"], asked["detail"], version, at=now)
        counted = totals(version.chosen, (one.findings for one in told.trials))
        named = queries.names(version)
        context |= {
            "rows": [_row(one, named) for one in counted],
            "people": len(told.trials),
            "left_out": told.left_out,
        }
    status = 200 if is_asked else 422
    return render(request, "assays/benefits.html", context, status=status)


def _row(one: Total, names: Mapping[str, str]) -> dict[str, Any]:
    interval, share = one.kept.interval, one.kept.percent
    return {
        "name": names.get(one.measure.analyte, one.measure.analyte),
        "aim": words.aim(one.measure),
        "kept": one.kept,
        "share": None if share is None else f"{share:.0f} %",
        "limits": interval and f"{interval[0]:.0f}–{interval[1]:.0f} %",
        "counts": [one.verdicts.get(verdict, 0) for verdict in DECIDED],
        "unknown": one.verdicts.get(Verdict.NOT_DETERMINABLE, 0),
        "whys": [(words.WHYS[why], count) for why, count in sorted(one.whys.items())],
    }


def beside(
    principal: Principal, entries: Collection[int], done: Sequence[Intervention], *, at: datetime
) -> dict[str, Any]:
    """Return what the page of a person's interventions shows of benefits, where there was a removal."""
    if not policy.can(principal, RESULTS) or not any(
        is_removal(one.kind, one.intended_effect) for one in done
    ):
        return {}
    version = queries.in_force()
    if version is None:
        return {"benefits_missing": True}
    trials = queries.of_person(principal, entries, version, at=at)
    numbers = {one.pk: place for place, one in enumerate(done, start=1)}
    return {
        "benefits": words.tables(trials, queries.names(version), numbers),
        "benefit_version": version,
    }
