"""Quarantine: orders to stay apart, what moves their end later, and their early end."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record, RecordQuerySet
from patients.models.exposures import Exposure
from patients.models.links import ReadAs
from patients.models.persons import Person
from patients.models.places import Location
from patients.models.quarantine_rules import QuarantineKind, QuarantineRule


class QuarantineOrder(Record):
    """A person is to stay apart from others between two moments.

    `derived_ends_at` is what the rule said when it was ordered, from the exposure that is its basis;
    `ends_at` is the end ordered: the same, one stated by hand that lies later, or open.
    """

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "person location place starts_at ends_at derived_ends_at",
        Export.CLINICAL: "kind agent reason",
        Export.TECHNICAL: "id rule basis recorded_at recorded_by",
    }

    Kind = QuarantineKind

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="quarantine_orders")
    kind = models.CharField(max_length=13, choices=Kind.choices)
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    place = models.CharField(max_length=200, blank=True)
    agent = models.CharField(max_length=80, blank=True)
    reason = models.TextField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    rule = models.ForeignKey(
        QuarantineRule,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
        help_text=_("The rule that was in force for the agent and kind when it was ordered."),
    )
    basis = models.ForeignKey(
        Exposure,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("The last exposure that was known when it was ordered."),
    )
    derived_ends_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("quarantine order")
        verbose_name_plural = _("quarantine orders")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="patients_quarantineorder_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(derived_ends_at=None)
                | Q(rule__isnull=False, basis__isnull=False)
                & (Q(ends_at=None) | Q(ends_at__gte=F("derived_ends_at"))),
                name="patients_quarantineorder_not_before_rule",
            ),
        ]
        indexes = [
            # Who is apart now, and until when: asked by every list and by what is free.
            models.Index(fields=["ends_at", "starts_at"], name="patients_quarantine_running"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_kind_display()}"


class QuarantineExtensionQuerySet(RecordQuerySet):
    def standing(self) -> QuarantineExtensionQuerySet:
        """Extensions that count now: the exposure is of an entry read as the person of the order.

        What a link of two entries moved counts no longer once that link is undone.
        """
        found: QuarantineExtensionQuerySet = self.filter(
            Exact(ReadAs("exposure__person"), ReadAs("order__person"))
        )
        return found


class QuarantineExtension(Record):
    """A further exposure to the agent moved the end of an order later, while it is of that person."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "ends_at",
        Export.TECHNICAL: "id order exposure recorded_at recorded_by",
    }

    order = models.ForeignKey(QuarantineOrder, on_delete=models.PROTECT, related_name="extensions")
    exposure = models.ForeignKey(Exposure, on_delete=models.PROTECT, related_name="+")
    ends_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    objects = QuarantineExtensionQuerySet.as_manager()

    class Meta:
        verbose_name = _("extension of a quarantine")
        verbose_name_plural = _("extensions of quarantines")
        constraints = [
            models.UniqueConstraint(
                fields=["order", "exposure"], name="patients_quarantineextension_once"
            )
        ]
        indexes = [models.Index(fields=["ends_at"], name="patients_quarantine_later")]

    def __str__(self) -> str:
        return f"{self.order} {self.ends_at:%Y-%m-%d %H:%M}"


class QuarantineLift(Record):
    """The early end of a quarantine order."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "lifted_at",
        Export.CLINICAL: "reason",
        Export.TECHNICAL: "id order recorded_at recorded_by",
    }

    order = models.OneToOneField(QuarantineOrder, on_delete=models.PROTECT, related_name="lift")
    lifted_at = models.DateTimeField()
    reason = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("lift of a quarantine")
        verbose_name_plural = _("lifts of quarantines")

    def __str__(self) -> str:
        return f"{self.order} lifted"
