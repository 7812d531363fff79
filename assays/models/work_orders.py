"""What instruments were told to measure: each answer to a question, and each test of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assays.models.dispatches import Dispatch
from assays.models.instruments import Instrument
from assays.models.orders import OrderItem
from assays.models.specimens import Specimen
from assays.models.transmissions import TransmissionMessage
from assays.rules.worklists import REASONS, Nothing, WorkStatus
from labsys.accounts.models import Principal
from labsys.lib.choices import choices
from labsys.lib.records import Audit, Export, Record


class WorkAnswer(Record):
    """What an instrument was told of one identifier that it asked for: its specimen's work, or why
    there is none."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.IDENTIFYING: "asked",
        Export.TECHNICAL: "id message position specimen nothing recorded_by recorded_at",
    }

    message = models.ForeignKey(
        TransmissionMessage, on_delete=models.PROTECT, related_name="answers", db_index=False
    )
    position = models.PositiveIntegerField()
    asked = models.CharField(max_length=200, blank=True)
    specimen = models.ForeignKey(Specimen, on_delete=models.PROTECT, null=True, related_name="+")
    nothing = models.CharField(
        max_length=9, blank=True, choices=choices(Nothing), help_text=_("Why no work was told.")
    )
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message", "position"], name="assays_workanswer_position"
            ),
            models.CheckConstraint(
                condition=Q(nothing="", specimen__isnull=False) | ~Q(nothing=""),
                name="assays_workanswer_of_a_specimen_or_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message}: {self.asked}"

    @property
    def why(self) -> str:
        """Why no work was told, as a sentence."""
        return str(_(REASONS[Nothing(self.nothing)])) if self.nothing else ""


class WorkOrder(Record):
    """One test that one instrument was told to measure in one specimen, and what it said to that.

    `number` counts how often it was told. The dispatch is none where the reply to a question held
    the orders itself.
    """

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"status", "cancelled_by"})
    EXPORT = {
        Export.TECHNICAL: "id instrument specimen order_item code number status answer dispatch "
        "cancelled_by recorded_by recorded_at",
    }

    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, related_name="work_orders", db_index=False
    )
    specimen = models.ForeignKey(Specimen, on_delete=models.PROTECT, related_name="work_orders")
    order_item = models.ForeignKey(
        OrderItem, on_delete=models.PROTECT, related_name="work_orders", db_index=False
    )
    code = models.CharField(max_length=64)
    number = models.PositiveIntegerField(default=1)
    status = models.CharField(max_length=10, choices=choices(WorkStatus))
    answer = models.ForeignKey(
        WorkAnswer, on_delete=models.PROTECT, null=True, related_name="work_orders"
    )
    dispatch = models.ForeignKey(
        Dispatch, on_delete=models.PROTECT, null=True, related_name="work_orders"
    )
    cancelled_by = models.ForeignKey(
        Dispatch, on_delete=models.PROTECT, null=True, related_name="work_cancelled"
    )
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            # Nothing is told twice: of two that would tell the same, one fails.
            models.UniqueConstraint(
                fields=["order_item", "instrument", "specimen", "number"],
                name="assays_workorder_told_once",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in WorkStatus]),
                name="assays_workorder_status_known",
            ),
            models.CheckConstraint(
                condition=Q(answer__isnull=False) | Q(dispatch__isnull=False),
                name="assays_workorder_told_by_something",
            ),
        ]
        indexes = [
            models.Index(
                fields=["instrument", "specimen"],
                condition=Q(status__in=["TOLD", "TAKEN"]),
                name="assays_workorder_standing",
            ),
            # Lists of one instrument, and of what did not go as usual.
            models.Index(fields=["instrument", "-id"], name="assays_workorder_newest"),
            models.Index(
                fields=["status", "-id"],
                condition=Q(status__in=[s.value for s in WorkStatus if s is not WorkStatus.DONE]),
                name="assays_workorder_not_done",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instrument}: {self.specimen} {self.code}"

    @property
    def label(self) -> str:
        """Its number in a message, by which an instrument answers."""
        return f"W{self.pk}"
