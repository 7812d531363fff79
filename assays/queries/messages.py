"""Stored messages, read by the driver and the settings of their instrument as they are now."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import connection

from assays.instruments.dialects import Dialect
from assays.instruments.hl7 import hospital
from assays.instruments.readings import Doubt, Interpretation, Sort
from assays.models import Instrument, ItemEvent, TransmissionMessage
from assays.queries import families
from assays.rules.filing import Hold
from assays.rules.hospital_messages import HospitalMessage
from assays.rules.states import ItemStatus
from labsys.lib.wording import Refused

WIRES = (Dialect.ASTM.value, Dialect.HL7.value)

# A message with the same bytes is the original whatever became of it, unless nobody keeps it. One that
# waits as a whole is one only for those that came after it: of two that wait, one must be read.
_ORIGINALS = """
SELECT m.sha256, min(m.id) FILTER (WHERE NOT w.waits), min(m.id) FILTER (WHERE w.waits)
FROM assays_transmissionmessage m
CROSS JOIN LATERAL (SELECT m.status = 'HELD' AND EXISTS (
    SELECT 1 FROM assays_transmissionitem i
    WHERE i.message_id = m.id AND i.position = 0 AND i.status = 'HELD') AS waits) w
WHERE m.instrument_id = %s AND m.sha256 = ANY(%s) AND m.duplicate_of_id IS NULL
  AND m.status NOT IN ('RECEIVED', 'REJECTED', 'INCOMPLETE')
GROUP BY m.sha256
"""


@dataclass(frozen=True, slots=True)
class Read:
    """One stored message, and what its driver made of it; of a hospital's, what it told."""

    message_id: int
    interpretation: Interpretation
    told: HospitalMessage | None = None

    @property
    def holds_controls(self) -> bool:
        return any(one.sort is Sort.CONTROL for one in self.interpretation.readings)


def read(message_ids: Collection[int]) -> list[Read]:
    """Read messages by their drivers, in the order given; whatever a driver raises goes through."""
    if not message_ids:
        return []
    rows = TransmissionMessage.objects.filter(pk__in=message_ids, instrument__isnull=False)
    found = {row.pk: row for row in rows.select_related("instrument")}
    return [_read(found[id_]) for id_ in message_ids if id_ in found]


def read_for(event_ids: Collection[int]) -> list[Read]:
    """Read the messages whose held items these events ask for, where they came over a wire."""
    if not event_ids:
        return []
    asked = ItemEvent.objects.filter(
        pk__in=list(event_ids), item__status=ItemStatus.HELD, item__message__dialect__in=WIRES
    )
    ids = asked.order_by("item__message").values_list("item__message", flat=True).distinct()
    return read(list(ids))


def _read(message: TransmissionMessage) -> Read:
    instrument, content = message.instrument, bytes(message.content)
    assert instrument is not None
    is_told = instrument.kind == Instrument.Kind.HOSPITAL and message.dialect == Dialect.HL7
    if not (is_told and hospital.is_of_a_hospital(content)):
        return Read(message.pk, interpret(message))
    charset = instrument.settings.get("charset", "")
    told = hospital.read(content, charset=charset, zone=ZoneInfo(instrument.time_zone))
    return Read(message.pk, Interpretation(), told)


def interpret(message: TransmissionMessage) -> Interpretation:
    """Let the driver of a message's instrument read it; a driver that cannot be is a doubt."""
    instrument = message.instrument
    assert instrument is not None
    if message.dialect == Dialect.HL7 and hospital.is_of_a_hospital(bytes(message.content)):
        # Who somebody is, and what is ordered, is never taken from an analyser.
        what = "A message about patients or orders from what is no hospital's system"
        return Interpretation(doubt=Doubt(Hold.OUT_OF_SCOPE, {"what": what}))
    try:
        return families.find(instrument.driver).interpret(
            bytes(message.content),
            dialect=Dialect(message.dialect),
            settings=instrument.settings,
            zone=instrument.time_zone,
        )
    except Refused as refused:
        return Interpretation(doubt=Doubt(Hold.UNREADABLE, {"detail": str(refused).rstrip(".")}))


def originals(
    instrument_id: int, digests: Sequence[bytes]
) -> Mapping[bytes, tuple[int | None, int | None]]:
    """Return, per digest, the first message that was read, and the first that waits as a whole."""
    with connection.cursor() as cursor:
        cursor.execute(_ORIGINALS, [instrument_id, list(digests)])
        return {bytes(digest): (settled, waiting) for digest, settled, waiting in cursor.fetchall()}
