"""Rolls: who is on a list of everybody exposed, as of one moment; derived, and made anew all the time."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from labsys.lib.records import Audit, Export, Record


class Roll(Record):
    """One part of a list, such as those not located, in the order of the list.

    Made from the facts by `patients.actions.rolls` where people are so many that a page cannot read
    them all; nothing depends on it but how soon a page is there.
    """

    AUDIT = Audit.OPERATIONAL
    EXPORT = {
        Export.INDIRECT: "persons places",
        Export.CLINICAL: "agent",
        Export.TECHNICAL: "id kind part number as_of",
    }

    class Kind(models.TextChoices):
        MISSING = "MISSING", _("missing people")
        VISITS = "VISITS", _("follow-up visits")

    kind = models.CharField(max_length=7, choices=Kind.choices)
    agent = models.CharField(max_length=80, blank=True)
    part = models.CharField(max_length=12)
    number = models.PositiveIntegerField()
    persons = ArrayField(models.BigIntegerField())
    # Of visits: how many are at which place, in the order of `persons`.
    places = models.JSONField(default=list)
    as_of = models.DateTimeField()

    class Meta:
        verbose_name = _("roll")
        verbose_name_plural = _("rolls")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "agent", "part"], name="patients_roll_one_of_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.agent} {self.part}"
