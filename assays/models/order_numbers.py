"""What an order is called where it was placed: placer, filler and group numbers, and who asked."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from assays.models.instruments import Instrument
from assays.models.orders import Order, OrderItem
from assays.models.transmissions import TransmissionItem
from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record


class OrderSource(Record):
    """An order that a hospital's system placed, and who asked for it there, as that system names them."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.TECHNICAL: "id order instrument requester_id_text requester_text ordered_at "
        "recorded_by recorded_at"
    }

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="source")
    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, related_name="placed_orders"
    )
    requester_id_text = models.CharField(max_length=200, blank=True)
    requester_text = models.CharField(max_length=200, blank=True)
    ordered_at = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.order} of {self.instrument}"


class OrderNumber(Record):
    """One order line as the hospital numbers it (ORC-2, ORC-4) and as we do (ORC-3).

    A placer's number is used once on a connection; the group is that of lines which belong together.
    `code` and `text` are what was ordered, as it was called there.
    """

    AUDIT = Audit.FACT
    EXPORT = {
        Export.TECHNICAL: "id order instrument placer filler group code code_system text item "
        "recorded_by recorded_at"
    }

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="numbers")
    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, related_name="order_numbers", db_index=False
    )
    placer = models.CharField(max_length=200)
    filler = models.CharField(max_length=40, unique=True)
    group = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=64)
    code_system = models.CharField(max_length=200, blank=True)
    text = models.CharField(max_length=200, blank=True)
    item = models.ForeignKey(TransmissionItem, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["instrument", "placer"], name="assays_ordernumber_placer_once"
            ),
            models.CheckConstraint(
                condition=~Q(placer="") & ~Q(filler=""), name="assays_ordernumber_both_numbers"
            ),
        ]
        indexes = [
            # What is searched for without its namespace.
            models.Index(
                fields=["placer"],
                opclasses=["text_pattern_ops"],
                name="assays_ordernumber_by_placer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.placer} = {self.filler}"


class OrderNumberItem(Record):
    """One test that an order line stands for: of a panel there are several."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id number order_item recorded_by recorded_at"}

    number = models.ForeignKey(OrderNumber, on_delete=models.PROTECT, related_name="items")
    order_item = models.OneToOneField(OrderItem, on_delete=models.PROTECT, related_name="numbered")
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.number}: {self.order_item}"
