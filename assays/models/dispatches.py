"""What is sent to instruments and other systems, and what became of each attempt."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assays.models.instruments import Instrument, TransmissionSession
from assays.models.orders import Order
from assays.models.specimens import Specimen
from assays.rules.dispatching import ANSWERS, LEFT, OPEN, DispatchKind, DispatchStatus
from labsys.accounts.models import Principal
from labsys.lib.choices import choices
from labsys.lib.records import Audit, Export, Record


class Dispatch(Record):
    """One message to one instrument. What it says never changes; an edit is another dispatch.

    `subject_table` and `subject_id` name the row that it tells of, `number` counts what was told of
    that row. `control_id` is the same however often it is sent.
    """

    AUDIT = Audit.STATE
    MUTABLE = frozenset(
        {"status", "attempts", "queued_at", "available_at", "expires_at", "sender", "answer"}
    ) | {"reason"}
    LARGE = frozenset({"content", "answer"})
    EXPORT = {
        # What the receiver said may name whom it is about.
        Export.IDENTIFYING: "content answer reason",
        Export.TECHNICAL: "id instrument kind subject_table subject_id number control_id specimen "
        "order status attempts queued_at available_at expires_at sender follow_up "
        "recorded_by recorded_at",
    }

    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, related_name="dispatches", db_index=False
    )
    kind = models.CharField(max_length=13, choices=choices(DispatchKind))
    subject_table = models.CharField(max_length=63)
    subject_id = models.BigIntegerField()
    number = models.PositiveIntegerField(default=1)
    control_id = models.CharField(max_length=20)
    specimen = models.ForeignKey(
        Specimen, on_delete=models.PROTECT, null=True, related_name="dispatches"
    )
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, related_name="dispatches")
    content = models.BinaryField()
    status = models.CharField(max_length=9, choices=choices(DispatchStatus))
    attempts = models.PositiveIntegerField(default=0)
    queued_at = models.DateTimeField()
    available_at = models.DateTimeField(help_text=_("It is not sent before."))
    expires_at = models.DateTimeField(help_text=_("It is of no use after."))
    sender = models.CharField(
        max_length=128, blank=True, help_text=_("The listener that sends it, or did last.")
    )
    answer = models.BinaryField(default=b"")
    reason = models.TextField(blank=True)
    follow_up = models.CharField(
        max_length=40, blank=True, help_text=_("The kind of work that reads what was answered.")
    )
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("message sent out")
        verbose_name_plural = _("messages sent out")
        constraints = [
            models.UniqueConstraint(
                fields=["instrument", "kind", "subject_table", "subject_id", "number"],
                name="assays_dispatch_once_per_subject",
            ),
            models.UniqueConstraint(
                fields=["control_id", "instrument"], name="assays_dispatch_control_id_once"
            ),
            models.UniqueConstraint(
                fields=["instrument"],
                condition=Q(status="SENDING"),
                name="assays_dispatch_one_on_the_line",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in DispatchStatus]),
                name="assays_dispatch_status_known",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[k.value for k in DispatchKind]),
                name="assays_dispatch_kind_known",
            ),
            models.CheckConstraint(
                condition=~Q(status="SENDING") | Q(attempts__gt=0) & ~Q(sender=""),
                name="assays_dispatch_sent_by_a_listener",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[*(s.value for s in LEFT), "WITHDRAWN"]) | ~Q(reason=""),
                name="assays_dispatch_ended_with_reason",
            ),
        ]
        indexes = [
            # What the listeners look for: the next of each instrument.
            models.Index(
                fields=["instrument", "id"],
                condition=Q(status__in=[s.value for s in OPEN]),
                name="assays_dispatch_open",
            ),
            models.Index(
                fields=["instrument", "id"],
                condition=Q(status__in=[s.value for s in LEFT]),
                name="assays_dispatch_left",
            ),
            models.Index(
                fields=["id"], condition=Q(status="WITHDRAWN"), name="assays_dispatch_withdrawn"
            ),
            models.Index(fields=["instrument", "-id"], name="assays_dispatch_newest"),
        ]

    def __str__(self) -> str:
        return self.control_id

    @property
    def is_answer(self) -> bool:
        """Whether somebody at the other end waits for it."""
        return self.kind in ANSWERS


class DispatchEvent(Record):
    """One move of a dispatch: queued, sent over which conversation, accepted, given up, by whom."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.IDENTIFYING: "reason",
        Export.TECHNICAL: "id dispatch old new attempt session recorded_by recorded_at",
    }

    dispatch = models.ForeignKey(Dispatch, on_delete=models.PROTECT, related_name="events")
    old = models.CharField(max_length=9, blank=True)
    new = models.CharField(max_length=9)
    attempt = models.PositiveIntegerField()
    session = models.ForeignKey(
        TransmissionSession, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.TextField(blank=True)
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.dispatch}: {self.old} -> {self.new}"
