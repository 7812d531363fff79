"""What was known of a birth, and since when: an age limit must answer for the past as well."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record
from patients.models.persons import BirthPrecision, Person


class BirthRecord(Record):
    """What was recorded about a birth; a correction is a further row, the newest one holds."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "person birth_date birth_precision birth_uncertainty_days",
        Export.TECHNICAL: "id recorded_at recorded_by",
    }

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="birth_records")
    birth_date = models.DateField(null=True, blank=True)
    birth_precision = models.CharField(max_length=9, choices=BirthPrecision.choices)
    birth_uncertainty_days = models.PositiveIntegerField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("birth record")
        verbose_name_plural = _("birth records")

    def __str__(self) -> str:
        return f"{self.person}: {self.birth_date or self.birth_precision}"
