"""Reflex rules: what is ordered by itself when a result is as a rule says, and each time it was."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assays.models.catalogue import Analyte, Assay
from assays.models.orders import Order
from assays.models.results import Result
from assays.models.versioned import Life, Versioned, life_of
from assays.rules.reflexes import Kind, Match, Outcome
from assays.rules.states import VersionStatus
from labsys.accounts.models import Principal
from labsys.lib.choices import choices
from labsys.lib.records import Audit, Export, Record


class ReflexRule(Record):
    """A reflex rule under its code, whatever its version says."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"name"})
    EXPORT = {Export.TECHNICAL: "id code name"}

    code = models.SlugField(max_length=32, unique=True)
    name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.name


class ReflexVersion(Versioned):
    """What a reflex rule asks of results, and what it orders, from one moment on."""

    LIFE = Life("catalogue.reflex", key=("rule",))
    EXPORT = {
        Export.TECHNICAL: "id rule number match note status drafted_by drafted_at approved_by "
        "approved_at active_from active_until"
    }

    rule = models.ForeignKey(ReflexRule, on_delete=models.PROTECT, related_name="versions")
    match = models.CharField(max_length=3, choices=choices(Match))
    note = models.TextField(blank=True, help_text=_("Why this version was made."))

    class Meta:
        constraints = [
            *life_of("assays_reflexversion", "rule"),
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in VersionStatus]),
                name="assays_reflexversion_status_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} v{self.number}"


class ReflexCondition(Record):
    """One condition of a reflex rule, on the result of one analyte."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id version position analyte kind comparison value"}

    version = models.ForeignKey(ReflexVersion, on_delete=models.PROTECT, related_name="conditions")
    position = models.PositiveSmallIntegerField()
    analyte = models.ForeignKey(Analyte, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=5, choices=choices(Kind))
    comparison = models.CharField(max_length=2, blank=True)
    value = models.CharField(max_length=64)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "position"], name="assays_reflexcondition_place"
            ),
            models.CheckConstraint(
                condition=Q(kind="VALUE", comparison__in=["<", "<=", ">", ">="])
                | Q(kind__in=["FLAG", "CODE"], comparison=""),
                name="assays_reflexcondition_comparison_of_values",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.analyte.code} {self.comparison} {self.value}"


class ReflexAddition(Record):
    """One assay that a reflex rule orders."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id version position assay"}

    version = models.ForeignKey(ReflexVersion, on_delete=models.PROTECT, related_name="additions")
    position = models.PositiveSmallIntegerField()
    assay = models.ForeignKey(Assay, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "assay"], name="assays_reflexaddition_once")
        ]

    def __str__(self) -> str:
        return f"{self.version} adds {self.assay}"


class ReflexFiring(Record):
    """A reflex rule met its result: once per rule and result, with what came of it."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.TECHNICAL: "id rule version result order outcome depth recorded_by recorded_at",
        Export.CLINICAL: "facts",
    }

    rule = models.ForeignKey(ReflexRule, on_delete=models.PROTECT, related_name="firings")
    version = models.ForeignKey(ReflexVersion, on_delete=models.PROTECT, related_name="firings")
    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="reflexes")
    order = models.OneToOneField(
        Order, on_delete=models.PROTECT, null=True, related_name="reflex", help_text=_("Its order.")
    )
    outcome = models.CharField(max_length=16, choices=choices(Outcome))
    depth = models.PositiveSmallIntegerField(
        help_text=_("1 for a result that a person ordered, 2 for one that a reflex ordered, ...")
    )
    facts = models.JSONField(help_text=_("The results that met the conditions."))
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule", "result"], name="assays_reflexfiring_once"),
            models.CheckConstraint(
                condition=Q(outcome="ORDERED", order__isnull=False)
                | ~Q(outcome="ORDERED") & Q(order=None),
                name="assays_reflexfiring_order_of_ordered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} on {self.result}"
