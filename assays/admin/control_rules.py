"""Rule sets and plans of controls: drafted, approved by somebody else, brought into force."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from assays.actions import controls
from assays.admin.assay_choice import OfAssayAdmin
from assays.admin.moves import VERSION_MOVES
from assays.models import ControlPlan, ControlRuleSet
from assays.rules.westgard import RULES
from labsys.lib.admin import RecordAdmin, RecordForm

DRAFT = "assays.catalogue.draft"
CHOICES = [(name, name) for name in RULES]


class RuleSetForm(RecordForm):
    """Which rules reject, which only warn."""

    rejects = forms.MultipleChoiceField(
        label=_("Rules that reject"), choices=CHOICES, widget=forms.CheckboxSelectMultiple
    )
    warns = forms.MultipleChoiceField(
        label=_("Rules that only warn"),
        choices=CHOICES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    across_levels = forms.BooleanField(
        label=_("Count over all levels together as well"), required=False
    )
    note = forms.CharField(
        label=_("Why this version is made"), widget=forms.Textarea(attrs={"rows": 2})
    )


@admin.register(ControlRuleSet)
class ControlRuleSetAdmin(RecordAdmin):
    """The rules that controls are judged by, version by version."""

    form = RuleSetForm
    add_permission = DRAFT
    add_fields = ("code", "levels", "rejects", "warns", "across_levels", "note")
    fields = (
        *("code", "number", "levels", "rejecting", "warning", "note", "status"),
        *("drafted_by", "drafted_at", "approved_by", "approved_at", "active_from", "active_until"),
    )
    readonly_fields = ("rejecting", "warning")
    list_display = ("code", "number", "levels", "rejecting", "warning", "status")
    list_filter = ("status",)
    ordering = ("code", "-number")
    moves = VERSION_MOVES

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> ControlRuleSet:
        return controls.draft_rule_set(by=by, at=at, **data)

    @admin.display(description=_("rejects"))
    def rejecting(self, rule_set: ControlRuleSet) -> str:
        return ", ".join(rule_set.rules.get("rejects", ()))

    @admin.display(description=_("only warns"))
    def warning(self, rule_set: ControlRuleSet) -> str:
        return ", ".join(rule_set.rules.get("warns", ()))


class PlanForm(RecordForm):
    """How an assay is controlled."""

    note = forms.CharField(
        label=_("Why this version is made"), widget=forms.Textarea(attrs={"rows": 2})
    )


@admin.register(ControlPlan)
class ControlPlanAdmin(OfAssayAdmin):
    """Rule set, interval and run of each assay, version by version."""

    form = PlanForm
    add_permission = DRAFT
    add_fields = ("assay", "rule_set", "interval_hours", "run_minutes", "note")
    list_display = ("assay", "number", "rule_set", "interval_hours", "run_minutes", "status")
    list_filter = ("status",)
    list_select_related = ("assay__analyte",)
    ordering = ("-id",)
    search_fields = ("=assay__analyte__code",)
    moves = VERSION_MOVES

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> ControlPlan:
        return controls.draft_plan(by=by, at=at, **data)
