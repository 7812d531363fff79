"""What was sent: messages as received, and what became of each item in them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assays.models.instruments import Instrument, TransmissionSession
from assays.rules.states import ItemStatus, MessageStatus
from labsys.accounts.models import Principal
from labsys.lib.choices import choices
from labsys.lib.records import Audit, Export, Record


class TransmissionMessage(Record):
    """One whole message of one instrument: raw bytes first, then what became of it.

    Without an instrument it came from an address that none, or more than one, is registered for; a
    person says which it was. Its items are counted when it is read.
    """

    AUDIT = Audit.STATE
    # The reply to a question is found after the question is stored.
    MUTABLE = frozenset({"status", "reason", "instrument", "item_count", "duplicate_of", "reply"})
    LARGE = frozenset({"content", "reply"})
    EXPORT = {
        Export.IDENTIFYING: "content reply",
        Export.TECHNICAL: "id instrument session dialect control_id idempotency_key sha256 received_at "
        "status reason item_count duplicate_of",
    }

    class Dialect(models.TextChoices):
        HTTP = "HTTP", "HTTP"
        ASTM = "ASTM", "ASTM"
        HL7 = "HL7", "HL7"

    # Its index is the one with the id beside it.
    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, null=True, related_name="messages", db_index=False
    )
    session = models.ForeignKey(
        TransmissionSession, on_delete=models.PROTECT, null=True, related_name="+"
    )
    dialect = models.CharField(max_length=4, choices=Dialect.choices)
    control_id = models.CharField(max_length=200, blank=True)
    idempotency_key = models.CharField(max_length=200, null=True)
    sha256 = models.BinaryField()
    content = models.BinaryField()
    reply = models.BinaryField(default=b"")
    item_count = models.PositiveIntegerField(default=0)
    duplicate_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="repetitions"
    )
    received_at = models.DateTimeField()
    status = models.CharField(max_length=12, choices=choices(MessageStatus))
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["instrument", "idempotency_key"], name="assays_transmissionmessage_key_once"
            ),
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in MessageStatus]),
                name="assays_transmissionmessage_status_known",
            ),
            models.CheckConstraint(
                condition=Q(instrument__isnull=False)
                | Q(status__in=["HELD", "REJECTED", "INCOMPLETE"]),
                name="assays_transmissionmessage_filed_for_an_instrument",
            ),
        ]
        indexes = [
            models.Index(fields=["instrument", "sha256"], name="assays_message_duplicate"),
            models.Index(
                fields=["id"],
                condition=Q(status__in=["RECEIVED", "PARTLY_HELD", "HELD"]),
                name="assays_message_open",
            ),
            models.Index(fields=["instrument", "id"], name="assays_message_instrument"),
            models.Index(
                fields=["status", "id"],
                condition=Q(status__in=["REJECTED", "INCOMPLETE", "DUPLICATE"]),
                name="assays_message_ended",
            ),
            models.Index(
                fields=["control_id"],
                condition=~Q(control_id=""),
                name="assays_message_control",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instrument or '?'} {self.pk}"

    @property
    def wire(self) -> str:
        """The protocol that it came over; frames of ASTM may carry HL7."""
        over = self.session.dialect if self.session is not None else ""
        return over or self.dialect


class TransmissionItem(Record):
    """One reported value of a message, and the one bucket it ended in."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"status", "hold_code", "hold_reason", "duplicate_of"})
    LARGE = frozenset({"content"})
    EXPORT = {
        # What a message says of a patient stands in it as it was sent.
        Export.IDENTIFYING: "specimen_text content",
        Export.CLINICAL: "hold_reason",
        Export.TECHNICAL: "id message position code_text status hold_code duplicate_of",
    }

    message = models.ForeignKey(
        TransmissionMessage, on_delete=models.PROTECT, related_name="items", db_index=False
    )
    position = models.PositiveIntegerField()
    specimen_text = models.CharField(max_length=200, blank=True)
    code_text = models.CharField(max_length=200, blank=True)
    content = models.JSONField()
    status = models.CharField(max_length=12, choices=choices(ItemStatus))
    hold_code = models.CharField(max_length=32, blank=True, help_text=_("e.g. UNKNOWN_SPECIMEN"))
    hold_reason = models.TextField(blank=True)
    duplicate_of = models.ForeignKey(
        "assays.Result", on_delete=models.PROTECT, null=True, related_name="repetitions"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(duplicate_of=None) | Q(status="DUPLICATE"),
                name="assays_transmissionitem_duplicate_names_result",
            ),
            models.UniqueConstraint(
                fields=["message", "position"], name="assays_transmissionitem_position"
            ),
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in ItemStatus]),
                name="assays_transmissionitem_status_known",
            ),
            models.CheckConstraint(
                condition=~Q(status="HELD") | ~Q(hold_code=""),
                name="assays_transmissionitem_held_with_code",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(status="HELD"), name="assays_item_held"),
            models.Index(
                fields=["specimen_text"],
                condition=Q(status__in=["HELD", "QC", "NOT_A_RESULT", "REJECTED"]),
                name="assays_item_specimen",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message}/{self.position}"


class ItemEvent(Record):
    """One move of a transmission item: held, re-processed, rejected, by whom and why."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.TECHNICAL: "id item old new hold_code recorded_by recorded_at",
        Export.CLINICAL: "reason",
    }

    item = models.ForeignKey(TransmissionItem, on_delete=models.PROTECT, related_name="events")
    old = models.CharField(max_length=12)
    new = models.CharField(max_length=12)
    hold_code = models.CharField(
        max_length=32, blank=True, help_text=_("Why the item was held until then.")
    )
    reason = models.TextField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.item}: {self.old} -> {self.new}"
