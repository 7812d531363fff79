"""Calculated tests: the formula of an assay, versioned, and what each calculated result rests on."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assays.models.catalogue import Analyte, Assay
from assays.models.results import Result
from assays.models.versioned import Life, Versioned, life_of
from assays.rules.states import VersionStatus
from labsys.lib.records import Audit, Export, Record


class CalculationVersion(Versioned):
    """The formula by which an assay is calculated, frozen with its units, limits and source."""

    LIFE = Life("catalogue.calculation", key=("assay",))
    EXPORT = {
        Export.TECHNICAL: "id assay number formula definition note status drafted_by drafted_at "
        "approved_by approved_at active_from active_until"
    }

    assay = models.ForeignKey(Assay, on_delete=models.PROTECT, related_name="calculations")
    formula = models.CharField(max_length=64, help_text=_("The name of the calculation."))
    definition = models.JSONField(
        help_text=_("Inputs with units, steps, formula, limits and source, as they are computed.")
    )
    note = models.TextField(blank=True, help_text=_("Why this version was made."))

    class Meta:
        constraints = [
            *life_of("assays_calculationversion", "assay"),
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in VersionStatus]),
                name="assays_calculationversion_status_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assay} = {self.formula} v{self.number}"


class CalculationInput(Record):
    """Which analyte an input of a formula is taken from."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id version name analyte"}

    version = models.ForeignKey(CalculationVersion, on_delete=models.PROTECT, related_name="inputs")
    name = models.CharField(max_length=48)
    analyte = models.ForeignKey(Analyte, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "name"], name="assays_calculationinput_once"
            ),
            models.UniqueConstraint(
                fields=["version", "analyte"], name="assays_calculationinput_analyte_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.name} = {self.analyte.code}"


class CalculatedResult(Record):
    """How one result was calculated: by which version, from what; once per set of inputs."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.TECHNICAL: "id result version inputs_key",
        Export.CLINICAL: "reason trace",
    }

    result = models.OneToOneField(Result, on_delete=models.PROTECT, related_name="calculated")
    version = models.ForeignKey(
        CalculationVersion, on_delete=models.PROTECT, related_name="results"
    )
    inputs_key = models.CharField(
        max_length=64, help_text=_("Digest of the input results and of the patient as computed.")
    )
    reason = models.CharField(
        max_length=24, blank=True, help_text=_("Why there is no value; blank where there is one.")
    )
    trace = models.JSONField(help_text=_("Inputs, formula, refusals and remarks."))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "inputs_key"], name="assays_calculatedresult_once_per_inputs"
            )
        ]

    def __str__(self) -> str:
        return f"{self.result} by {self.version}"


class CalculatedInput(Record):
    """One result that a calculated result rests on."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id calculated name result"}

    calculated = models.ForeignKey(
        CalculatedResult, on_delete=models.PROTECT, related_name="inputs"
    )
    name = models.CharField(max_length=48)
    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="used_in")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["calculated", "name"], name="assays_calculatedinput_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.calculated}: {self.name}"
