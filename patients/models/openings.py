"""Openings and closings of places: what makes the capacity of a past instant known."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record
from patients.models.places import Location


class LocationOpening(Record):
    """A place was opened, with how many places where it has no beds, or was closed."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "location is_open happened_at capacity expected_until reason",
        Export.TECHNICAL: "id recorded_at recorded_by",
    }

    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="openings")
    is_open = models.BooleanField()
    happened_at = models.DateTimeField()
    capacity = models.PositiveSmallIntegerField(null=True, blank=True)
    expected_until = models.DateTimeField(
        null=True, blank=True, help_text=_("Until when it is meant to stay open, where known.")
    )
    reason = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("opening of a place")
        verbose_name_plural = _("openings of places")
        constraints = [
            models.UniqueConstraint(
                fields=["location", "happened_at"], name="patients_locationopening_one_moment"
            ),
            models.CheckConstraint(
                condition=Q(is_open=True) | Q(capacity=None, expected_until=None),
                name="patients_locationopening_closed_has_none",
            ),
            models.CheckConstraint(
                condition=Q(capacity=None) | Q(capacity__gt=0),
                name="patients_locationopening_capacity_positive",
            ),
            models.CheckConstraint(
                condition=Q(expected_until=None) | Q(expected_until__gt=F("happened_at")),
                name="patients_locationopening_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.location}: {'open' if self.is_open else 'closed'}"
