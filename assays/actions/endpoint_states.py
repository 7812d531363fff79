"""How the lines stand, said by the listener that has them, and which listener that is.

A port of its own, a call and a watched folder are one listener's at a time: whoever holds the lease.
A listener that dies loses it by the database's clock; one that ends gives it back.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from django.db import connection

from assays.rules.endpoints import LineState
from labsys.accounts.models import Principal
from labsys.audit.context import acting

LEASE_SECONDS = 15
ACTION = "assays.endpoint.report"

_HOLD = """
INSERT INTO assays_endpointstate AS s (instrument_id, endpoint_id, listener, lease_until, state,
    since, reported_at, connections, messages_in, messages_out, in_minute, out_minute, errors,
    refused, last_error, last_error_values)
SELECT e.instrument_id, e.id, %(listener)s, clock_timestamp() + make_interval(secs => %(seconds)s),
    'OFF', clock_timestamp(), clock_timestamp(), 0, 0, 0, 0, 0, 0, 0, '', '{}'
FROM assays_endpoint e WHERE e.id = ANY(%(endpoints)s) ORDER BY e.id
ON CONFLICT (instrument_id, endpoint_id) DO UPDATE
    SET listener = excluded.listener, lease_until = excluded.lease_until
    WHERE s.listener = excluded.listener OR s.lease_until IS NULL
        OR s.lease_until < clock_timestamp()
RETURNING s.endpoint_id
"""
# What was not held by then is somebody else's by now, and says nothing any more.
_RELEASE = """
UPDATE assays_endpointstate SET lease_until = NULL, state = %(state)s, connections = 0,
    since = clock_timestamp(), reported_at = clock_timestamp(), in_minute = 0, out_minute = 0
WHERE listener = %(listener)s AND endpoint_id = ANY(%(endpoints)s)
"""
_REPORT = """
INSERT INTO assays_endpointstate AS s (instrument_id, endpoint_id, listener, state, since,
    reported_at, connections, last_in_at, last_out_at, messages_in, messages_out, in_minute,
    out_minute, errors, refused, last_error_at, last_error, last_error_values)
SELECT n.instrument_id, n.endpoint_id, %(listener)s, n.state,
    %(at)s::timestamptz - make_interval(secs => n.since), %(at)s::timestamptz, n.connections,
    %(at)s::timestamptz - make_interval(secs => n.last_in),
    %(at)s::timestamptz - make_interval(secs => n.last_out),
    n.messages_in, n.messages_out, n.in_minute, n.out_minute, n.errors, n.refused,
    %(at)s::timestamptz - make_interval(secs => n.last_error_ago), n.last_error,
    n.last_error_values
FROM jsonb_to_recordset(%(rows)s::jsonb) AS n(instrument_id bigint, endpoint_id bigint, state text,
    since float8, connections int, last_in float8, last_out float8, messages_in bigint,
    messages_out bigint, in_minute int, out_minute int, errors bigint, refused int,
    last_error_ago float8, last_error text, last_error_values jsonb)
ORDER BY n.instrument_id, n.endpoint_id
ON CONFLICT (instrument_id, endpoint_id) DO UPDATE SET
    listener = excluded.listener, state = excluded.state, since = excluded.since,
    reported_at = excluded.reported_at, connections = excluded.connections,
    last_in_at = coalesce(excluded.last_in_at, s.last_in_at),
    last_out_at = coalesce(excluded.last_out_at, s.last_out_at),
    messages_in = excluded.messages_in, messages_out = excluded.messages_out,
    in_minute = excluded.in_minute, out_minute = excluded.out_minute, errors = excluded.errors,
    refused = excluded.refused,
    last_error_at = coalesce(excluded.last_error_at, s.last_error_at),
    last_error = CASE WHEN excluded.last_error_at IS NULL THEN s.last_error
                      ELSE excluded.last_error END,
    last_error_values = CASE WHEN excluded.last_error_at IS NULL THEN s.last_error_values
                             ELSE excluded.last_error_values END
    WHERE s.listener = excluded.listener OR s.lease_until IS NULL
        OR s.lease_until < clock_timestamp()
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How one line stands. Moments are told as the seconds since then: a listener's clock is its own."""

    instrument_id: int
    endpoint_id: int | None
    state: LineState
    since: float = 0.0
    connections: int = 0
    last_in: float | None = None
    last_out: float | None = None
    messages_in: int = 0
    messages_out: int = 0
    in_minute: int = 0
    out_minute: int = 0
    errors: int = 0
    refused: int = 0
    last_error_ago: float | None = None
    # Of `rules.line_faults`: the code of what went wrong last, and its values.
    last_error: str = ""
    last_error_values: Mapping[str, str] = field(default_factory=dict)


def hold(*, endpoints: Collection[int], listener: str, by: Principal, at: datetime) -> set[int]:
    """Take or keep these endpoints for a listener; returns those that it has, for LEASE_SECONDS."""
    if not endpoints:
        return set()
    with acting(by=by, at=at, action="assays.endpoint.hold"), connection.cursor() as cursor:
        given = {"endpoints": list(endpoints), "listener": listener, "seconds": LEASE_SECONDS}
        cursor.execute(_HOLD, given)
        return {id_ for (id_,) in cursor.fetchall()}


def release(
    *, endpoints: Collection[int], state: LineState, listener: str, by: Principal, at: datetime
) -> None:
    """Give endpoints back that this listener has, and say in which state it leaves them."""
    if not endpoints:
        return
    with acting(by=by, at=at, action="assays.endpoint.release"), connection.cursor() as cursor:
        given = {"endpoints": list(endpoints), "listener": listener, "state": state.value}
        cursor.execute(_RELEASE, given)


def report(*, reports: Sequence[Report], listener: str, by: Principal, at: datetime) -> None:
    """Say how lines stand; of those that another listener has, nothing is changed."""
    if not reports:
        return
    rows = json.dumps([asdict(one) for one in reports])
    with acting(by=by, at=at, action=ACTION), connection.cursor() as cursor:
        cursor.execute(_REPORT, {"rows": rows, "listener": listener, "at": at})
