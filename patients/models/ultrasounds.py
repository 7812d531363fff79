"""Ultrasound measurements of a pregnancy: what was measured, by whom and how."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib.fields import ExactDecimalField
from labsys.lib.records import Audit, Export, Record
from patients.models.corrections import CorrectableQuerySet
from patients.models.persons import Person


class UltrasoundMeasurement(Record):
    """One length measured by ultrasound on one fetus."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "person observed_at",
        Export.CLINICAL: "measured value unit fetus route note",
        Export.TECHNICAL: "id operator corrects is_retraction recorded_at recorded_by",
    }

    class Measured(models.TextChoices):
        CRL = "CRL", _("crown-rump length (CRL)")
        BPD = "BPD", _("biparietal diameter (BPD)")
        HC = "HC", _("head circumference (HC)")
        FL = "FL", _("femur length (FL)")
        SAC = "SAC", _("mean gestational sac diameter")

    class Route(models.TextChoices):
        ABDOMINAL = "ABDOMINAL", _("transabdominal")
        VAGINAL = "VAGINAL", _("transvaginal")

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="ultrasound_measurements"
    )
    measured = models.CharField(_("measured"), max_length=3, choices=Measured.choices)
    value = ExactDecimalField(_("value"))
    unit = models.CharField(max_length=40, default="mm")
    fetus = models.PositiveSmallIntegerField(
        _("fetus"), default=1, help_text=_("1, or its number where there are several.")
    )
    route = models.CharField(_("route"), max_length=9, choices=Route.choices)
    note = models.CharField(_("note"), max_length=200, blank=True)
    observed_at = models.DateTimeField(_("measured at"))
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
        verbose_name = _("ultrasound measurement")
        verbose_name_plural = _("ultrasound measurements")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_retraction=False) | Q(corrects__isnull=False),
                name="patients_ultrasoundmeasurement_retracts_a_row",
            ),
            models.CheckConstraint(
                condition=Q(value__gt=0, unit="mm"), name="patients_ultrasoundmeasurement_in_mm"
            ),
            models.CheckConstraint(
                condition=Q(fetus__gte=1, fetus__lte=9),
                name="patients_ultrasoundmeasurement_fetus_counted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_measured_display()}"
