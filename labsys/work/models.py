"""The work queue's rows. The row is the queue; Celery and Redis only ring."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from labsys.lib.records import Audit, Export, Record


class WorkState(models.TextChoices):
    PENDING = "PENDING", _("waiting")
    BLOCKED = "BLOCKED", _("waiting for its predecessor")
    RUNNING = "RUNNING", _("running")
    DONE = "DONE", _("done")
    PARKED = "PARKED", _("parked after repeated failure")
    REJECTED = "REJECTED", _("rejected by a person")


OPEN_STATES = (WorkState.PENDING, WorkState.BLOCKED, WorkState.RUNNING)


class WorkItem(Record):
    """One piece of work on one subject, claimed under a lease and done at most once."""

    AUDIT = Audit.OPERATIONAL
    EXPORT = {
        Export.TECHNICAL: "id kind version subject_table subject_id ordering_key priority state "
        "attempts available_at lease_token lease_until rung_at created_at finished_at "
        "predecessor_parked worker",
        Export.INDIRECT: "last_error",
    }

    kind = models.CharField(max_length=32)
    version = models.PositiveSmallIntegerField(default=1)
    subject_table = models.CharField(max_length=64)
    subject_id = models.BigIntegerField()
    ordering_key = models.CharField(max_length=64, blank=True)
    priority = models.PositiveSmallIntegerField(default=3)
    state = models.CharField(max_length=8, choices=WorkState.choices, default=WorkState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    available_at = models.DateTimeField()
    lease_token = models.BigIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    rung_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    predecessor_parked = models.BooleanField(default=False)
    worker = models.CharField(max_length=128, blank=True)
    last_error = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "version", "subject_table", "subject_id"],
                name="work_workitem_one_per_subject",
            ),
            models.CheckConstraint(
                condition=Q(state__in=WorkState.values), name="work_workitem_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=WorkState.RUNNING, lease_until__isnull=False)
                | (~Q(state=WorkState.RUNNING) & Q(lease_until=None)),
                name="work_workitem_lease_only_while_running",
            ),
        ]
        indexes = [
            models.Index(
                fields=["priority", "id"], condition=Q(state="PENDING"), name="work_workitem_due"
            ),
            models.Index(
                fields=["lease_until"], condition=Q(state="RUNNING"), name="work_workitem_leased"
            ),
            models.Index(
                fields=["ordering_key", "id"],
                condition=Q(state__in=["PENDING", "BLOCKED", "RUNNING"]),
                name="work_workitem_open_by_key",
            ),
            models.Index(
                fields=["state", "id"],
                condition=Q(state__in=["PARKED", "BLOCKED"]),
                name="work_workitem_attention",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_table} {self.subject_id}"


class WorkDecision(Record):
    """What a person decided about a parked item: try again, or reject it with a reason."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.TECHNICAL: "id item decision decided_by recorded_at",
        Export.INDIRECT: "reason error",
    }

    class Decision(models.TextChoices):
        RETRY = "RETRY", _("try again")
        REJECT = "REJECT", _("reject")

    item = models.ForeignKey(WorkItem, on_delete=models.PROTECT, related_name="decisions")
    decision = models.CharField(max_length=6, choices=Decision.choices)
    reason = models.TextField()
    error = models.TextField(help_text=_("The error the item showed when this was decided."))
    decided_by = models.ForeignKey("accounts.Principal", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.item}: {self.decision}"


class Heartbeat(Record):
    """The last sign of life of one process of one service."""

    AUDIT = Audit.OPERATIONAL
    EXPORT = {Export.TECHNICAL: "id service instance at"}

    service = models.CharField(max_length=32)
    instance = models.CharField(max_length=128)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "instance"], name="work_heartbeat_one_each")
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.instance}"


class PeriodicRun(Record):
    """One period of one periodic job: whoever inserts the row runs it."""

    AUDIT = Audit.OPERATIONAL
    EXPORT = {
        Export.TECHNICAL: "id name period_start started_at finished_at",
        Export.INDIRECT: "error",
    }

    name = models.CharField(max_length=64)
    period_start = models.DateTimeField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name", "period_start"], name="work_periodicrun_once_per_period"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.period_start:%Y-%m-%d %H:%M}"
