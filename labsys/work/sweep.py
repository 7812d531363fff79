"""The sweep: what lost its worker, its predecessor or its doorbell goes on. Any number may run."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction

from labsys.work import registry
from labsys.work.queue import MAX_ATTEMPTS, first_open

_EXPIRED = """
UPDATE work_workitem w SET
    state = CASE WHEN w.attempts >= %s THEN 'PARKED' ELSE 'PENDING' END,
    lease_until = NULL, available_at = clock_timestamp(),
    last_error = CASE WHEN w.attempts >= %s
        THEN 'The worker ' || w.worker || ' stopped during attempt ' || w.attempts ||
             ' and did not come back.' ELSE w.last_error END
FROM (SELECT id FROM work_workitem WHERE state = 'RUNNING' AND lease_until < clock_timestamp()
      ORDER BY id FOR UPDATE SKIP LOCKED) gone
WHERE w.id = gone.id RETURNING w.state
"""

# From one ordering key to the next, and of each only its first open item.
_UNBLOCK = f"""
WITH RECURSIVE heads AS (
    SELECT f.* FROM ({first_open("''", beyond=True)}) f
    UNION ALL
    SELECT f.* FROM heads h
    CROSS JOIN LATERAL ({first_open("h.ordering_key", beyond=True)}) f
)
UPDATE work_workitem w SET state = 'PENDING', available_at = clock_timestamp(),
    predecessor_parked = w.predecessor_parked OR EXISTS (
        SELECT 1 FROM work_workitem p WHERE p.ordering_key = w.ordering_key AND p.id < w.id
        AND p.state = 'PARKED')
FROM (SELECT b.id FROM work_workitem b WHERE b.state = 'BLOCKED' AND b.id = ANY (ARRAY(
          SELECT h.id FROM heads h WHERE h.state = 'BLOCKED'))
      ORDER BY b.id FOR UPDATE SKIP LOCKED) free
WHERE w.id = free.id
"""  # noqa: S608 - no value of anybody is in it

_DUE = """
SELECT count(*) FROM (SELECT 1 FROM work_workitem
    WHERE state = 'PENDING' AND available_at <= clock_timestamp() AND kind <> ALL(%s::text[])
    LIMIT %s) due
"""

_SLOW = """
SELECT EXISTS (SELECT FROM work_workitem WHERE state = 'PENDING'
    AND available_at <= clock_timestamp() AND kind = ANY(%s::text[]))
"""

_LONG = """
SELECT EXISTS (SELECT FROM work_workitem WHERE state = 'PENDING'
    AND available_at <= clock_timestamp() AND kind = ANY(%(long)s::text[]))
AND NOT EXISTS (SELECT FROM work_workitem WHERE state = 'RUNNING' AND kind = ANY(%(long)s::text[]))
"""


@dataclass(frozen=True)
class Swept:
    """What one sweep did."""

    expired: int
    parked: int
    unblocked: int


def sweep() -> Swept:
    """Return expired leases to the queue (or park them) and promote what nothing blocks."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_EXPIRED, [MAX_ATTEMPTS, MAX_ATTEMPTS])
        states = [row[0] for row in cursor.fetchall()]
        cursor.execute(_UNBLOCK)
        unblocked = cursor.rowcount
    return Swept(expired=len(states), parked=states.count("PARKED"), unblocked=unblocked)


def due(limit: int) -> int:
    """Return how many items are due now that any process takes, counting no further than `limit`."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [[*_long_kinds(), *_slow_kinds(), *registry.apart()], limit])
        (count,) = cursor.fetchone()
    return int(count)


def is_slow_due() -> bool:
    """Whether something is due that only a process with a place for slow work takes."""
    with connection.cursor() as cursor:
        cursor.execute(_SLOW, [_slow_kinds()])
        (found,) = cursor.fetchone()
    return bool(found)


def is_long_due() -> bool:
    """Whether something long is due, and nothing long is being done."""
    with connection.cursor() as cursor:
        cursor.execute(_LONG, {"long": _long_kinds()})
        (found,) = cursor.fetchone()
    return bool(found)


def _long_kinds() -> list[str]:
    return [kind for kind, _version in registry.kinds(is_long=True)]


def _slow_kinds() -> list[str]:
    return [kind for kind, _version in registry.kinds(is_slow=True)]
