"""Shipments read together: the list, one with its specimens, and what its manifest says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from assays.models import OrderItem, Shipment, ShipmentEvent, ShipmentLine, SpecimenItem
from assays.rules.shipments import AWAY, LineStatus, ShipmentStatus
from patients.models import Person

PAGE = 50
OPEN = (
    ShipmentStatus.DRAFT,
    ShipmentStatus.SENT,
    ShipmentStatus.RECEIVED,
    ShipmentStatus.RETURNED,
)


@dataclass(frozen=True)
class Page:
    """Some shipments, the newest first, and where the next page begins."""

    shipments: list[Shipment]
    after: int | None


def page(*, is_open: bool, after: int | None = None) -> Page:
    """Return shipments with the number of specimens in each and of those still away."""
    rows = Shipment.objects.select_related("destination", "sent_by__user").annotate(
        held=Count("lines", filter=~Q(lines__status=LineStatus.UNPACKED)),
        away=Count("lines", filter=Q(lines__status__in=AWAY)),
    )
    if is_open:
        rows = rows.filter(status__in=OPEN)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    return Page(found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None)


def lines(shipment: Shipment) -> list[ShipmentLine]:
    """Return the specimens of a shipment with what is to be measured on each."""
    rows = ShipmentLine.objects.filter(shipment=shipment).exclude(status=LineStatus.UNPACKED)
    return list(with_context(rows).order_by("pk"))


def events(shipment: Shipment) -> list[ShipmentEvent]:
    """Return every step of a shipment, the newest first."""
    rows = ShipmentEvent.objects.filter(shipment=shipment)
    return list(rows.select_related("line__specimen", "recorded_by__user").order_by("-pk")[:500])


def with_context(rows: QuerySet[ShipmentLine]) -> QuerySet[ShipmentLine]:
    """Fetch with each line its specimen, patient and open items."""
    items = OrderItem.objects.select_related("assay__analyte")
    links = SpecimenItem.objects.prefetch_related(Prefetch("item", items)).order_by("pk")
    return rows.select_related("specimen__specimen_type").prefetch_related(
        Prefetch("specimen__person", Person.objects.listed()),
        Prefetch("specimen__specimen_items", links),
    )


def manifest(shipment: Shipment, packed: Sequence[ShipmentLine]) -> dict[str, Any]:
    """Return what a manifest says, frozen when the shipment is sent.

    A patient is named by number, birth date and sex, as on the label; never by name.
    """
    rows = with_context(ShipmentLine.objects.filter(pk__in=[line.pk for line in packed]))
    return {
        "shipment": str(shipment),
        "destination": shipment.destination.name,
        "address": shipment.destination.address,
        "temperature": shipment.temperature,
        "courier": shipment.courier,
        "tracking": shipment.tracking,
        "sent_at": shipment.sent_at.isoformat() if shipment.sent_at else "",
        "lines": [_line(line) for line in rows.order_by("pk")],
    }


def _line(line: ShipmentLine) -> dict[str, Any]:
    specimen, person = line.specimen, line.specimen.person
    tests = [f"{link.item.assay.analyte.code}" for link in specimen.specimen_items.all()]
    return {
        "accession": specimen.accession,
        "specimen": specimen.specimen_type.name,
        "volume_ml": None if specimen.volume_ml is None else str(specimen.volume_ml),
        "mrn": person.mrn,
        "born": person.birth_date.isoformat() if person.birth_date else "",
        "sex": person.sex,
        "collected_at": specimen.collected_at.isoformat() if specimen.collected_at else "",
        "tests": tests,
    }
