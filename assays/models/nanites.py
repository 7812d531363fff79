"""Counting nanites: what was seen field by field, and the loads calculated from it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from assays.models.results import Recording, Result
from assays.models.specimens import Specimen
from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record


class NaniteCount(Record):
    """One count of red cells and nanites over the fields of one blood film."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "observed_at",
        Export.CLINICAL: "method comment",
        Export.TECHNICAL: "id specimen counted_by corrects recorded_by recorded_at",
    }

    specimen = models.ForeignKey(Specimen, on_delete=models.PROTECT, related_name="nanite_counts")
    method = models.CharField(max_length=80)
    comment = models.TextField(blank=True)
    observed_at = models.DateTimeField()
    counted_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="corrected_by"
    )
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.specimen} counted {self.observed_at:%Y-%m-%d %H:%M}"


class NaniteField(Record):
    """One microscope field of a count."""

    AUDIT = Audit.FACT
    EXPORT = {Export.CLINICAL: "red_cells nanites", Export.TECHNICAL: "id count position"}

    count = models.ForeignKey(NaniteCount, on_delete=models.PROTECT, related_name="fields")
    position = models.PositiveSmallIntegerField()
    red_cells = models.PositiveIntegerField()
    nanites = models.PositiveIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["count", "position"], name="assays_nanitefield_position"
            ),
            models.CheckConstraint(
                condition=Q(red_cells__gt=0), name="assays_nanitefield_has_red_cells"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.count} field {self.position}"


class NaniteCalculation(Record):
    """A calculation to be done: of the ratio alone, or of the load with one red-cell result."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id count red_cell_result requested_by recorded_at"}

    count = models.ForeignKey(NaniteCount, on_delete=models.PROTECT, related_name="calculations")
    red_cell_result = models.ForeignKey(
        Result, on_delete=models.PROTECT, null=True, related_name="nanite_calculations"
    )
    requested_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["count", "red_cell_result"],
                nulls_distinct=False,
                name="assays_nanitecalculation_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.count} with {self.red_cell_result or 'no red-cell count'}"


class NaniteEstimate(Record):
    """What a calculation found: ratio or load with its interval, and how it was reached."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.CLINICAL: "estimate",
        Export.TECHNICAL: "id calculation method_version recording worker task_id recorded_by recorded_at",
    }

    calculation = models.ForeignKey(
        NaniteCalculation, on_delete=models.PROTECT, related_name="estimates"
    )
    method_version = models.PositiveSmallIntegerField()
    recording = models.ForeignKey(Recording, on_delete=models.PROTECT, related_name="+")
    estimate = models.JSONField()
    worker = models.CharField(max_length=128)
    task_id = models.CharField(max_length=64)
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["calculation", "method_version"],
                name="assays_naniteestimate_once_per_version",
            )
        ]

    def __str__(self) -> str:
        return f"{self.calculation}"
