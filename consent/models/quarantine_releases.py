"""What stood of the release criteria when a quarantine was lifted, and who agreed where they did not."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from consent.rules.quarantine_release import Verdict
from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record
from patients.models import QuarantineLift, QuarantineOrder

VERDICTS = [
    (Verdict.MET.value, _("met")),
    (Verdict.NOT_MET.value, _("not met")),
    (Verdict.UNDETERMINED.value, _("not to be determined")),
    (Verdict.NONE.value, _("none asked")),
]


class ReleaseRequest(Record):
    """Somebody asks that a quarantine is lifted although its criteria are not met, and says why."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.CLINICAL: "reason verdict grounds",
        Export.TECHNICAL: "id order recorded_at recorded_by",
    }

    order = models.ForeignKey(
        QuarantineOrder, on_delete=models.PROTECT, related_name="release_requests"
    )
    reason = models.TextField()
    verdict = models.CharField(max_length=12, choices=VERDICTS)
    grounds = models.JSONField(default=list, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("request to lift without criteria met")
        verbose_name_plural = _("requests to lift without criteria met")

    def __str__(self) -> str:
        return f"{self.order} {self.recorded_at:%Y-%m-%d %H:%M}"


class ReleaseAnswer(Record):
    """A second person agreed to a request, or refused it."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.CLINICAL: "is_agreed reason",
        Export.TECHNICAL: "id request recorded_at recorded_by",
    }

    request = models.OneToOneField(ReleaseRequest, on_delete=models.PROTECT, related_name="answer")
    is_agreed = models.BooleanField()
    reason = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("answer to a request to lift")
        verbose_name_plural = _("answers to requests to lift")

    def __str__(self) -> str:
        return f"{self.request}: {self.is_agreed}"


class QuarantineRelease(Record):
    """What the criteria said at the moment of a lift, with the results on which that rests."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.CLINICAL: "verdict grounds",
        Export.TECHNICAL: "id lift request recorded_at recorded_by",
    }

    lift = models.OneToOneField(QuarantineLift, on_delete=models.PROTECT, related_name="release")
    verdict = models.CharField(max_length=12, choices=VERDICTS)
    grounds = models.JSONField(default=list, blank=True)
    request = models.OneToOneField(
        ReleaseRequest, on_delete=models.PROTECT, null=True, related_name="release"
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("criteria at a lift")
        verbose_name_plural = _("criteria at lifts")

    def __str__(self) -> str:
        return f"{self.lift}: {self.verdict}"
