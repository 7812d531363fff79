"""Measures of benefits: brought from a file, approved by another, brought into force."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from assays.actions import benefit_measures as actions
from assays.models import BenefitMeasures
from assays.pages import benefit_words as words
from assays.pages import version_moves
from assays.pages.catalogue_new import drafted
from assays.queries import benefits as queries
from assays.rules.benefit_measures import LONGEST_FILE, MOST_DAYS, Windows
from labsys.accounts.permissions import requires
from labsys.lib import policy

VIEW, DRAFT = "assays.catalogue.view", "assays.catalogue.draft"
DAYS = {
    "baseline": gettext_lazy("Days before nanites that count as a baseline"),
    "carried": gettext_lazy("Days before a removal that count as with nanites"),
    "settling": gettext_lazy("Days after a removal that do not count"),
    "after": gettext_lazy("Days after a removal until which values count"),
    "unseen": gettext_lazy("Days that nanites may go unmeasured where no exposure is on record"),
}


def _days(name: str) -> forms.IntegerField:
    default = getattr(Windows(), name)
    return forms.IntegerField(label=DAYS[name], min_value=0, max_value=MOST_DAYS, initial=default)


class MeasuresForm(forms.Form):
    """Measures as they are proposed."""

    content = forms.FileField(
        label=gettext_lazy("File"),
        max_length=200,
        help_text=gettext_lazy(
            "CSV with a line per measure: analyte, better (higher or lower), smallest (the smallest "
            "change that matters), unit."
        ),
    )
    agent = forms.CharField(
        label=gettext_lazy("Agent"),
        max_length=80,
        initial="nanites",
        help_text=gettext_lazy("As exposures name it; before the first one lies the baseline."),
    )
    baseline_days = _days("baseline")
    carried_days = _days("carried")
    settling_days = _days("settling")
    after_days = _days("after")
    unseen_days = _days("unseen")
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=300,
        help_text=gettext_lazy("Where it is written, or who decided, which changes matter."),
    )
    note = forms.CharField(
        label=gettext_lazy("Why this version is made"), widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


@require_safe
@requires(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """List the versions of the measures."""
    principal = request.principal  # type: ignore[attr-defined]
    rows = policy.scope(principal, BenefitMeasures.objects.all())
    context = {"versions": rows.order_by("-number"), "may_draft": policy.can(principal, DRAFT)}
    return render(request, "assays/benefit_measures_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(DRAFT)
def new(request: HttpRequest) -> HttpResponse:
    """Draft measures from a file."""
    is_post = request.method == "POST"
    form = MeasuresForm(request.POST, request.FILES) if is_post else MeasuresForm()
    if is_post and form.is_valid():
        given = form.cleaned_data
        stated = {name: given[name] for name in ("agent", "source", "note")}
        stated["raw"] = given["content"].read(LONGEST_FILE + 1)
        stated["windows"] = Windows(**{name: given[f"{name}_days"] for name in DAYS})
        made = drafted(request, form, lambda who: actions.draft(**stated, **who))
        if made is not None:
            return HttpResponseRedirect(reverse("benefit-measures", args=[made.pk]))
    context = {
        "form": form,
        "title": _("Draft measures of benefits"),
        "back": reverse("benefit-measures-list"),
    }
    return render(request, "assays/nanite_form.html", context, status=422 if is_post else 200)


@require_safe
@requires(VIEW)
def show(request: HttpRequest, benefitmeasures_id: int) -> HttpResponse:
    """Show one version: its measures, its days, and its life."""
    principal = request.principal  # type: ignore[attr-defined]
    rows = BenefitMeasures.objects.filter(pk=benefitmeasures_id)
    version = policy.scope(principal, rows).first()
    if version is None:
        raise Http404
    named = queries.names(version)
    context = {
        "version": version,
        "rows": [
            (one.analyte, named.get(one.analyte, ""), words.aim(one)) for one in version.chosen
        ],
        "days": [(label, getattr(version, f"{name}_days")) for name, label in DAYS.items()],
        "buttons": version_moves.buttons(principal, version),
        "events": version.events.select_related("recorded_by__user").order_by("id"),
    }
    return render(request, "assays/benefit_measures.html", context)


move = version_moves.of(
    BenefitMeasures,
    "benefitmeasures_id",
    lambda version: reverse("benefit-measures", args=[version.pk]),
)
