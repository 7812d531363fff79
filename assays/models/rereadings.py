"""Stored messages read anew by their driver of now, and what was decided about whole messages."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assays.models.transmissions import TransmissionMessage
from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record


class MessageEvent(Record):
    """What a person decided about a whole message: dismissed, by whom and why."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.TECHNICAL: "id message old new recorded_by recorded_at",
        Export.CLINICAL: "reason",
    }

    message = models.ForeignKey(
        TransmissionMessage, on_delete=models.PROTECT, related_name="events"
    )
    old = models.CharField(max_length=12)
    new = models.CharField(max_length=12)
    reason = models.TextField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message"], name="assays_messageevent_dismissed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.message}: {self.old} -> {self.new}"


class ReadingRun(Record):
    """A wish to read stored messages anew: which, why, and how many they are."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.TECHNICAL: "id chosen total asked_by asked_at",
        Export.CLINICAL: "reason",
    }

    chosen = models.JSONField(help_text=_("What was asked for: instrument, driver, days, state."))
    total = models.PositiveIntegerField()
    reason = models.TextField()
    asked_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.pk} ({self.asked_at:%Y-%m-%d %H:%M})"


class MessageReading(Record):
    """One message of a run: waits for a worker, then what reading it anew has changed."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"done_at", "outcome"})
    LARGE = frozenset({"outcome"})
    EXPORT = {
        # Values as they were read before and now.
        Export.IDENTIFYING: "outcome",
        Export.TECHNICAL: "id run message done_at",
    }

    run = models.ForeignKey(
        ReadingRun, on_delete=models.PROTECT, related_name="readings", db_index=False
    )
    message = models.ForeignKey(
        TransmissionMessage, on_delete=models.PROTECT, related_name="readings"
    )
    done_at = models.DateTimeField(null=True)
    outcome = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "message"], name="assays_messagereading_once"),
            models.CheckConstraint(
                condition=Q(done_at=None, outcome=None)
                | Q(done_at__isnull=False, outcome__isnull=False),
                name="assays_messagereading_done_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.message_id}"
