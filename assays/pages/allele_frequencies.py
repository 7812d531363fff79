"""Tables of allele frequencies: brought from a file, approved by another, brought into force."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from assays.actions import allele_frequencies as actions
from assays.models import AlleleFrequencies
from assays.pages import version_moves
from assays.pages.catalogue_new import drafted
from assays.rules.allele_frequencies import LEAST_PEOPLE, LONGEST_FILE
from labsys.accounts.permissions import requires
from labsys.lib import policy

VIEW, DRAFT = "assays.catalogue.view", "assays.catalogue.draft"
MOST_PEOPLE = 1_000_000_000


class TableForm(forms.Form):
    """A table as its source states it."""

    code = forms.SlugField(
        label=gettext_lazy("Code"),
        max_length=32,
        help_text=gettext_lazy("A code that exists gets its next version."),
    )
    population = forms.CharField(label=gettext_lazy("Population"), max_length=120)
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=300,
        help_text=gettext_lazy("Where these numbers were published or counted."),
    )
    people = forms.IntegerField(
        label=gettext_lazy("People it rests on"),
        min_value=LEAST_PEOPLE,
        max_value=MOST_PEOPLE,
        help_text=gettext_lazy("An allele that is rarer than 5 in 2N counts as 5 in 2N."),
    )
    content = forms.FileField(
        label=gettext_lazy("File"),
        max_length=200,
        help_text=gettext_lazy("CSV with a line per allele: marker, allele, frequency."),
    )
    note = forms.CharField(
        label=gettext_lazy("Why this version is made"), widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


@require_safe
@requires(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """List the tables with their versions."""
    principal = request.principal  # type: ignore[attr-defined]
    rows = policy.scope(principal, AlleleFrequencies.objects.defer("table"))
    context = {
        "versions": rows.order_by("code", "-number"),
        "may_draft": policy.can(principal, DRAFT),
    }
    return render(request, "assays/allele_frequencies_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(DRAFT)
def new(request: HttpRequest) -> HttpResponse:
    """Draft a table from a file."""
    is_post = request.method == "POST"
    form = TableForm(request.POST, request.FILES) if is_post else TableForm()
    if is_post and form.is_valid():
        given = dict(form.cleaned_data)
        given["raw"] = given.pop("content").read(LONGEST_FILE + 1)
        made = drafted(request, form, lambda who: actions.draft(**given, **who))
        if made is not None:
            return HttpResponseRedirect(reverse("allele-frequencies", args=[made.pk]))
    context = {
        "form": form,
        "title": _("Draft a table of allele frequencies"),
        "back": reverse("allele-frequencies-list"),
    }
    return render(request, "assays/nanite_form.html", context, status=422 if is_post else 200)


@require_safe
@requires(VIEW)
def show(request: HttpRequest, allelefrequencies_id: int) -> HttpResponse:
    """Show one version: its source, its numbers, and its life."""
    principal = request.principal  # type: ignore[attr-defined]
    rows = AlleleFrequencies.objects.filter(pk=allelefrequencies_id)
    version = policy.scope(principal, rows).first()
    if version is None:
        raise Http404
    context = {
        "version": version,
        "rows": [
            (marker, sorted(found.items())) for marker, found in sorted(version.table.items())
        ],
        "buttons": version_moves.buttons(principal, version),
        "events": version.events.select_related("recorded_by__user").order_by("id"),
    }
    return render(request, "assays/allele_frequencies.html", context)


move = version_moves.of(
    AlleleFrequencies,
    "allelefrequencies_id",
    lambda version: reverse("allele-frequencies", args=[version.pk]),
)
