"""Capacity to consent, as a clinician assessed it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from consent.models.checks import Check
from consent.rules.capacities import Capacity
from labsys.accounts.models import Principal
from labsys.lib.choices import choices
from labsys.lib.records import Audit, Export, Record
from patients.models import Person


class CapacityAssessment(Record):
    """A clinician's judgement whether somebody can decide about taking part.

    What it rests on stays with the psychological check it names, sealed.
    """

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "person assessed_at",
        Export.CLINICAL: "outcome",
        Export.TECHNICAL: "id of_check recorded_at recorded_by",
    }

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="capacities")
    outcome = models.CharField(max_length=7, choices=choices(Capacity))
    of_check = models.ForeignKey(
        Check, on_delete=models.PROTECT, null=True, blank=True, related_name="capacities"
    )
    assessed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=[one.value for one in Capacity]),
                name="consent_capacityassessment_outcome_known",
            )
        ]
        indexes = [
            models.Index(fields=["person", "-assessed_at"], name="consent_capacity_by_person")
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.outcome} {self.assessed_at:%Y-%m-%d}"
