"""What was asked for: orders, their items, and the moves of both."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assays.models.catalogue import Assay, PanelVersion
from assays.rules.states import OrderItemStatus, OrderStatus
from labsys.accounts.models import Principal
from labsys.lib.choices import choices
from labsys.lib.records import Audit, Export, Record
from patients.models import Encounter, Person


class Priority(models.IntegerChoices):
    """The smaller, the sooner; work items carry the same numbers."""

    STAT = 0, "STAT"
    ASAP = 1, "ASAP"
    URGENT = 2, "URGENT"
    ROUTINE = 3, "ROUTINE"


class Order(Record):
    """A request by one clinician for laboratory work on one person."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"status"})
    EXPORT = {
        Export.INDIRECT: "person encounter",
        Export.CLINICAL: "clinical_question",
        Export.TECHNICAL: "id requester priority intent status recorded_at recorded_by",
    }

    class Intent(models.TextChoices):
        ORDER = "ORDER", _("order")
        REFLEX_ORDER = "REFLEX_ORDER", _("reflex order")

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="orders", db_index=False
    )
    requester = models.ForeignKey(
        Principal, on_delete=models.PROTECT, related_name="orders", db_index=False
    )
    encounter = models.ForeignKey(
        Encounter, on_delete=models.PROTECT, null=True, blank=True, related_name="orders"
    )
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.ROUTINE)
    intent = models.CharField(max_length=12, choices=Intent.choices, default=Intent.ORDER)
    clinical_question = models.TextField(blank=True)
    status = models.CharField(max_length=16, choices=choices(OrderStatus))
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in OrderStatus]),
                name="assays_order_status_known",
            )
        ]
        indexes = [
            models.Index(fields=["requester", "-id"], name="assays_order_by_requester"),
            models.Index(fields=["person", "-id"], name="assays_order_by_person"),
            models.Index(fields=["id"], condition=Q(status="ACTIVE"), name="assays_order_active"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class OrderItem(Record):
    """One assay asked for by an order."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"status"})
    EXPORT = {Export.TECHNICAL: "id order assay panel_version status"}

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="items", db_index=False)
    assay = models.ForeignKey(Assay, on_delete=models.PROTECT, related_name="order_items")
    panel_version = models.ForeignKey(
        PanelVersion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    status = models.CharField(max_length=12, choices=choices(OrderItemStatus))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order", "assay"], name="assays_orderitem_once_per_order"
            ),
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in OrderItemStatus]),
                name="assays_orderitem_status_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order}: {self.assay}"


class OrderEvent(Record):
    """One move of an order, or of one of its items."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.TECHNICAL: "id order item old new recorded_by recorded_at",
        Export.CLINICAL: "reason",
    }

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="events")
    item = models.ForeignKey(OrderItem, on_delete=models.PROTECT, null=True, related_name="events")
    old = models.CharField(max_length=16, blank=True)
    new = models.CharField(max_length=16)
    reason = models.TextField(blank=True)
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.order}: {self.old} -> {self.new}"
