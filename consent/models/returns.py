"""What was found when somebody who came back was evaluated."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consent.models.checks import Check
from consent.models.postings import PostingReturn
from consent.rules.returns import ReturnOutcome
from labsys.accounts.models import Principal
from labsys.lib.choices import choices
from labsys.lib.records import Audit, Export, Record
from patients.models import QuarantineOrder


class ReturnEvaluation(Record):
    """A physician said of somebody who came back: free to go, or to be kept apart.

    After a quarantine there is a further one; until one says FREE, the return is an open finding.
    """

    AUDIT = Audit.FACT
    EXPORT = {
        Export.CLINICAL: "outcome comment",
        Export.TECHNICAL: "id posting_return medical_check psychological_check quarantine "
        "recorded_at recorded_by",
    }

    posting_return = models.ForeignKey(
        PostingReturn, on_delete=models.PROTECT, related_name="evaluations"
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=choices(ReturnOutcome))
    medical_check = models.ForeignKey(
        Check, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    psychological_check = models.ForeignKey(
        Check, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    quarantine = models.ForeignKey(
        QuarantineOrder, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    comment = models.TextField(_("comment"), blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["posting_return"],
                condition=Q(outcome="FREE"),
                name="consent_returnevaluation_free_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    outcome="FREE",
                    quarantine=None,
                    medical_check__isnull=False,
                    psychological_check__isnull=False,
                )
                | Q(outcome="QUARANTINE", quarantine__isnull=False),
                name="consent_returnevaluation_rests_on",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.posting_return}: {self.outcome}"
