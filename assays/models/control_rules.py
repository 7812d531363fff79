"""By which rules the controls of an assay are judged, and how often they are due: versioned."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assays.models.catalogue import Assay
from assays.models.versioned import Life, Versioned, life_of
from labsys.lib.records import Export


class ControlRuleSet(Versioned):
    """Control rules for a number of levels, each rejecting or warning."""

    LIFE = Life("controls.rule_set", key=("code",))
    EXPORT = {
        Export.TECHNICAL: "id code number levels rules note status drafted_by drafted_at approved_by "
        "approved_at active_from active_until"
    }

    code = models.SlugField(max_length=32)
    levels = models.PositiveSmallIntegerField(help_text=_("For how many levels it is made."))
    rules = models.JSONField(help_text=_("Each rule and whether it rejects or warns."))
    note = models.TextField(blank=True, help_text=_("Why this version was made."))

    class Meta:
        constraints = life_of("assays_controlruleset", "code")

    def __str__(self) -> str:
        return f"{self.code} v{self.number}"


class ControlPlan(Versioned):
    """How one assay is controlled: by which rule set, how often, and what makes one run."""

    LIFE = Life("controls.plan", key=("assay",))
    EXPORT = {
        Export.TECHNICAL: "id assay number rule_set interval_hours run_minutes note status drafted_by "
        "drafted_at approved_by approved_at active_from active_until"
    }

    assay = models.ForeignKey(Assay, on_delete=models.PROTECT, related_name="control_plans")
    rule_set = models.SlugField(
        max_length=32,
        blank=True,
        help_text=_("Code of the rule set; left empty: the one shipped for the number of levels."),
    )
    interval_hours = models.PositiveIntegerField(
        null=True, blank=True, help_text=_("A control is due so often; left empty: not judged.")
    )
    run_minutes = models.PositiveIntegerField(
        default=60,
        help_text=_("Levels measured within so many minutes, and named no run, are one run."),
    )
    note = models.TextField(blank=True, help_text=_("Why this version was made."))

    class Meta:
        constraints = [
            *life_of("assays_controlplan", "assay"),
            models.CheckConstraint(
                condition=Q(interval_hours=None) | Q(interval_hours__gt=0),
                name="assays_controlplan_interval_above_zero",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assay} controls v{self.number}"
