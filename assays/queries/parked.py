"""Work that failed five times and waits for a person: of which instrument it is, and the incidents.

One incident is about all parked work of one kind and one instrument, or of one kind where it is no
instrument's. It names the first as its source, and ends when none is parked any more.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from assays.queries.nonconformities import covers
from labsys.work.models import WorkItem
from labsys.work.queue import MAX_ATTEMPTS

LIMIT = 100
SHOWN = 20

# Found by the partial index of what is parked; everything else by its key.
_PARKED = """
parked AS MATERIALIZED (
    SELECT w.id, w.kind, w.attempts, w.created_at, w.available_at AS parked_at, m.id AS message_id,
        coalesce(m.instrument_id, d.instrument_id, o.instrument_id) AS instrument_id
    FROM work_workitem w
    LEFT JOIN assays_itemevent e
        ON w.subject_table = 'assays_itemevent' AND e.id = w.subject_id
    LEFT JOIN assays_transmissionitem i ON i.id = e.item_id
    LEFT JOIN assays_messagereading r
        ON w.subject_table = 'assays_messagereading' AND r.id = w.subject_id
    LEFT JOIN assays_transmissionmessage m ON m.id = CASE w.subject_table
        WHEN 'assays_transmissionmessage' THEN w.subject_id
        ELSE coalesce(i.message_id, r.message_id) END
    LEFT JOIN assays_dispatchevent s
        ON w.subject_table = 'assays_dispatchevent' AND s.id = w.subject_id
    LEFT JOIN assays_dispatch d ON d.id = s.dispatch_id
    LEFT JOIN assays_reportversion v ON w.kind = 'hospital_report' AND v.id = w.subject_id
    LEFT JOIN assays_report p ON p.id = v.report_id
    LEFT JOIN assays_ordersource o ON o.order_id = p.order_id
    WHERE w.state = 'PARKED'
)
"""
_BY_INSTRUMENT = f"""
WITH {_PARKED}
SELECT instrument_id, count(*) FROM parked WHERE instrument_id IS NOT NULL GROUP BY instrument_id
"""  # noqa: S608 - no value of anybody is in it
_OF = f"""
WITH {_PARKED}
SELECT id, kind, attempts, created_at, message_id FROM parked WHERE instrument_id = %(instrument)s
ORDER BY id LIMIT %(limit)s
"""  # noqa: S608 - no value of anybody is in it
_NEW = f"""
WITH {_PARKED}
SELECT p.instrument_id, p.kind, min(p.id), count(*) FROM parked p WHERE NOT EXISTS (
    SELECT 1 FROM assays_nonconformity k JOIN work_workitem x ON x.id = k.source_id
    WHERE k.source_table = %(table)s AND x.kind = p.kind
      AND k.instrument_id IS NOT DISTINCT FROM p.instrument_id AND {covers("p.parked_at")})
GROUP BY p.instrument_id, p.kind ORDER BY min(p.id) LIMIT %(limit)s
"""  # noqa: S608 - no value of anybody is in it
# By whoever decided last about the first of them since, or by the sweep where it got done by itself.
# What has its last attempt, as when it is only tried once more, may be parked again in a moment.
_SETTLED = f"""
WITH {_PARKED}
SELECT k.id, coalesce(
    (SELECT x.decided_by_id FROM work_workdecision x
     WHERE x.item_id = w.id AND x.recorded_at >= k.recorded_at ORDER BY x.id DESC LIMIT 1),
    CASE WHEN w.state = 'DONE' THEN %(sweep)s::bigint END)
FROM assays_nonconformity k JOIN work_workitem w ON w.id = k.source_id
WHERE k.source_table = %(table)s AND k.status IN ('OPEN', 'INVESTIGATING') AND NOT EXISTS (
    SELECT 1 FROM parked p
    WHERE p.kind = w.kind AND p.instrument_id IS NOT DISTINCT FROM k.instrument_id)
AND NOT EXISTS (
    SELECT 1 FROM work_workitem o WHERE o.kind = w.kind AND o.state IN ('PENDING', 'RUNNING')
    AND o.attempts >= %(last)s)
ORDER BY k.id LIMIT %(limit)s
"""  # noqa: S608 - no value of anybody is in it


@dataclass(frozen=True, slots=True)
class Failed:
    """How much parked work of one kind no incident covers, and the first of it."""

    instrument_id: int | None
    kind: str
    item_id: int
    count: int


@dataclass(frozen=True, slots=True)
class Parked:
    """One piece of parked work of an instrument, and the message that it is about, if any."""

    item_id: int
    kind: str
    attempts: int
    created_at: datetime
    message_id: int | None


def by_instrument() -> Counter[int]:
    """Count the parked work of each instrument."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_INSTRUMENT)
        return Counter(dict(cursor.fetchall()))


def of(instrument_id: int) -> list[Parked]:
    """Return the parked work of one instrument, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_OF, {"instrument": instrument_id, "limit": SHOWN})
        return [Parked(*row) for row in cursor.fetchall()]


def new() -> list[Failed]:
    """Return the parked work that no incident covers."""
    with connection.cursor() as cursor:
        cursor.execute(_NEW, _parameters())
        return [Failed(*row) for row in cursor.fetchall()]


def settled(*, sweep: int) -> dict[int, int]:
    """Return the open incidents about work of which none is parked, and who ended it."""
    with connection.cursor() as cursor:
        cursor.execute(_SETTLED, {**_parameters(), "sweep": sweep, "last": MAX_ATTEMPTS - 1})
        return {id_: who for id_, who in cursor.fetchall() if who is not None}


def _parameters() -> dict[str, object]:
    return {"table": WorkItem._meta.db_table, "limit": LIMIT}
