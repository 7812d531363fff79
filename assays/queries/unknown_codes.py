"""Codes that no mapping gives a meaning, and the incidents about them.

An incident names the first item that was held for its code; every item of that instrument and code
belongs to it. What came in before an incident was settled never opens another.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from assays.models import TransmissionItem
from assays.queries.nonconformities import covers

LIMIT = 100

_NEW = f"""
SELECT DISTINCT ON (m.instrument_id, i.code_text) i.id, m.instrument_id, i.code_text
FROM assays_transmissionitem i
JOIN assays_transmissionmessage m ON m.id = i.message_id
WHERE i.status = 'HELD' AND i.hold_code = 'UNMAPPED_CODE' AND m.instrument_id IS NOT NULL
  AND NOT EXISTS (
      SELECT 1 FROM assays_nonconformity k
      JOIN assays_transmissionitem x ON x.id = k.source_id
      WHERE k.source_table = %(table)s AND k.instrument_id = m.instrument_id
        AND x.code_text = i.code_text
        AND {covers("m.received_at")})
ORDER BY m.instrument_id, i.code_text, i.id LIMIT %(limit)s
"""  # noqa: S608 - no value of anybody is in it
_MAPPED = """
SELECT k.id, c.approved_by_id FROM assays_nonconformity k
JOIN assays_transmissionitem x ON x.id = k.source_id
JOIN assays_codemapping c ON c.instrument_id = k.instrument_id AND c.code = x.code_text
WHERE k.source_table = %(table)s AND k.status IN ('OPEN', 'INVESTIGATING') AND c.status = 'ACTIVE'
  AND c.approved_by_id IS NOT NULL
ORDER BY k.id LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A code without an incident, and the first item that is held for it."""

    item_id: int
    instrument_id: int
    code: str


def new() -> list[Unknown]:
    """Return every code that something is held for and that no incident covers."""
    with connection.cursor() as cursor:
        cursor.execute(_NEW, _parameters())
        return [Unknown(*row) for row in cursor.fetchall()]


def mapped() -> dict[int, int]:
    """Return the open incidents whose code has a mapping now, and who approved it."""
    with connection.cursor() as cursor:
        cursor.execute(_MAPPED, _parameters())
        return dict(cursor.fetchall())


def _parameters() -> dict[str, object]:
    return {"table": TransmissionItem._meta.db_table, "limit": LIMIT}
