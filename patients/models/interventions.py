"""What was done to people that a trend must know of."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib.fields import ExactDecimalField
from labsys.lib.records import Audit, Export, Record
from patients.models.corrections import CorrectableQuerySet
from patients.models.persons import Person


class Intervention(Record):
    """Something was done to a person that a trend must know of."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "person started_at ended_at",
        Export.CLINICAL: "kind detail dose dose_unit intended_effect",
        Export.TECHNICAL: "id operator corrects is_retraction recorded_at recorded_by",
    }

    class Kind(models.TextChoices):
        FILTRATION = "FILTRATION", _("filtration")
        CHARCOAL = "CHARCOAL", _("activated charcoal")
        KILL_CODE = "KILL_CODE", _("kill code")
        SET_POINT = "SET_POINT", _("controller set-point")
        SEDATION = "SEDATION", _("sedation")
        HORMONE_LOWERING = "HORMONE_LOWERING", _("hormone lowering")
        TRANSFUSION = "TRANSFUSION", _("transfusion")
        TRAUMA_CARE = "TRAUMA_CARE", _("trauma care note")
        OTHER = "OTHER", _("other")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="interventions")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    detail = models.CharField(max_length=200, blank=True)
    dose = ExactDecimalField(null=True, blank=True)
    dose_unit = models.CharField(max_length=40, blank=True)
    intended_effect = models.CharField(
        max_length=200,
        blank=True,
        help_text=_(
            "For instance: lower the nanite load. Of a set-point, hormone lowering, a transfusion or "
            "something other, only one that names nanites here is compared as a removal."
        ),
    )
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    operator = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
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
        verbose_name = _("intervention")
        verbose_name_plural = _("interventions")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_retraction=False) | Q(corrects__isnull=False),
                name="patients_intervention_retracts_a_row",
            ),
            models.CheckConstraint(
                condition=Q(dose=None, dose_unit="") | (Q(dose__isnull=False) & ~Q(dose_unit="")),
                name="patients_intervention_dose_with_unit",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
                name="patients_intervention_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_kind_display()}"
