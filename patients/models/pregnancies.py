"""What was known, and when, about pregnancies."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record
from patients.models.corrections import CorrectableQuerySet
from patients.models.persons import Person
from patients.models.pregnancy_dates import PregnancyDate
from patients.models.ultrasounds import UltrasoundMeasurement


class PregnancyEstimate(Record):
    """What was known, at one moment, about a pregnancy and its gestation."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "person observed_at",
        Export.CLINICAL: "status gestation_days uncertainty_days method",
        Export.TECHNICAL: "id measurement stated_date corrects is_retraction recorded_at recorded_by",
    }

    class Status(models.TextChoices):
        PREGNANT = "PREGNANT", _("pregnant")
        NOT_PREGNANT = "NOT_PREGNANT", _("not pregnant")
        ENDED = "ENDED", _("pregnancy ended")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="pregnancy_estimates")
    status = models.CharField(max_length=12, choices=Status.choices)
    gestation_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text=_("Estimated gestation at that moment; empty = unknown.")
    )
    uncertainty_days = models.PositiveSmallIntegerField(null=True, blank=True)
    method = models.CharField(max_length=80, blank=True)
    observed_at = models.DateTimeField()
    # What it was computed from, where a clinician accepted a proposal.
    measurement = models.ForeignKey(
        UltrasoundMeasurement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="estimates",
    )
    stated_date = models.ForeignKey(
        PregnancyDate, on_delete=models.PROTECT, null=True, blank=True, related_name="estimates"
    )
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    is_retraction = models.BooleanField(
        default=False,
        help_text=_("The row it corrects was entered in error and nothing replaces it."),
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    objects = CorrectableQuerySet.as_manager()

    class Meta:
        verbose_name = _("pregnancy estimate")
        verbose_name_plural = _("pregnancy estimates")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_retraction=False) | Q(corrects__isnull=False),
                name="patients_pregnancyestimate_retracts_a_row",
            ),
            models.CheckConstraint(
                condition=Q(gestation_days=None, uncertainty_days=None)
                | Q(
                    status="PREGNANT",
                    gestation_days__isnull=False,
                    gestation_days__lte=330,
                    uncertainty_days__isnull=False,
                ),
                name="patients_pregnancyestimate_gestation_with_uncertainty",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_status_display()}"
