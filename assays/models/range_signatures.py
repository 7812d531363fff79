"""Who answers for a row of limits in this laboratory, and who declined to, and why."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assays.models.catalogue import AssayVersion, CriticalLimit, ReferenceInterval
from labsys.accounts.models import Principal, StepUp
from labsys.lib.records import Audit, Export, Record

# The kinds of row: a reference interval, critical limits, and of a version the limits beyond which
# a value is implausible or is not reported as a number.
ROWS = ("interval", "critical_limit", "plausibility", "reportable")


def one_row() -> Q:
    """Return the condition that exactly one kind of row is named."""
    condition = Q()
    for name in ROWS:
        condition |= Q(**{f"{other}__isnull": other != name for other in ROWS})
    return condition


class RangeSignature(Record):
    """A named user took responsibility for a row of limits in this laboratory."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.TECHNICAL: "id interval critical_limit plausibility reportable signed_by step_up "
        "recorded_at note"
    }

    interval = models.OneToOneField(
        ReferenceInterval, on_delete=models.PROTECT, null=True, related_name="signature"
    )
    critical_limit = models.OneToOneField(
        CriticalLimit, on_delete=models.PROTECT, null=True, related_name="signature"
    )
    plausibility = models.OneToOneField(
        AssayVersion, on_delete=models.PROTECT, null=True, related_name="plausibility_signature"
    )
    reportable = models.OneToOneField(
        AssayVersion, on_delete=models.PROTECT, null=True, related_name="reportable_signature"
    )
    note = models.TextField(blank=True)
    signed_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    step_up = models.ForeignKey(
        StepUp,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text=_("The password given again; rows signed before it was asked for have none."),
    )
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=one_row(), name="assays_rangesignature_one_row")
        ]

    def __str__(self) -> str:
        return f"{self.row} signed"

    @property
    def row(self) -> models.Model:
        """The interval, the limits or the version that was signed."""
        found: models.Model = next(
            value for name in ROWS if (value := getattr(self, name)) is not None
        )
        return found


class RangeRefusal(Record):
    """A named user declined to take responsibility for a row of limits, and said why."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.TECHNICAL: "id interval critical_limit plausibility reportable reason refused_by "
        "recorded_at"
    }

    interval = models.ForeignKey(
        ReferenceInterval, on_delete=models.PROTECT, null=True, related_name="refusals"
    )
    critical_limit = models.ForeignKey(
        CriticalLimit, on_delete=models.PROTECT, null=True, related_name="refusals"
    )
    plausibility = models.ForeignKey(
        AssayVersion, on_delete=models.PROTECT, null=True, related_name="plausibility_refusals"
    )
    reportable = models.ForeignKey(
        AssayVersion, on_delete=models.PROTECT, null=True, related_name="reportable_refusals"
    )
    reason = models.TextField()
    refused_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=one_row(), name="assays_rangerefusal_one_row"),
            models.CheckConstraint(condition=~Q(reason=""), name="assays_rangerefusal_says_why"),
        ]

    def __str__(self) -> str:
        return f"declined: {self.reason}"
