"""What became of messages that a hospital's system sent, by their control ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from assays.models import HospitalAct, Instrument, TransmissionItem, TransmissionMessage
from assays.rules.states import ItemStatus, MessageStatus


@dataclass
class Told:
    """How the messages stand, what was done about what they ask for, and what of it is held why."""

    messages: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)
    missing: list[str] = field(default_factory=list)

    @property
    def is_read(self) -> bool:
        return not self.messages[MessageStatus.RECEIVED]

    def __str__(self) -> str:
        parts = (self.messages, self.done, self.held)
        named = (
            ", ".join(f"{count} {name}" for name, count in sorted(one.items())) for one in parts
        )
        stored, done, held = (text or "nothing" for text in named)
        return f"stored: {stored}; done: {done}; held: {held}; {len(self.missing)} lost"


def of(control_ids: Collection[str], instrument: Instrument) -> Told:
    """Look for messages that were acknowledged; those that are not kept are missing."""
    rows = TransmissionMessage.objects.filter(
        instrument=instrument, control_id__in=list(control_ids)
    )
    kept = list(rows.values_list("pk", "control_id", "status"))
    keys = [pk for pk, _id, _status in kept]
    acts = HospitalAct.objects.filter(item__message__in=keys).values_list("act", "outcome")
    held = TransmissionItem.objects.filter(message__in=keys, status=ItemStatus.HELD)
    return Told(
        messages=Counter(status for _pk, _id, status in kept),
        done=Counter(f"{act} {outcome}" for act, outcome in acts),
        held=Counter(held.values_list("hold_code", flat=True)),
        missing=sorted(set(control_ids) - {id_ for _pk, id_, _status in kept}),
    )
