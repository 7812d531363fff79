"""What a hospital's order left to be looked at by somebody in the laboratory; it holds nothing up."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assays.models.orders import Order
from assays.rules.order_notices import NoticeKind
from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record

KINDS = [
    (NoticeKind.DUPLICATE.value, _("ordered lately already")),
    (NoticeKind.TUBE.value, _("tube not assigned")),
]


class OrderNotice(Record):
    """One thing to look at about an order; `earlier` is the order that it repeats, where it does."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.CLINICAL: "text",
        Export.TECHNICAL: "id order kind earlier recorded_by recorded_at",
    }

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=9, choices=KINDS)
    earlier = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, related_name="+")
    text = models.TextField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[one.value for one in NoticeKind]),
                name="assays_ordernotice_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(kind=NoticeKind.DUPLICATE.value, earlier__isnull=False)
                | (~Q(kind=NoticeKind.DUPLICATE.value) & Q(earlier=None)),
                name="assays_ordernotice_names_what_it_repeats",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class OrderNoticeSeen(Record):
    """Somebody looked at a notice, and says what was found or done."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.CLINICAL: "reason",
        Export.TECHNICAL: "id notice recorded_by recorded_at",
    }

    notice = models.OneToOneField(OrderNotice, on_delete=models.PROTECT, related_name="seen")
    reason = models.TextField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.notice}: {self.reason}"
