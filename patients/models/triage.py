"""Triage: how urgent somebody was when they came, by a published scale, and how they came."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record
from patients.models.corrections import CorrectableQuerySet
from patients.models.persons import Person
from patients.rules import triage


class TriageAssessment(Record):
    """Somebody was found to be of one category of a triage scale."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "person assessed_at arrival",
        Export.CLINICAL: "scale category note",
        Export.TECHNICAL: "id corrects is_retraction recorded_at recorded_by",
    }

    class Scale(models.TextChoices):
        ESI = "ESI", _("Emergency Severity Index")
        MTS = "MTS", _("Manchester Triage System")
        START = "START", _("START (mass casualties)")

    class Arrival(models.TextChoices):
        WALKED = "WALKED", _("walked in")
        BROUGHT = "BROUGHT", _("brought by others")
        AMBULANCE = "AMBULANCE", _("ambulance or rescue team")
        TRANSFER = "TRANSFER", _("from another hospital or station")
        CUSTODY = "CUSTODY", _("under escort")
        OTHER = "OTHER", _("otherwise")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="triage_assessments")
    scale = models.CharField(max_length=5, choices=Scale.choices)
    category = models.CharField(
        max_length=9, choices=[(code, _(said)) for code, said in triage.CHOICES]
    )
    arrival = models.CharField(
        _("mode of arrival"), max_length=9, choices=Arrival.choices, blank=True
    )
    note = models.CharField(max_length=500, blank=True)
    assessed_at = models.DateTimeField()
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
        verbose_name = _("triage")
        verbose_name_plural = _("triage assessments")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_retraction=False) | Q(corrects__isnull=False),
                name="patients_triageassessment_retracts_a_row",
            ),
            models.CheckConstraint(
                condition=Q(
                    *(
                        Q(scale=scale, category__in=list(categories))
                        for scale, categories in triage.SCALES.items()
                    ),
                    _connector=Q.OR,
                ),
                name="patients_triageassessment_category_of_scale",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "assessed_at"], name="patients_triage_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.scale} {self.category}"
