"""Conversations in which a frame came again with its number and another text, and the incidents.

One incident is about all of an instrument's; where the instrument is not known, about all that came
from one address.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from assays.models import Nonconformity, TransmissionSession
from assays.queries.nonconformities import covers
from assays.rules.nonconformities import NonconformityStatus

LIMIT = 100

# What covers the newest covers all before it. Who sends is at times known only at the end.
_NEW = f"""
WITH newest AS (
    SELECT n.* FROM assays_instrument i CROSS JOIN LATERAL (
        SELECT s.id, s.instrument_id, s.peer, s.opened_at FROM assays_transmissionsession s
        WHERE s.instrument_id = i.id AND s.has_changed_frame ORDER BY s.id DESC LIMIT 1) n
    UNION ALL (
    SELECT DISTINCT ON (s.peer) s.id, s.instrument_id, s.peer, s.opened_at
    FROM assays_transmissionsession s
    WHERE s.instrument_id IS NULL AND s.has_changed_frame AND s.closed_at IS NOT NULL
    ORDER BY s.peer, s.id DESC)
)
SELECT n.id, n.instrument_id, host(n.peer) FROM newest n WHERE NOT EXISTS (
    SELECT 1 FROM assays_nonconformity k JOIN assays_transmissionsession o ON o.id = k.source_id
    WHERE k.source_table = %(table)s AND k.instrument_id IS NOT DISTINCT FROM n.instrument_id
      AND (n.instrument_id IS NOT NULL OR o.peer = n.peer)
      AND {covers("n.opened_at")})
ORDER BY n.id LIMIT %(limit)s
"""  # noqa: S608 - no value of anybody is in it


@dataclass(frozen=True, slots=True)
class Changed:
    """A conversation that no incident covers; without an instrument, the address that called."""

    session_id: int
    instrument_id: int | None
    peer: str


def new() -> list[Changed]:
    """Return the newest such conversation of each instrument that no incident covers."""
    with connection.cursor() as cursor:
        cursor.execute(_NEW, {"table": TransmissionSession._meta.db_table, "limit": LIMIT})
        return [Changed(*row) for row in cursor.fetchall()]


def instruments() -> set[int]:
    """Return the instruments about which such an incident is open and nobody has corrected it."""
    rows = Nonconformity.objects.filter(
        source_table=TransmissionSession._meta.db_table,
        instrument__isnull=False,
        status__in=(NonconformityStatus.OPEN, NonconformityStatus.INVESTIGATING),
    )
    return set(rows.values_list("instrument", flat=True))
