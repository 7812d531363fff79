"""How many people a place of quarantine has room for, and since when."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record
from patients.models.places import Location


class QuarantineCapacity(Record):
    """From a moment on a place has room for so many people in quarantine; none closes it."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id location places from_at note recorded_at recorded_by"}

    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="quarantine_capacities"
    )
    places = models.PositiveIntegerField()
    from_at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("room for quarantine")
        verbose_name_plural = _("room for quarantine")

    def __str__(self) -> str:
        return f"{self.location}: {self.places}"
