"""What became of messages that were sent: whether they are kept, and each value once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from assays.models import Instrument, Result, TransmissionItem, TransmissionMessage


@dataclass
class Arrivals:
    """Of the messages of an instrument with these control ids: how they stand."""

    messages: Counter[str] = field(default_factory=Counter)
    items: Counter[str] = field(default_factory=Counter)
    missing: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        stored = ", ".join(f"{count} {name}" for name, count in sorted(self.messages.items()))
        values = ", ".join(f"{count} {name}" for name, count in sorted(self.items.items()))
        return (
            f"stored: {stored or 'nothing'}; values: {values or 'none'}; "
            f"{len(self.missing)} lost, {len(self.twice)} filed twice"
        )


def of(control_ids: Collection[str], instrument: Instrument | None = None) -> Arrivals:
    """Look for messages that were acknowledged; those that are not kept whole are missing."""
    kept = TransmissionMessage.objects.filter(control_id__in=list(control_ids))
    kept = kept.exclude(status__in=("INCOMPLETE", "REJECTED"))
    if instrument is not None:
        kept = kept.filter(instrument=instrument)
    found = Arrivals()
    rows = list(kept.values_list("pk", "control_id", "status"))
    found.messages = Counter(status for _pk, _id, status in rows)
    found.missing = sorted(set(control_ids) - {control_id for _pk, control_id, _status in rows})
    keys = [pk for pk, _id, _status in rows]
    items = TransmissionItem.objects.filter(message__in=keys)
    found.items = Counter(items.values_list("status", flat=True))
    filed = Counter(
        Result.objects.filter(transmission_item__message__in=keys).values_list(
            "specimen__accession",
            "analyte__code",
            "observed_at",
            "transmission_item__message__control_id",
        )
    )
    found.twice = [" ".join(map(str, key)) for key, count in filed.items() if count > 1]
    return found
