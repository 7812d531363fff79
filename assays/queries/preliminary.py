"""Held values that their instrument had not finished, and whose final value is on record by now."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

LIMIT = 1000

# The final value came later, under the same names, over the same connection.
_FINISHED = """
WITH RECURSIVE systems(system) AS (
    SELECT min(system) FROM assays_specimenidentifier
    UNION ALL
    SELECT (SELECT min(i.system) FROM assays_specimenidentifier i WHERE i.system > s.system)
    FROM systems s WHERE s.system IS NOT NULL
)
SELECT i.id, min(r.id)
FROM assays_transmissionitem i
JOIN assays_transmissionmessage m ON m.id = i.message_id
CROSS JOIN LATERAL (
    SELECT t.id FROM assays_specimen t WHERE t.accession = i.specimen_text
    UNION
    SELECT d.specimen_id FROM systems y JOIN assays_specimenidentifier d ON d.system = y.system
    WHERE d.value = i.specimen_text
) s
JOIN assays_result r ON r.specimen_id = s.id AND r.instrument_id = m.instrument_id
    AND r.run = coalesce(i.content ->> 'run', '')
JOIN assays_transmissionitem f ON f.id = r.transmission_item_id
    AND f.specimen_text = i.specimen_text AND f.code_text = i.code_text
    AND (f.message_id, f.position) > (i.message_id, i.position)
WHERE i.status = 'HELD' AND i.hold_code = 'NOT_FINAL'
GROUP BY i.id ORDER BY i.id LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Finished:
    """A held item, and the result that is its final value."""

    item_id: int
    result_id: int


def finished() -> list[Finished]:
    with connection.cursor() as cursor:
        cursor.execute(_FINISHED, [LIMIT])
        return [Finished(*row) for row in cursor.fetchall()]
