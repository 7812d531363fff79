"""Reviews of a quarantine: whether it goes on, by whom and on what findings."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record
from patients.models.quarantine import QuarantineOrder


class QuarantineReview(Record):
    """Somebody looked at whether a person still has to stay apart; it ends nothing by itself."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "reviewed_at",
        Export.CLINICAL: "outcome signs findings",
        Export.TECHNICAL: "id order recorded_at recorded_by",
    }

    class Outcome(models.TextChoices):
        CONTINUE = "CONTINUE", _("continue")
        RELEASE_PROPOSED = "RELEASE_PROPOSED", _("release proposed")

    class Signs(models.TextChoices):
        ABSENT = "ABSENT", _("none")
        PRESENT = "PRESENT", _("present")
        NOT_ASSESSED = "NOT_ASSESSED", _("not assessed")

    order = models.ForeignKey(QuarantineOrder, on_delete=models.PROTECT, related_name="reviews")
    reviewed_at = models.DateTimeField()
    outcome = models.CharField(max_length=16, choices=Outcome.choices)
    signs = models.CharField(_("clinical signs"), max_length=12, choices=Signs.choices)
    findings = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("review of a quarantine")
        verbose_name_plural = _("reviews of quarantines")
        indexes = [
            models.Index(
                fields=["order", "-reviewed_at", "-id"], name="patients_quarantinereview_last"
            )
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.reviewed_at:%Y-%m-%d %H:%M}"
