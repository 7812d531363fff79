"""Drafting a rule set: rules written a line each, and a sentence for everything wrong with them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from assays.actions import rulesets
from assays.models import Assay, RuleSet
from assays.queries import worklist
from assays.rules.autoverification import KINDS
from assays.rules.autoverification.parameters import BadParameter
from assays.rules.autoverification.written import LONGEST, read_lines, write_lines
from labsys.accounts.permissions import requires
from labsys.lib import policy
from labsys.lib.addresses import number
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import refuse

LINES = {"rows": 14, "cols": 100, "spellcheck": "false", "class": "code"}


class DraftForm(forms.Form):
    """A rule set as it is drafted."""

    code = forms.CharField(
        label=_("Code"),
        max_length=32,
        help_text=_("Small letters, digits and dashes. A code that exists gets its next version."),
    )
    name = forms.CharField(label=_("Name"), max_length=80)
    sections = forms.MultipleChoiceField(
        label=_("Asked of every assay of these sections"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    assays = forms.ModelMultipleChoiceField(
        label=_("Asked of these assays as well"),
        queryset=Assay.objects.none(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )
    rules = forms.CharField(
        label=_("Rules"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs=LINES),
        help_text=_(
            "One rule per line: a name of its own, a colon, the kind, its parameters and, after "
            "“for”, the analytes it is for. The kinds stand below."
        ),
    )
    note = forms.CharField(
        label=_("Why this version is made"), widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, principal: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.fields["sections"].choices = [(one, one) for one in worklist.sections()]  # type: ignore[attr-defined]
        rows = Assay.objects.select_related("analyte").order_by("analyte__code")
        self.fields["assays"].queryset = policy.scope(principal, rows)  # type: ignore[attr-defined]

    def clean_rules(self) -> list[dict[str, Any]]:
        try:
            return read_lines(self.cleaned_data["rules"].replace("\x00", ""))
        except BadParameter as refused:
            raise forms.ValidationError(_now(refused.message) % refused.params) from refused


@require_http_methods(["GET", "HEAD", "POST"])
@requires("assays.catalogue.draft")
def new(request: HttpRequest) -> HttpResponse:
    """Draft a rule set, or the next version of the one that `?from=` names."""
    principal = request.principal  # type: ignore[attr-defined]
    form = DraftForm(
        request.POST if request.method == "POST" else None,
        principal=principal,
        initial=_initial(request),
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = rulesets.draft(by=principal, at=database_now(), **_given(form))
            except Refusal as refusal:
                refuse(form, refusal)
            else:
                messages.success(
                    request,
                    _("Drafted. Somebody else approves it; see below what it would change."),
                )
                return HttpResponseRedirect(reverse("ruleset", args=[made.pk]))
    context = {"form": form, "kinds": KINDS.items()}
    return render(request, "assays/ruleset_new.html", context, status=status)


def _given(form: DraftForm) -> dict[str, Any]:
    return {**form.cleaned_data, "assays": list(form.cleaned_data["assays"])}


def _initial(request: HttpRequest) -> dict[str, Any]:
    """Start from another version, where one is named."""
    principal = request.principal  # type: ignore[attr-defined]
    rows = policy.scope(principal, RuleSet.objects.filter(pk=number(request.GET.get("from"))))
    found = rows.first()
    if found is None:
        return {}
    return {
        "code": found.code,
        "name": found.name,
        "sections": found.sections,
        "assays": list(found.assays.values_list("assay_id", flat=True)),
        "rules": write_lines(found.written),
    }
