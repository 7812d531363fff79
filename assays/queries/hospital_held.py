"""Items of hospitals' messages that are held for want of something, found by its name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection

from assays.queries.held_items import LIMIT, Resolvable
from assays.rules.filing import Hold
from assays.rules.holds import PASSING_OF_HOSPITALS

# Longer than any transaction that could have registered it meanwhile.
_BESIDE = timedelta(seconds=30)

_WAITING = """
SELECT i.id, m.instrument_id, i.hold_code
FROM assays_transmissionitem i JOIN assays_transmissionmessage m ON m.id = i.message_id
WHERE i.status = 'HELD' AND i.hold_code = ANY(%s) AND m.instrument_id IS NOT NULL
  AND jsonb_exists_any(i.content -> 'keys', %s)
ORDER BY i.id LIMIT %s
"""
_NEVER_TRIED = """
SELECT i.id, m.instrument_id, i.hold_code
FROM assays_transmissionitem i JOIN assays_transmissionmessage m ON m.id = i.message_id
WHERE i.status = 'HELD' AND i.hold_code = ANY(%s) AND m.instrument_id IS NOT NULL
  AND i.content ? 'keys' AND m.received_at < %s
  AND NOT EXISTS (
      SELECT 1 FROM assays_itemevent e WHERE e.item_id = i.id AND e.recorded_by_id = %s)
ORDER BY i.id LIMIT %s
"""


def waiting(*, holds: Sequence[Hold], keys: Sequence[str]) -> list[Resolvable]:
    """Return the items held for one of these reasons that name one of these keys."""
    return _rows(_WAITING, [[one.value for one in holds], list(keys), LIMIT])


def never_tried(*, sweep_id: int, at: datetime) -> list[Resolvable]:
    """Return the items that wait for something and were never read again by themselves."""
    holds = sorted(one.value for one in PASSING_OF_HOSPITALS)
    return _rows(_NEVER_TRIED, [holds, at - _BESIDE, sweep_id, LIMIT])


def _rows(sql: str, parameters: list[object]) -> list[Resolvable]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [Resolvable(*row) for row in cursor.fetchall()]
