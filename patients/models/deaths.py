"""What was known of a death, and since when: whoever is dead leaves on no programme."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record
from patients.models.persons import DeathPrecision, Person
from patients.rules import deaths
from patients.rules.deaths import Death


class DeathRecord(Record):
    """What was recorded about a death; a further row sets it right, or says that nobody died."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "person deceased_on deceased_precision",
        Export.TECHNICAL: "id recorded_at recorded_by",
    }

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="death_records")
    deceased_on = models.DateField(null=True, blank=True)
    deceased_precision = models.CharField(max_length=7, choices=DeathPrecision.choices)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("death record")
        verbose_name_plural = _("death records")

    def __str__(self) -> str:
        return f"{self.person}: {self.deceased_on or self.deceased_precision}"

    @property
    def death(self) -> Death | None:
        """What is known of the death; None where the row says that nobody died."""
        return deaths.stated(self.deceased_on, self.deceased_precision)
