"""How the moving average of patients' values of an assay is computed: versioned."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assays.models.catalogue import Assay
from assays.models.versioned import Life, Versioned, life_of
from labsys.lib.fields import ExactDecimalField
from labsys.lib.records import Export


class PatientAverage(Versioned):
    """Truncation, weight or block, target and limits of an assay's moving average."""

    LIFE = Life("patient_averages.setting", key=("assay",))
    EXPORT = {
        Export.TECHNICAL: "id assay number method unit truncate_low truncate_high weight block target "
        "sd limit_sd note status drafted_by drafted_at approved_by approved_at active_from active_until"
    }

    class Method(models.TextChoices):
        EWMA = "EWMA", _("exponentially weighted (EWMA)")
        MEAN = "MEAN", _("mean of the last values")
        MEDIAN = "MEDIAN", _("median of the last values")

    assay = models.ForeignKey(Assay, on_delete=models.PROTECT, related_name="patient_averages")
    method = models.CharField(max_length=6, choices=Method.choices, default=Method.EWMA)
    unit = models.CharField(max_length=40)
    truncate_low = ExactDecimalField(
        _("leave out below"), null=True, blank=True, help_text=_("Values below count for nothing.")
    )
    truncate_high = ExactDecimalField(
        _("leave out above"), null=True, blank=True, help_text=_("Values above count for nothing.")
    )
    weight = ExactDecimalField(
        null=True,
        blank=True,
        help_text=_("Of the newest value in an EWMA: above 0, at most 1; often 0.05 to 0.2."),
    )
    block = models.PositiveIntegerField(
        null=True, blank=True, help_text=_("How many values a mean or median is taken of.")
    )
    target = ExactDecimalField(help_text=_("Where the average of patients lies in control."))
    sd = ExactDecimalField(
        _("SD of patients"), help_text=_("Of the single values that are not left out.")
    )
    limit_sd = ExactDecimalField(
        _("limits at"), default=3, help_text=_("How many SD of the average lie within its limits.")
    )
    note = models.TextField(blank=True, help_text=_("Why this version was made."))

    class Meta:
        constraints = [
            *life_of("assays_patientaverage", "assay"),
            models.CheckConstraint(
                condition=Q(method="EWMA", weight__gt=0, weight__lte=1, block=None)
                | Q(method__in=["MEAN", "MEDIAN"], weight=None, block__gte=2, block__lte=1000),
                name="assays_patientaverage_method_whole",
            ),
            models.CheckConstraint(
                condition=Q(sd__gt=0, limit_sd__gt=0), name="assays_patientaverage_sd_above_zero"
            ),
            models.CheckConstraint(
                condition=Q(truncate_low=None)
                | Q(truncate_high=None)
                | Q(truncate_low__lt=F("truncate_high")),
                name="assays_patientaverage_truncation_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assay} average v{self.number}"
