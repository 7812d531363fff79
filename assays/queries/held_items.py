"""Held items, and which of them are held for want of something that is here by now."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from assays.models import Specimen, SpecimenIdentifier, TransmissionItem
from assays.rules.filing import PASSING, Foreign, Hold
from assays.rules.states import ItemStatus

# How long a value of an unknown specimen is filed by itself once that is registered, in days, where
# the instrument is not set to something else: an identifier may be given to another specimen later.
WAITS = 14

# One automatic try per item and reason: what is held again for the same reason waits for a person.
# The specimen is looked up as the item names it: by accession, by a registered identifier, or, where
# it came over a wire, by an identifier of whichever system (see assays.queries.filing).
_RESOLVABLE = """
WITH RECURSIVE systems(system) AS (
    SELECT min(system) FROM assays_specimenidentifier
    UNION ALL
    SELECT (SELECT min(i.system) FROM assays_specimenidentifier i WHERE i.system > s.system)
    FROM systems s WHERE s.system IS NOT NULL
)
SELECT i.id, m.instrument_id, i.hold_code
FROM assays_transmissionitem i
JOIN assays_transmissionmessage m ON m.id = i.message_id
JOIN assays_instrument n ON n.id = m.instrument_id
LEFT JOIN assays_codemapping c
  ON c.instrument_id = m.instrument_id AND c.code = i.code_text AND c.status = 'ACTIVE'
LEFT JOIN assays_assay a ON a.id = c.assay_id
LEFT JOIN assays_assayversion v ON v.assay_id = a.id AND v.status = 'ACTIVE'
CROSS JOIN LATERAL (
    SELECT min(x.id) AS id, count(DISTINCT x.id) AS named FROM (
        SELECT t.id FROM assays_specimen t WHERE t.accession = i.content ->> 'specimen'
        UNION ALL
        SELECT d.specimen_id FROM assays_specimenidentifier d
        WHERE d.system = i.content -> 'specimen' ->> 'system'
          AND d.value = i.content -> 'specimen' ->> 'value'
        UNION ALL
        SELECT d.specimen_id FROM systems y JOIN assays_specimenidentifier d ON d.system = y.system
        WHERE m.dialect <> 'HTTP' AND d.value = i.content ->> 'specimen') x
) f
LEFT JOIN assays_specimen s ON s.id = f.id AND f.named = 1
WHERE i.status = 'HELD' AND i.hold_code = ANY(%(passing)s)
  AND (%(specimens)s::text[] IS NULL OR i.specimen_text = ANY(%(specimens)s))
  AND CASE i.hold_code
      WHEN 'UNKNOWN_SPECIMEN' THEN f.named > 0 AND m.received_at >= %(at)s
          - make_interval(days => coalesce((n.settings ->> 'waits_days')::int, %(waits)s))
      WHEN 'NOT_COLLECTED' THEN s.status <> 'EXPECTED'
      WHEN 'UNMAPPED_CODE' THEN c.id IS NOT NULL
      WHEN 'NOT_IN_USE' THEN v.id IS NOT NULL
      WHEN 'NOT_ORDERED' THEN EXISTS (
          SELECT 1 FROM assays_specimenitem x
          JOIN assays_orderitem o ON o.id = x.item_id
          JOIN assays_order p ON p.id = o.order_id
          WHERE x.specimen_id = s.id AND o.assay_id = a.id AND p.status <> 'DRAFT')
      WHEN 'UNIT' THEN i.content ->> 'unit' = v.unit OR EXISTS (
          SELECT 1 FROM assays_unitconversion u
          WHERE u.analyte_id = a.analyte_id AND u.status = 'ACTIVE'
            AND u.from_unit = i.content ->> 'unit' AND u.to_unit = v.unit)
      WHEN 'CORRECTION_UNKNOWN' THEN EXISTS (
          SELECT 1 FROM assays_result r JOIN assays_assayversion w ON w.id = r.assay_version_id
          WHERE r.specimen_id = s.id AND w.assay_id = a.id AND r.instrument_id = m.instrument_id)
      ELSE false END
  AND NOT EXISTS (
      SELECT 1 FROM assays_itemevent e
      WHERE e.item_id = i.id AND e.hold_code = i.hold_code AND e.recorded_by_id = %(sweep)s)
ORDER BY i.id LIMIT %(limit)s
"""
_OVERDUE = """
SELECT i.id, w.days FROM assays_transmissionitem i
JOIN assays_transmissionmessage m ON m.id = i.message_id
JOIN assays_instrument n ON n.id = m.instrument_id
CROSS JOIN LATERAL (SELECT coalesce((n.settings ->> 'waits_days')::int, %s) AS days) w
WHERE i.status = 'HELD' AND i.hold_code = 'UNKNOWN_SPECIMEN'
  AND m.received_at < %s - make_interval(days => w.days)
ORDER BY i.id LIMIT %s
"""
LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Resolvable:
    """A held item whose obstacle is gone."""

    item_id: int
    instrument_id: int
    hold_code: str


def overdue(*, at: datetime) -> dict[int, int]:
    """Return the items whose specimen has been unknown for too long, and for how many days it may be."""
    with connection.cursor() as cursor:
        cursor.execute(_OVERDUE, [WAITS, at, LIMIT])
        return dict(cursor.fetchall())


def naming_another(person_ids: Collection[int]) -> list[Resolvable]:
    """Return the items held because they name another person than one of these."""
    specimens = Specimen.objects.filter(person__in=person_ids)
    names = SpecimenIdentifier.objects.filter(specimen__in=specimens)
    texts = {*specimens.values_list("accession", flat=True)}
    for system, value in names.values_list("system", "value"):
        texts |= {value, str(Foreign(system, value))}
    rows = TransmissionItem.objects.filter(
        status=ItemStatus.HELD,
        hold_code=Hold.IDENTITY_CONFLICT,
        specimen_text__in=texts,
        message__instrument__isnull=False,
    )
    found = rows.order_by("pk").values_list("pk", "message__instrument", "hold_code")
    return [Resolvable(*row) for row in found]


def resolvable(
    *, sweep_id: int, at: datetime, specimens: Sequence[str] | None = None
) -> list[Resolvable]:
    """Return held items that can be read again, of these specimens (as sent) or of all."""
    parameters = {
        "passing": [hold.value for hold in PASSING],
        "specimens": list(specimens) if specimens is not None else None,
        "sweep": sweep_id,
        "limit": LIMIT,
        "at": at,
        "waits": WAITS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_RESOLVABLE, parameters)
        return [Resolvable(*row) for row in cursor.fetchall()]
