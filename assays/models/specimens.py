"""Specimens: what was drawn from whom, its identifiers, what it is for, and where it has been."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assays.models.catalogue import SpecimenType
from assays.models.orders import Order, OrderItem, Priority
from assays.rules.physiology import CycleState, Fasting
from assays.rules.states import SpecimenStatus
from labsys.accounts.models import Principal
from labsys.lib.choices import choices
from labsys.lib.fields import ExactDecimalField
from labsys.lib.records import Audit, Export, Record
from patients.models import Person


class Specimen(Record):
    """One container of material, known by its accession number from before it is drawn."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset(
        {"status", "collected_at", "collected_by", "received_at", "fasting", "cycle"}
    )
    EXPORT = {
        Export.IDENTIFYING: "accession",
        Export.INDIRECT: "person collected_at",
        Export.CLINICAL: "fasting cycle",
        Export.TECHNICAL: "id order specimen_type parent volume_ml replaces priority status "
        "collected_by received_at recorded_at recorded_by",
    }

    accession = models.CharField(max_length=10, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="specimens")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, related_name="specimens")
    specimen_type = models.ForeignKey(SpecimenType, on_delete=models.PROTECT, related_name="+")
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="aliquots", db_index=False
    )
    volume_ml = ExactDecimalField(null=True, help_text=_("What was poured off, where measured."))
    replaces = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="replaced_by",
        help_text=_("The lost or unsatisfactory specimen this one was asked for instead of."),
    )
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.ROUTINE)
    status = models.CharField(max_length=16, choices=choices(SpecimenStatus))
    collected_at = models.DateTimeField(null=True)
    collected_by = models.ForeignKey(
        Principal, on_delete=models.PROTECT, null=True, related_name="+"
    )
    received_at = models.DateTimeField(null=True)
    fasting = models.CharField(
        max_length=7,
        blank=True,
        choices=choices(Fasting),
        help_text=_("As asked at the draw; empty = not asked."),
    )
    cycle = models.CharField(
        max_length=13,
        blank=True,
        choices=choices(CycleState),
        help_text=_("As asked at the draw; empty = not asked."),
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(accession__regex=r"^[0-9]{9}[0-9X]$"),
                name="assays_specimen_accession_form",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in SpecimenStatus]),
                name="assays_specimen_status_known",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["COLLECTED", "RECEIVED", "AVAILABLE"])
                | Q(collected_at__isnull=False),
                name="assays_specimen_collected_before_use",
            ),
            models.CheckConstraint(
                condition=Q(fasting__in=["", *(one.value for one in Fasting)])
                & Q(cycle__in=["", *(one.value for one in CycleState)]),
                name="assays_specimen_draw_known",
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")), name="assays_specimen_not_own_parent"
            ),
            # A parent never changes and is always the older row, so no specimen descends from itself.
            models.CheckConstraint(
                condition=Q(parent=None) | Q(parent__lt=F("id")),
                name="assays_specimen_parent_older",
            ),
            models.CheckConstraint(
                condition=Q(volume_ml=None) | Q(volume_ml__gt=0),
                name="assays_specimen_volume_positive",
            ),
        ]
        indexes = [
            models.Index(
                fields=["priority", "id"],
                condition=Q(status__in=["EXPECTED", "COLLECTED"]),
                name="assays_specimen_to_come",
            ),
            models.Index(fields=["person", "-id"], name="assays_specimen_by_person"),
            # What arrived on a day.
            models.Index(
                fields=["received_at"],
                condition=Q(received_at__isnull=False, parent=None),
                name="assays_specimen_arrived",
            ),
            models.Index(
                fields=["parent"],
                condition=Q(parent__isnull=False),
                name="assays_specimen_aliquots",
            ),
        ]

    def __str__(self) -> str:
        return self.accession


class SpecimenIdentifier(Record):
    """Another system's identifier of a specimen, as registered here."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.IDENTIFYING: "value",
        Export.TECHNICAL: "id specimen system recorded_at recorded_by",
    }

    specimen = models.ForeignKey(Specimen, on_delete=models.PROTECT, related_name="identifiers")
    system = models.CharField(max_length=120)
    value = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["system", "value"], name="assays_specimenidentifier_unique_in_system"
            )
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.value}"


class SpecimenItem(Record):
    """This specimen serves this order item."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id specimen item"}

    specimen = models.ForeignKey(
        Specimen, on_delete=models.PROTECT, related_name="specimen_items", db_index=False
    )
    item = models.ForeignKey(
        OrderItem, on_delete=models.PROTECT, related_name="specimen_items", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["specimen", "item"], name="assays_specimenitem_once")
        ]
        indexes = [models.Index(fields=["item", "specimen"], name="assays_specimenitem_of_item")]

    def __str__(self) -> str:
        return f"{self.specimen} for {self.item}"


class SpecimenEvent(Record):
    """One move of a specimen, with what was checked."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "happened_at",
        Export.TECHNICAL: "id specimen old new reason_code identifiers_checked recorded_by recorded_at",
        Export.CLINICAL: "reason",
    }

    specimen = models.ForeignKey(Specimen, on_delete=models.PROTECT, related_name="events")
    old = models.CharField(max_length=16, blank=True)
    new = models.CharField(max_length=16)
    reason_code = models.CharField(max_length=8, blank=True, help_text=_("HL7 table 0490"))
    reason = models.TextField(blank=True)
    identifiers_checked = models.JSONField(
        default=list, help_text=_("Which identifiers of the patient agreed; never their values.")
    )
    happened_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [
            # What was refused or lost on a day.
            models.Index(
                fields=["recorded_at"],
                condition=Q(new__in=["UNSATISFACTORY", "LOST"]),
                name="assays_specimenevent_failed",
            )
        ]

    def __str__(self) -> str:
        return f"{self.specimen}: {self.old} -> {self.new}"


class AliquotDecision(Record):
    """What was decided about an aliquot whose parent turned out unfit."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.TECHNICAL: "id aliquot because is_kept recorded_by recorded_at",
        Export.CLINICAL: "reason",
    }

    aliquot = models.ForeignKey(Specimen, on_delete=models.PROTECT, related_name="decisions")
    because = models.ForeignKey(SpecimenEvent, on_delete=models.PROTECT, related_name="+")
    is_kept = models.BooleanField()
    reason = models.TextField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["aliquot", "because"], name="assays_aliquotdecision_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.aliquot} {'kept' if self.is_kept else 'refused'}"
