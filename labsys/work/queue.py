"""Putting work on the queue, and taking it off under a lease.

All moments are the database's (`clock_timestamp()`), so a wrong clock on any machine changes
nothing. Everything here is SQL on one table; nothing here knows what the work is.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, connection, transaction

from labsys.lib import faults
from labsys.work import doorbell

logger = logging.getLogger(__name__)

LEASE_SECONDS = settings.LABSYS_LEASE_SECONDS
MAX_ATTEMPTS = 5

AFTER_ENQUEUE_COMMIT = faults.declare(
    "work.enqueue.committed", "work is committed, the doorbell has not rung"
)
AFTER_CLAIM = faults.declare("work.claim.committed", "an item is claimed, nothing is computed yet")


def first_open(key: str, *, beyond: bool = False) -> str:
    """Return the query for the first open item of an order, or of the next order beyond it.

    It may give an item of another order, where there is none of this. Written so that only the index
    of open items by their order gives it, one look however much waits behind it:
    `ordering_key = x ORDER BY id` is at times planned as a walk through everything open, for a queue
    that grew since it was last analysed.
    """
    return f"""
    SELECT p.id, p.ordering_key, p.state FROM work_workitem p
    WHERE (p.ordering_key, p.id) > ({key}, {2**63 - 1 if beyond else 0}::bigint)
      AND p.state IN ('PENDING', 'BLOCKED', 'RUNNING')
    ORDER BY p.ordering_key, p.id LIMIT 1"""  # noqa: S608 - names of columns


# One of each order is due at first; the others wait, also for what is put on together with them.
_ENQUEUE = f"""
WITH taken AS MATERIALIZED (
    SELECT k.ordering_key
    FROM (SELECT DISTINCT u.k FROM unnest(%(keys)s::text[]) AS u(k) WHERE u.k <> '') k(ordering_key)
    CROSS JOIN LATERAL ({first_open("k.ordering_key")}) first
    WHERE first.ordering_key = k.ordering_key
)
INSERT INTO work_workitem (kind, version, subject_table, subject_id, ordering_key, priority, state,
    attempts, available_at, lease_token, created_at, predecessor_parked, worker, last_error)
SELECT %(kind)s, %(version)s, %(table)s, s.subject, s.ordering_key, %(priority)s,
    CASE WHEN s.ordering_key <> '' AND (s.place > 1
        OR s.ordering_key IN (SELECT t.ordering_key FROM taken t)) THEN 'BLOCKED' ELSE 'PENDING' END,
    0, clock_timestamp(), 0, clock_timestamp(), false, '', ''
FROM (SELECT n.*, row_number() OVER (PARTITION BY n.ordering_key ORDER BY n.number) AS place
      FROM unnest(%(subjects)s::bigint[], %(keys)s::text[]) WITH ORDINALITY
          AS n(subject, ordering_key, number)
      ORDER BY n.number) s
ON CONFLICT ON CONSTRAINT work_workitem_one_per_subject DO NOTHING
RETURNING id, CASE WHEN state = 'BLOCKED' THEN ordering_key END
"""  # noqa: S608 - no value of anybody is in it

# The best due items of the kinds this worker knows, all of the kind of the very best: another worker
# may do the others meanwhile. Of one ordering key only the oldest open one. A kind is asked for by an
# expression that no index has, so that what is due is read in its order and no further than wanted.
_CLAIM = f"""
UPDATE work_workitem w SET state = 'RUNNING', attempts = w.attempts + 1,
    lease_token = w.lease_token + 1, worker = %(worker)s,
    lease_until = clock_timestamp() + make_interval(secs => %(lease)s)
FROM (
    SELECT c.id FROM work_workitem c
    WHERE c.state = 'PENDING' AND c.available_at <= clock_timestamp()
      AND c.kind || '/' || c.version = (
          SELECT k.kind || '/' || k.version FROM work_workitem k
          WHERE k.state = 'PENDING' AND k.available_at <= clock_timestamp()
            AND k.kind || '/' || k.version = ANY (%(kinds)s::text[])
            AND (k.ordering_key = '' OR k.id = (
                SELECT f.id FROM ({first_open("k.ordering_key")}) f))
          ORDER BY k.priority, k.id LIMIT 1)
      AND (c.ordering_key = '' OR c.id = (
          SELECT f.id FROM ({first_open("c.ordering_key")}) f))
    ORDER BY c.priority, c.id LIMIT %(limit)s FOR UPDATE OF c SKIP LOCKED
) best
WHERE w.id = best.id
RETURNING w.id, w.kind, w.version, w.subject_table, w.subject_id, w.ordering_key, w.priority, w.attempts,
    w.lease_token, w.predecessor_parked
"""  # noqa: S608 - no value of anybody is in it

# The items next in line behind a claimed one, while nothing but this kind of work lies between. Its
# being open keeps every other worker off them.
_FOLLOW = """
UPDATE work_workitem w SET state = 'RUNNING', attempts = w.attempts + 1,
    lease_token = w.lease_token + 1, worker = %(worker)s,
    lease_until = clock_timestamp() + make_interval(secs => %(lease)s)
FROM (
    SELECT c.id FROM work_workitem c
    WHERE c.state IN ('PENDING', 'BLOCKED') AND c.id = ANY (ARRAY(
        SELECT n.id FROM (
            SELECT o.id, bool_and(o.kind = %(kind)s
                AND o.version = %(version)s AND o.state <> 'RUNNING' AND o.attempts = 0)
                OVER (ORDER BY o.id) AS is_next
            FROM (SELECT p.id, p.ordering_key, p.kind, p.version, p.state, p.attempts
                  FROM work_workitem p WHERE (p.ordering_key, p.id) > (%(key)s, %(head)s::bigint)
                    AND p.state IN ('PENDING', 'BLOCKED', 'RUNNING')
                  ORDER BY p.ordering_key, p.id LIMIT %(limit)s) o
            WHERE o.ordering_key = %(key)s) n
        WHERE n.is_next))
    ORDER BY c.id FOR UPDATE
) next
WHERE w.id = next.id
RETURNING w.id, w.kind, w.version, w.subject_table, w.subject_id, w.ordering_key, w.priority, w.attempts,
    w.lease_token, w.predecessor_parked
"""

_HEARTBEAT = """
UPDATE work_workitem w SET lease_until = clock_timestamp() + make_interval(secs => %(lease)s)
FROM unnest(%(ids)s::bigint[], %(tokens)s::bigint[]) AS mine(id, token)
WHERE w.id = mine.id AND w.lease_token = mine.token AND w.state = 'RUNNING'
RETURNING w.id
"""

_FENCE = """
SELECT w.id FROM work_workitem w
JOIN unnest(%(ids)s::bigint[], %(tokens)s::bigint[]) AS mine(id, token)
  ON w.id = mine.id AND w.lease_token = mine.token
WHERE w.state = 'RUNNING' ORDER BY w.id FOR UPDATE OF w
"""

_DONE = """
UPDATE work_workitem SET state = 'DONE', lease_until = NULL, finished_at = clock_timestamp(),
    last_error = ''
WHERE id = ANY(%(ids)s)
"""

_PROMOTE = f"""
UPDATE work_workitem w SET state = 'PENDING', available_at = clock_timestamp(),
    predecessor_parked = w.predecessor_parked OR %(parked)s
WHERE w.state = 'BLOCKED' AND w.id = ANY (ARRAY(
    SELECT first.id FROM unnest(%(keys)s::text[]) AS k(ordering_key)
    CROSS JOIN LATERAL ({first_open("k.ordering_key")}) first
    WHERE first.ordering_key = k.ordering_key))
"""  # noqa: S608 - no value of anybody is in it

# The wait grows 0.5 s, 1 s, 2 s ... up to a minute, spread by half either way.
_FAIL = """
UPDATE work_workitem w SET
    state = CASE WHEN w.attempts >= %(most)s THEN 'PARKED' ELSE 'PENDING' END,
    lease_until = NULL, last_error = %(error)s,
    available_at = clock_timestamp() + make_interval(
        secs => least(60, 0.5 * 2 ^ w.attempts) * (0.5 + random()))
WHERE w.id = %(id)s AND w.lease_token = %(token)s AND w.state = 'RUNNING'
RETURNING w.state, w.ordering_key
"""

_GIVE_BACK = f"""
UPDATE work_workitem w SET lease_until = NULL,
    state = CASE WHEN w.ordering_key <> '' AND w.id <> (
        SELECT f.id FROM ({first_open("w.ordering_key")}) f) THEN 'BLOCKED' ELSE 'PENDING' END,
    attempts = greatest(w.attempts - %(forgiven)s, 0),
    available_at = clock_timestamp() + make_interval(secs => %(wait)s)
FROM unnest(%(ids)s::bigint[], %(tokens)s::bigint[]) AS mine(id, token)
WHERE w.id = mine.id AND w.lease_token = mine.token AND w.state = 'RUNNING'
"""  # noqa: S608 - no value of anybody is in it


@dataclass(frozen=True)
class Claim:
    """One item held under a lease by this worker."""

    id: int
    kind: str
    version: int
    subject_table: str
    subject_id: int
    ordering_key: str
    priority: int
    attempts: int
    lease_token: int
    predecessor_parked: bool


def enqueue(
    *,
    kind: str,
    table: str,
    subjects: Sequence[int],
    priority: int,
    ordering_keys: Sequence[str] | None = None,
    version: int = 1,
) -> list[int]:
    """Insert work items in the caller's transaction; ring once it is committed.

    A subject that already has an item of this kind and version gets no second one. Returns the ids
    of the items made.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("work is put on the queue inside the transaction that causes it")
    with connection.cursor() as cursor:
        cursor.execute(
            _ENQUEUE,
            {
                "kind": kind,
                "version": version,
                "table": table,
                "subjects": list(subjects),
                "keys": list(ordering_keys or [""] * len(subjects)),
                "priority": priority,
            },
        )
        rows = cursor.fetchall()
    if rows:
        blocked = sorted({key for _id, key in rows if key is not None})
        transaction.on_commit(lambda: _committed(blocked))
    return [id_ for id_, _key in rows]


def _committed(blocked: Sequence[str]) -> None:
    faults.passing(AFTER_ENQUEUE_COMMIT)
    let_go(blocked)
    doorbell.ring()


def let_go(ordering_keys: Iterable[str]) -> None:
    """Let the next items of these orders go, if they wait for nothing any more.

    Asked after a commit, by whoever put work behind other work and by whoever finished some: of two
    transactions side by side neither sees the other's rows, but the later one sees both here. What
    fails here is left to the sweep; the work itself is committed.
    """
    keys = sorted(set(ordering_keys) - {""})
    if not keys:
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute(_PROMOTE, {"keys": keys, "parked": False})
            is_any = cursor.rowcount > 0
    except DatabaseError as error:
        logger.warning("what waits is left to the sweep (%s)", type(error).__name__)
        return
    if is_any:
        doorbell.ring()


def claim(*, kinds: Sequence[tuple[str, int]], worker: str, limit: int = 1) -> list[Claim]:
    """Take the most urgent due items, oldest first; attempts count from here on."""
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIM,
            {
                "kinds": [f"{kind}/{version}" for kind, version in kinds],
                "worker": worker[:128],
                "lease": LEASE_SECONDS,
                "limit": limit,
            },
        )
        claims = [Claim(*row) for row in cursor.fetchall()]
    if claims:
        faults.passing(AFTER_CLAIM)
    return sorted(claims, key=lambda claim: (claim.priority, claim.id))


def follow(head: Claim, *, worker: str, limit: int) -> list[Claim]:
    """Take up to `limit` items that come next after a claimed one in its order, to do with it.

    Only what was never tried: after a failure items are done one by one, so that the one at fault is
    found and no other pays for it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _FOLLOW,
            {
                "key": head.ordering_key,
                "head": head.id,
                "kind": head.kind,
                "version": head.version,
                "worker": worker[:128],
                "lease": LEASE_SECONDS,
                "limit": limit,
            },
        )
        return sorted((Claim(*row) for row in cursor.fetchall()), key=lambda claim: claim.id)


def extend(claims: Sequence[Claim]) -> set[int]:
    """Renew the leases; returns the ids still held (a lost one must be abandoned)."""
    return set(_execute(_HEARTBEAT, claims, lease=LEASE_SECONDS))


def fence(claims: Sequence[Claim]) -> set[int]:
    """Lock the items still held by these leases, to the end of the transaction."""
    return set(_execute(_FENCE, claims))


def _execute(statement: str, claims: Sequence[Claim], **more: object) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                "ids": [claim.id for claim in claims],
                "tokens": [claim.lease_token for claim in claims],
                **more,
            },
        )
        return [row[0] for row in cursor.fetchall()] if cursor.description else []


def finish(claims: Sequence[Claim]) -> None:
    """Mark items done and let their successors go, in the transaction of their effect."""
    keys = sorted({claim.ordering_key for claim in claims if claim.ordering_key})
    with connection.cursor() as cursor:
        cursor.execute(_DONE, {"ids": [claim.id for claim in claims]})
        if keys:
            cursor.execute(_PROMOTE, {"keys": keys, "parked": False})


def fail(claim: Claim, error: str) -> str:
    """Record a failure; returns the new state (PENDING, PARKED, or "" if the lease was lost)."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            _FAIL,
            {
                "id": claim.id,
                "token": claim.lease_token,
                "error": error[:4000],
                "most": MAX_ATTEMPTS,
            },
        )
        row = cursor.fetchone()
        if row is None:
            return ""
        state, key = row
        if state == "PARKED" and key:
            cursor.execute(_PROMOTE, {"keys": [key], "parked": True})
        return str(state)


def give_back(
    claims: Sequence[Claim], *, wait_seconds: float = 0.0, is_attempt: bool = False
) -> None:
    """Return items untouched. Where the database was away this does not count as an attempt."""
    _execute(_GIVE_BACK, claims, wait=wait_seconds, forgiven=0 if is_attempt else 1)
