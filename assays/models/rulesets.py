"""Rule sets of autoverification: versioned, tried in the shadow first, stopped by anyone at once."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assays.models.catalogue import Assay
from assays.models.results import Result
from assays.models.versioned import Life, Versioned, life_of
from assays.rules.autoverification.traces import Decision
from assays.rules.states import VersionStatus
from labsys.accounts.models import Principal
from labsys.lib.choices import choices
from labsys.lib.records import Audit, Export, Record


class RuleSet(Versioned):
    """One version of a set of rules, and the values that it is asked of."""

    LIFE = Life("rulesets.version", key=("code",))
    EXPORT = {
        Export.TECHNICAL: "id code number name sections rules note status drafted_by drafted_at "
        "approved_by approved_at active_from active_until"
    }

    code = models.SlugField(max_length=32)
    name = models.CharField(max_length=80)
    sections = ArrayField(
        models.CharField(max_length=16), default=list, help_text=_("Every assay of these sections.")
    )
    rules = models.JSONField(help_text=_("The rules, in the order in which they are asked."))
    note = models.TextField(help_text=_("Why this version was made."))

    class Meta:
        constraints = [
            *life_of("assays_ruleset", "code"),
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in VersionStatus]),
                name="assays_ruleset_status_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.number}"

    @property
    def written(self) -> list[dict[str, Any]]:
        """The rules as they were written, as far as they have the form of rules at all."""
        rows = self.rules if isinstance(self.rules, list) else []
        return [row for row in rows if isinstance(row, dict)]


class RuleSetAssay(Record):
    """An assay that a rule set is asked of, besides those of its sections."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id rule_set assay"}

    rule_set = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="assays")
    assay = models.ForeignKey(Assay, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule_set", "assay"], name="assays_rulesetassay_once")
        ]

    def __str__(self) -> str:
        return f"{self.rule_set}: {self.assay}"


class RuleSetMode(Record):
    """From here on a rule set releases, or only says what it would do; the newest row counts.

    A version that came into force and has no row yet is in the shadow.
    """

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id rule_set drafted_by mode reason recorded_by recorded_at"}

    class Mode(models.TextChoices):
        SHADOW = "SHADOW", _("in the shadow")
        LIVE = "LIVE", _("live")
        SUSPENDED = "SUSPENDED", _("suspended")

    rule_set = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="modes")
    drafted_by = models.ForeignKey(
        Principal,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Who drafted the version: they never bring it to life themselves."),
    )
    mode = models.CharField(max_length=9, choices=Mode.choices)
    reason = models.TextField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(mode__in=["SHADOW", "LIVE", "SUSPENDED"]),
                name="assays_rulesetmode_known",
            ),
            models.CheckConstraint(
                condition=~Q(mode="LIVE") | ~Q(recorded_by=F("drafted_by")),
                name="assays_rulesetmode_live_by_another",
            ),
        ]
        indexes = [models.Index(fields=["rule_set", "-id"], name="assays_rulesetmode_newest")]

    def __str__(self) -> str:
        return f"{self.rule_set}: {self.get_mode_display()}"


class RuleTrace(Record):
    """What one rule set said of one result, rule by rule, when it was evaluated."""

    AUDIT = Audit.FACT
    LARGE = frozenset({"lines"})
    EXPORT = {
        Export.CLINICAL: "decision lines",
        Export.TECHNICAL: "id result rule_set mode method recorded_by recorded_at",
    }

    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="rule_traces")
    rule_set = models.ForeignKey(
        RuleSet, on_delete=models.PROTECT, related_name="traces", db_index=False
    )
    mode = models.CharField(
        max_length=9,
        choices=RuleSetMode.Mode.choices,
        help_text=_("The set's mode at that moment."),
    )
    decision = models.CharField(max_length=7, choices=choices(Decision))
    method = models.CharField(max_length=32)
    lines = models.JSONField(help_text=_("Each law and rule: what it looked at and what it said."))
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["result", "rule_set"], name="assays_ruletrace_once"),
            models.CheckConstraint(
                condition=Q(decision__in=[one.value for one in Decision]),
                name="assays_ruletrace_decision_known",
            ),
        ]
        indexes = [
            models.Index(fields=["rule_set", "-id"], name="assays_ruletrace_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.result}: {self.rule_set} {self.decision}"
