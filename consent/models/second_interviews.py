"""The second, independent interview on voluntariness."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from consent.models.checks import Check
from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record


class SecondInterview(Record):
    """A second psychologist took up a check that called for one, and concluded it anew.

    What was said is sealed with the check that concludes it.
    """

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id first by_check recorded_at recorded_by"}

    first = models.OneToOneField(Check, on_delete=models.PROTECT, related_name="second_interview")
    by_check = models.OneToOneField(Check, on_delete=models.PROTECT, related_name="takes_up")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(first=F("by_check")), name="consent_secondinterview_another_check"
            )
        ]

    def __str__(self) -> str:
        return f"{self.by_check} takes up {self.first}"
