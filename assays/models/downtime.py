"""Paper forms for downtime: their boxes, what each person typed from them, and how each box ended."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assays.models.catalogue import Assay
from assays.models.results import Comparator, Result
from assays.models.specimens import Specimen
from labsys.accounts.models import Principal
from labsys.lib.fields import ExactDecimalField
from labsys.lib.records import Audit, Export, Record


class DowntimeForm(Record):
    """One printed worklist with empty boxes."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id section reason box_count recorded_by recorded_at"}

    section = models.CharField(max_length=16, blank=True)
    reason = models.TextField(blank=True, help_text=_("Why there is a paper form."))
    box_count = models.PositiveIntegerField(
        null=True,
        help_text=_("How many boxes were printed; not known of forms made before it was kept."),
    )
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"P{self.pk}"


class DowntimeBox(Record):
    """One box of a form: a test of a specimen."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id form specimen assay"}

    form = models.ForeignKey(DowntimeForm, on_delete=models.PROTECT, related_name="boxes")
    specimen = models.ForeignKey(Specimen, on_delete=models.PROTECT, related_name="+")
    assay = models.ForeignKey(Assay, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["form", "specimen", "assay"], name="assays_downtimebox_once_per_form"
            )
        ]

    def __str__(self) -> str:
        return f"{self.form}: {self.specimen} {self.assay}"


class DowntimeTyping(Record):
    """What one person typed from one box, blind to what the other did; the newest of each counts."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "observed_at collected_at",
        Export.CLINICAL: "text kind comparator value unit value_code absent_reason override",
        Export.TECHNICAL: "id box recorded_by recorded_at",
    }

    class Kind(models.TextChoices):
        NUMERIC = "NUMERIC", _("number")
        CODED = "CODED", _("coded")
        ABSENT = "ABSENT", _("no value")

    box = models.ForeignKey(DowntimeBox, on_delete=models.PROTECT, related_name="typings")
    text = models.CharField(max_length=64, blank=True, help_text=_("Exactly what was typed."))
    kind = models.CharField(max_length=7, choices=Kind.choices)
    comparator = models.CharField(max_length=2, blank=True, choices=Comparator.choices)
    value = ExactDecimalField(null=True)
    unit = models.CharField(max_length=40, blank=True)
    value_code = models.CharField(max_length=64, blank=True)
    absent_reason = models.CharField(max_length=40, blank=True)
    override = models.TextField(blank=True)
    observed_at = models.DateTimeField()
    collected_at = models.DateTimeField(
        null=True, help_text=_("As the paper says, where the collection is not recorded yet.")
    )
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="NUMERIC", value__isnull=False, value_code="", absent_reason="")
                & ~Q(unit="")
                | Q(kind="CODED", value=None, comparator="", absent_reason="") & ~Q(value_code="")
                | Q(kind="ABSENT", value=None, comparator="", value_code="") & ~Q(absent_reason=""),
                name="assays_downtimetyping_one_form_of_value",
            ),
            models.CheckConstraint(
                condition=Q(comparator__in=["", *Comparator.values]),
                name="assays_downtimetyping_comparator_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.box} typed by {self.recorded_by}"


class DowntimeOutcome(Record):
    """How a box ended: in a result, or withdrawn for a reason."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.CLINICAL: "reason",
        Export.TECHNICAL: "id box result recorded_by recorded_at",
    }

    box = models.OneToOneField(DowntimeBox, on_delete=models.PROTECT, related_name="outcome")
    result = models.OneToOneField(
        Result, on_delete=models.PROTECT, null=True, related_name="downtime_outcome"
    )
    reason = models.TextField(blank=True)
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(result__isnull=False) | ~Q(reason=""),
                name="assays_downtimeoutcome_result_or_reason",
            )
        ]

    def __str__(self) -> str:
        return f"{self.box}: {self.result or self.reason}"
