"""Messages that their receivers refused or that were given up, and the incidents about them.

One incident is about all of an instrument's: it names the first as its source, and whatever was left
before it was settled belongs to it.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from assays.models import Dispatch
from assays.queries.nonconformities import covers

LIMIT = 100

_LEFT_AT = "(SELECT max(v.recorded_at) FROM assays_dispatchevent v WHERE v.dispatch_id = d.id)"
_NEW = f"""
SELECT d.instrument_id, min(d.id), count(*) FROM assays_dispatch d
WHERE d.status IN ('REFUSED', 'DEAD') AND NOT EXISTS (
    SELECT 1 FROM assays_nonconformity k
    WHERE k.source_table = %(table)s AND k.instrument_id = d.instrument_id
      AND {covers(_LEFT_AT)})
GROUP BY d.instrument_id ORDER BY d.instrument_id LIMIT %(limit)s
"""  # noqa: S608 - no value of anybody is in it
# Settled by whoever decided last about one of them.
_SETTLED = """
SELECT k.id, (
    SELECT e.recorded_by_id FROM assays_dispatchevent e JOIN assays_dispatch d ON d.id = e.dispatch_id
    WHERE d.instrument_id = k.instrument_id AND e.old IN ('REFUSED', 'DEAD')
    ORDER BY e.id DESC LIMIT 1)
FROM assays_nonconformity k
WHERE k.source_table = %(table)s AND k.status IN ('OPEN', 'INVESTIGATING') AND NOT EXISTS (
    SELECT 1 FROM assays_dispatch d
    WHERE d.instrument_id = k.instrument_id AND d.status IN ('REFUSED', 'DEAD'))
ORDER BY k.id LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Left:
    """How many messages of an instrument no incident covers, and the first of them."""

    instrument_id: int
    dispatch_id: int
    count: int


def new() -> list[Left]:
    """Return the instruments with messages that were left and that no incident covers."""
    with connection.cursor() as cursor:
        cursor.execute(_NEW, _parameters())
        return [Left(*row) for row in cursor.fetchall()]


def settled() -> dict[int, int]:
    """Return the open incidents of instruments with nothing left, and who decided last."""
    with connection.cursor() as cursor:
        cursor.execute(_SETTLED, _parameters())
        return {id_: who for id_, who in cursor.fetchall() if who is not None}


def _parameters() -> dict[str, object]:
    return {"table": Dispatch._meta.db_table, "limit": LIMIT}
