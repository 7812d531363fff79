"""Who drafted and who signed: three different people, held by the database.

The drafter takes place 0 and the two who sign places 1 and 2 of one table. So one constraint says that
nobody signs twice, and that nobody signs what they drafted.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal, StepUp
from labsys.lib.records import Audit, Record

SIGNED = "id position signed_by signed_at algorithm sha256 step_up"


class ControlSignature(Record):
    """One person's name under a digest of the content."""

    AUDIT = Audit.FACT
    RECORDED_AT = "signed_at"

    position = models.PositiveSmallIntegerField(help_text=_("0 drafted it, 1 and 2 signed it."))
    signed_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    signed_name = models.CharField(max_length=150, help_text=_("The name as it was then."))
    signed_at = models.DateTimeField()
    algorithm = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64, help_text=_("Of the content in its canonical form."))
    step_up = models.ForeignKey(StepUp, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.signed_name


def constraints_of(noun: str, whose: str) -> list[models.BaseConstraint]:
    """Return what makes the names under one content three different people's."""
    return [
        models.UniqueConstraint(fields=[whose, "position"], name=f"patients_{noun}_place"),
        models.UniqueConstraint(fields=[whose, "signed_by"], name=f"patients_{noun}_once_each"),
        models.CheckConstraint(
            condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name=f"patients_{noun}_digest"
        ),
        models.CheckConstraint(
            condition=Q(position=0, step_up=None) | Q(position__in=[1, 2], step_up__isnull=False),
            name=f"patients_{noun}_by_password",
        ),
    ]
