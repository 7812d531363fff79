"""What became of specimens, to look at: receipts, labels, handovers, storage, shipments, disposal."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from assays.admin.linked import LinkedAdmin
from assays.models import (
    AliquotDecision,
    CustodyTransfer,
    Disposal,
    DisposalLine,
    LabelPrint,
    Receipt,
    ReferralLaboratory,
    Shipment,
    ShipmentLine,
    StorageUnit,
    StorageUnitMove,
    StoredSpecimen,
)
from labsys.lib.admin import RecordAdmin


class OfSpecimenAdmin(LinkedAdmin):
    """Found by the accession number, and leads to the specimen."""

    address = "specimen"
    leads_to = _("The specimen")
    list_select_related = ("specimen", "recorded_by")
    search_fields = ("=specimen__accession",)

    def led_by(self, row: Any) -> str:
        return str(row.specimen.accession)


@admin.register(Receipt)
class ReceiptAdmin(LinkedAdmin):
    """Every scan at the reception, also of what is no specimen."""

    list_display = ("scan", "specimen", "outcome", "conditions", "recorded_by", "recorded_at")
    list_filter = ("outcome",)
    list_select_related = ("specimen", "recorded_by")
    search_fields = ("=scan", "=specimen__accession")


@admin.register(LabelPrint)
class LabelPrintAdmin(OfSpecimenAdmin):
    """Every label that was printed."""

    list_display = ("specimen", "form", "copies", "is_reprint", "recorded_by", "recorded_at")
    list_filter = ("form", "is_reprint")


@admin.register(CustodyTransfer)
class CustodyTransferAdmin(OfSpecimenAdmin):
    """Who gave specimens to whom."""

    list_display = ("specimen", "giver_name", "taker_name", "place", "happened_at", "recorded_by")
    list_select_related = ("specimen", "place", "recorded_by")


@admin.register(AliquotDecision)
class AliquotDecisionAdmin(LinkedAdmin):
    """What was decided about aliquots of specimens that turned out unfit."""

    address = "specimen"
    leads_to = _("The aliquot")
    list_display = ("aliquot", "is_kept", "reason", "recorded_by", "recorded_at")
    list_filter = ("is_kept",)
    list_select_related = ("aliquot", "recorded_by")
    search_fields = ("=aliquot__accession",)

    def led_by(self, row: Any) -> str:
        return str(row.aliquot.accession)


@admin.register(StorageUnit)
class StorageUnitAdmin(LinkedAdmin):
    """Rooms, freezers, racks and boxes."""

    address = "storage-unit"
    leads_to = _("The place")
    list_display = ("code", "name", "kind", "parent", "temperature", "is_active")
    list_filter = ("kind", "is_active")
    list_select_related = ("parent",)
    search_fields = ("=code", "name")
    ordering = ("code",)


@admin.register(StorageUnitMove)
class StorageUnitMoveAdmin(RecordAdmin):
    """Where places stood."""

    list_display = ("unit", "what", "old", "new", "recorded_by", "recorded_at")
    list_filter = ("what",)
    list_select_related = ("unit", "old", "new", "recorded_by")
    search_fields = ("=unit__code",)
    ordering = ("-id",)


@admin.register(StoredSpecimen)
class StoredSpecimenAdmin(OfSpecimenAdmin):
    """Which specimen stood in which position, from when until when."""

    list_display = ("specimen", "unit", "row", "column", "stored_at", "stored_by", "left_at")
    list_filter = (("left_at", admin.EmptyFieldListFilter),)
    list_select_related = ("specimen", "unit", "stored_by")
    search_fields = ("=specimen__accession", "=unit__code")


@admin.register(ReferralLaboratory)
class ReferralLaboratoryAdmin(RecordAdmin):
    """Laboratories that specimens are sent to."""

    list_display = ("code", "name", "is_active")
    list_filter = ("is_active",)
    search_fields = ("=code", "name")
    ordering = ("name",)


@admin.register(Shipment)
class ShipmentAdmin(LinkedAdmin):
    """Shipments with their manifests."""

    address = "shipment"
    leads_to = _("The shipment")
    exclude = ("manifest",)
    list_display = ("__str__", "destination", "status", "sent_at", "sent_by", "recorded_at")
    list_filter = ("status",)
    list_select_related = ("destination", "sent_by")
    search_fields = ("=id", "=tracking")


@admin.register(ShipmentLine)
class ShipmentLineAdmin(OfSpecimenAdmin):
    """Single specimens of shipments."""

    list_display = ("specimen", "shipment", "status", "condition", "results_at")
    list_filter = ("status",)
    list_select_related = ("specimen", "shipment")


@admin.register(Disposal)
class DisposalAdmin(LinkedAdmin):
    """Batches that were destroyed, or given up."""

    address = "disposal"
    leads_to = _("The batch")
    list_display = ("__str__", "status", "method", "recorded_by", "decided_by", "decided_at")
    list_filter = ("status",)
    list_select_related = ("recorded_by", "decided_by")
    search_fields = ("=id",)


@admin.register(DisposalLine)
class DisposalLineAdmin(OfSpecimenAdmin):
    """Single specimens of batches."""

    list_display = ("specimen", "disposal", "is_open", "left_out")
    list_filter = ("is_open",)
    list_select_related = ("specimen", "disposal")
