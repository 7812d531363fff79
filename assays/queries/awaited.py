"""What an instrument would find on its rack: specimens here that wait for values it can measure."""

from __future__ import annotations

from assays.models import Instrument, SpecimenItem
from assays.queries import catalogue
from assays.rules.states import OrderItemStatus, OrderStatus, SpecimenStatus

HERE = (SpecimenStatus.COLLECTED, SpecimenStatus.RECEIVED, SpecimenStatus.AVAILABLE)
OPEN = (OrderItemStatus.ORDERED, OrderItemStatus.IN_PROCESS)


def awaited_of(instrument: Instrument, *, most: int) -> list[tuple[str, list[str]]]:
    """Return up to `most` accession numbers with the codes wanted of each, the most urgent first.

    A code is wanted where it is mapped, its assay is ordered on the specimen and no value came yet.
    """
    held = catalogue.current()
    codes = {
        mapped.assay_id: code
        for (instrument_id, code), mapped in held.mappings.items()
        if instrument_id == instrument.pk
    }
    rows = (
        SpecimenItem.objects.filter(
            specimen__status__in=HERE,
            item__assay_id__in=codes,
            item__status__in=OPEN,
            item__order__status=OrderStatus.ACTIVE,
            item__results=None,
        )
        .order_by("specimen__priority", "specimen_id", "pk")
        .values_list("specimen__accession", "item__assay_id")
    )
    found: dict[str, list[str]] = {}
    for accession, assay_id in rows.iterator():
        if accession not in found and len(found) == most:
            break
        found.setdefault(accession, []).append(codes[assay_id])
    return list(found.items())
