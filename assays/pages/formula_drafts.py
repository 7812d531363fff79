"""Drafting formulas and reflex rules: written down, tried on the newest values, approved by another."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from assays.actions import catalogue
from assays.actions.catalogue import ConditionDraft
from assays.models import Analyte, Assay, CalculationVersion, ReflexVersion
from assays.pages import version_moves
from assays.pages.catalogue_forms import CatalogueForm, assays_of
from assays.pages.catalogue_new import answered, drafted
from assays.pages.what_if import LAST
from assays.queries import draft_trials, formulas
from assays.queries.assays import OPEN
from assays.queries.catalogue import current
from assays.rules.calculated import Definition
from assays.rules.calculated.written import EXPLAINED, Known, read_definition, write_definition
from assays.rules.reflex_lines import EXAMPLES, Line, read_conditions, write_conditions
from assays.rules.reflexes import Kind, Match
from labsys.accounts.permissions import requires
from labsys.lib import policy
from labsys.lib.addresses import number, one_of
from labsys.lib.wording import Refused

VIEW, DRAFT = "assays.catalogue.view", "assays.catalogue.draft"
# What a draft is tried on holds values of anybody, verified or not: who verifies sees them.
VERIFY = "assays.result.verify"
LINES = {"rows": 5, "cols": 90, "spellcheck": "false", "class": "code"}


class CalculationForm(CatalogueForm):
    """The formula of a test that follows from others."""

    assay = forms.ModelChoiceField(label=_("Test"), queryset=Assay.objects.none())
    title = forms.CharField(label=_("Name of the formula"), max_length=80)
    inputs = forms.CharField(label=_("Inputs"), widget=forms.Textarea(attrs=LINES))
    steps = forms.CharField(label=_("Steps"), required=False, widget=forms.Textarea(attrs=LINES))
    formula = forms.CharField(
        label=_("Formula"), max_length=2000, widget=forms.Textarea(attrs=LINES)
    )
    limits = forms.CharField(
        label=_("Holds only while"), required=False, widget=forms.Textarea(attrs=LINES)
    )
    youngest_years = forms.IntegerField(
        label=_("Not under years of age"), required=False, min_value=1, max_value=120
    )
    not_in_pregnancy = forms.BooleanField(label=_("Not in pregnancy"), required=False)
    is_human_only = forms.BooleanField(label=_("Humans only"), required=False, initial=True)
    is_fasting = forms.BooleanField(label=_("Only fasting"), required=False)
    reference = forms.CharField(label=_("Source of the formula"), max_length=500)
    note = forms.CharField(
        label=_("Why this version is made"), widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Assay.objects.select_related("analyte").order_by("analyte__code")
        self.fields["assay"].queryset = policy.scope(self.principal, rows)  # type: ignore[attr-defined]

    def given(self, base: Definition | None) -> dict[str, Any]:
        """Return what was written as the action takes it; a line that does not read is refused."""
        data, held = self.cleaned_data, current()
        assay = data["assay"]
        active = held.assays.get(assay.pk)
        known = {code: Known(many[0].unit, many[0].name) for code, many in held.by_code.items()}
        definition, codes = read_definition(
            data,
            name=f"local_{assay.analyte.code.lower()}",
            unit=active.unit if active else "",
            decimals=active.decimals if active else 0,
            known=known,
            base=base,
        )
        analytes = Analyte.objects.in_bulk(list(codes.values()), field_name="code")
        return {
            "assay": assay,
            "definition": definition,
            "inputs": {name: analytes[code] for name, code in codes.items()},
            "note": data["note"],
        }


class ReflexForm(CatalogueForm):
    """What a rule asks of results, and what it orders."""

    code = forms.CharField(
        label=_("Code"), max_length=32, help_text=_("A code that exists gets its next version.")
    )
    name = forms.CharField(label=_("Name"), max_length=80)
    match = forms.ChoiceField(
        label=_("Met when"),
        choices=[(Match.ANY.value, _("any condition holds")), (Match.ALL.value, _("all hold"))],
    )
    conditions = forms.CharField(label=_("Conditions"), widget=forms.Textarea(attrs=LINES))
    assays = forms.CharField(
        label=_("Orders"), help_text=_("Codes of analytes, such as: FT4 FT3"), max_length=400
    )
    note = forms.CharField(
        label=_("Why this version is made"), widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean_assays(self) -> list[Assay]:
        codes = self.cleaned_data["assays"].replace(",", " ").replace("\x00", "").split()
        return assays_of(self.principal, codes)

    def clean_conditions(self) -> list[ConditionDraft]:
        try:
            lines = read_conditions(self.cleaned_data["conditions"].replace("\x00", ""))
        except Refused as refused:
            raise forms.ValidationError(_now(refused.message) % refused.params) from refused
        rows = Analyte.objects.filter(code__in=[one.analyte for one in lines])
        known = {one.code: one for one in policy.scope(self.principal, rows)}
        missing = [one.analyte for one in lines if one.analyte not in known]
        if missing:
            raise forms.ValidationError(
                _now("No analyte has the code %(codes)s.") % {"codes": ", ".join(missing)[:200]}
            )
        return [
            ConditionDraft(known[one.analyte], one.kind, one.value, one.comparison) for one in lines
        ]

    def given(self) -> dict[str, Any]:
        return {**self.cleaned_data, "match": Match(self.cleaned_data["match"])}


@require_http_methods(["GET", "HEAD", "POST"])
@requires(DRAFT)
def calculation(request: HttpRequest) -> HttpResponse:
    """Draft the formula of a test, or the next version of the one that `?from=` names."""
    principal = request.principal  # type: ignore[attr-defined]
    base = _base(request, CalculationVersion)
    definition = None if base is None else formulas.definition(base)
    initial: dict[str, Any] = {}
    if base is not None and definition is not None:
        codes = {one.name: one.analyte.code for one in base.inputs.select_related("analyte")}
        initial = {"assay": base.assay_id, **write_definition(definition, codes)}
    data = request.POST if request.method == "POST" else None
    form = CalculationForm(data, principal=principal, initial=initial)
    if data is not None and form.is_valid():
        made = drafted(
            request, form, lambda who: catalogue.draft_calculation(**form.given(definition), **who)
        )
        if made is not None:
            return HttpResponseRedirect(reverse("calculation", args=[made.pk]))
    return answered(
        request, form, _("Draft a formula"), reverse("calculations"), explained=EXPLAINED.items()
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(DRAFT)
def reflex(request: HttpRequest) -> HttpResponse:
    """Draft a reflex rule, or the next version of the one that `?from=` names."""
    principal = request.principal  # type: ignore[attr-defined]
    base = _base(request, ReflexVersion)
    initial: dict[str, Any] = {}
    if base is not None:
        conditions = base.conditions.select_related("analyte").order_by("position")
        additions = base.additions.select_related("assay__analyte").order_by("position")
        initial = {
            "code": base.rule.code,
            "name": base.rule.name,
            "match": base.match,
            "conditions": write_conditions(
                Line(one.analyte.code, Kind(one.kind), one.comparison, one.value)
                for one in conditions
            ),
            "assays": " ".join(one.assay.analyte.code for one in additions),
        }
    data = request.POST if request.method == "POST" else None
    form = ReflexForm(data, principal=principal, initial=initial)
    if data is not None and form.is_valid():
        made = drafted(
            request, form, lambda who: catalogue.draft_reflex_rule(**form.given(), **who)
        )
        if made is not None:
            return HttpResponseRedirect(reverse("reflex", args=[made.pk]))
    return answered(
        request, form, _("Draft a reflex rule"), reverse("reflexes"), explained=EXAMPLES.items()
    )


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def show_reflex(request: HttpRequest, reflexversion_id: int) -> HttpResponse:
    """Show one version of a reflex rule, and which newest values would have met it."""
    principal = request.principal  # type: ignore[attr-defined]
    rows = policy.scope(principal, ReflexVersion.objects.filter(pk=reflexversion_id))
    version = formulas.reflexes(rows).first()
    if version is None:
        raise Http404
    last = one_of(request.GET, "last", LAST, usual=LAST[0])
    is_open = version.status in OPEN
    found = draft_trials.reflex(version, last=last) if is_open else None
    context = {
        "version": version,
        "trial": found,
        "met": found.results if found and policy.can(principal, VERIFY) else (),
        "last": last,
        "choices": LAST,
        "buttons": version_moves.buttons(principal, version),
        "may_draft": policy.can(principal, DRAFT),
        "events": version.events.select_related("recorded_by__user").order_by("pk"),
    }
    return render(request, "assays/reflex.html", context)


def _base(request: HttpRequest, model: type[Any]) -> Any:
    """Return the version that a draft starts from, where one is named and in reach."""
    principal = request.principal  # type: ignore[attr-defined]
    rows = policy.scope(principal, model.objects.filter(pk=number(request.GET.get("from"))))
    return rows.first()


move_calculation = version_moves.of(
    CalculationVersion,
    "calculationversion_id",
    lambda version: reverse("calculation", args=[version.pk]),
)
move_reflex = version_moves.of(
    ReflexVersion, "reflexversion_id", lambda version: reverse("reflex", args=[version.pk])
)
