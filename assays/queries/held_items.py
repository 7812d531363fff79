"""Held items, and which of them are held for want of something that is here by now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from assays.rules.filing import PASSING

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
      WHEN 'UNKNOWN_SPECIMEN' THEN f.named > 0
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
LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Resolvable:
    """A held item whose obstacle is gone."""

    item_id: int
    instrument_id: int
    hold_code: str


def resolvable(*, sweep_id: int, specimens: Sequence[str] | None = None) -> list[Resolvable]:
    """Return held items that can be read again, of these specimens (as sent) or of all."""
    parameters = {
        "passing": [hold.value for hold in PASSING],
        "specimens": list(specimens) if specimens is not None else None,
        "sweep": sweep_id,
        "limit": LIMIT,
    }
    with connection.cursor() as cursor:
        cursor.execute(_RESOLVABLE, parameters)
        return [Resolvable(*row) for row in cursor.fetchall()]
