"""Whether the database's disk is full, as the listeners find it.

What cannot be written cannot be recorded: a listener says it by an advisory lock that it keeps with
its connection to the database. That needs no disk, is seen by every process, and ends with whoever
holds it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import connection

# The first of the two numbers of the lock; the second is the moment, in seconds since the epoch below.
LOCK = 7_301
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)

_SINCE = """
SELECT min(objid::bigint) FROM pg_locks
WHERE locktype = 'advisory' AND objsubid = 2 AND classid = %s AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def since() -> datetime | None:
    """Return since when a listener cannot store what comes because the disk is full; None: it can."""
    with connection.cursor() as cursor:
        cursor.execute(_SINCE, [LOCK])
        (number,) = cursor.fetchone()
    return None if number is None else _EPOCH + timedelta(seconds=number)


def number(moment: datetime) -> int:
    """Return the moment as the lock's second number."""
    return max(0, int((moment - _EPOCH).total_seconds()))
