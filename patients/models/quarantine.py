"""Quarantine: orders to stay apart, and their early end."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record
from patients.models.persons import Person
from patients.models.places import Location


class QuarantineOrder(Record):
    """A person is to stay apart from others between two moments."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "person location place starts_at ends_at",
        Export.CLINICAL: "kind agent reason",
        Export.TECHNICAL: "id recorded_at recorded_by",
    }

    class Kind(models.TextChoices):
        HOME = "HOME", _("home")
        INSTITUTIONAL = "INSTITUTIONAL", _("institutional")
        HOSPITAL = "HOSPITAL", _("hospital")
        OTHER = "OTHER", _("other")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="quarantine_orders")
    kind = models.CharField(max_length=13, choices=Kind.choices)
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    place = models.CharField(max_length=200, blank=True)
    agent = models.CharField(max_length=80, blank=True)
    reason = models.TextField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("quarantine order")
        verbose_name_plural = _("quarantine orders")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="patients_quarantineorder_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_kind_display()}"


class QuarantineLift(Record):
    """The early end of a quarantine order."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "lifted_at",
        Export.CLINICAL: "reason",
        Export.TECHNICAL: "id order recorded_at recorded_by",
    }

    order = models.OneToOneField(QuarantineOrder, on_delete=models.PROTECT, related_name="lift")
    lifted_at = models.DateTimeField()
    reason = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("lift of a quarantine")
        verbose_name_plural = _("lifts of quarantines")

    def __str__(self) -> str:
        return f"{self.order} lifted"
