"""What corrections that instruments send may be about: values that stand, and values that are held."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from assays.rules.catalogue_in_force import Catalogue
from assays.rules.holds import BESIDE

# What a correction may supersede, and what was calculated from it. All results before any order item,
# as a release does; whatever refers to one of them must be seen here or wait.
_CORRECTABLE = """
SELECT r.id FROM assays_result r
WHERE r.status IN ('RESULTED', 'TECHNICALLY_VERIFIED', 'RELEASED')
  AND (r.specimen_id = ANY(%(specimens)s) OR r.id IN (
      SELECT c.result_id FROM assays_calculatedinput i
      JOIN assays_calculatedresult c ON c.id = i.calculated_id
      JOIN assays_result given ON given.id = i.result_id
      WHERE given.specimen_id = ANY(%(specimens)s)))
ORDER BY r.id FOR UPDATE OF r
"""
_HELD = """
SELECT m.instrument_id, i.specimen_text, i.code_text, coalesce(i.content ->> 'run', ''),
       i.content ->> 'observed_at'
FROM assays_transmissionitem i JOIN assays_transmissionmessage m ON m.id = i.message_id
WHERE i.status = 'HELD' AND i.hold_code = ANY(%s) AND i.specimen_text = ANY(%s)
  AND m.instrument_id IS NOT NULL
"""


class Of(NamedTuple):
    """What values are of that a correction could be about: sent by one connection, of one run."""

    instrument_id: int | None
    specimen_id: int
    assay_id: int
    run: str


def lock(specimens: Mapping[str, int]) -> None:
    """Lock the results of these specimens, by the name that a correction has for each."""
    ids = sorted(set(specimens.values()))
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(_CORRECTABLE, {"specimens": ids})


def held(specimens: Mapping[str, int], catalogue: Catalogue) -> dict[Of, set[datetime | None]]:
    """Return the moments of what is held that a correction could be about; None where none is named."""
    found: dict[Of, set[datetime | None]] = {}
    if not specimens:
        return found
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [[hold.value for hold in BESIDE], sorted(specimens)])
        for instrument, name, code, run, moment in cursor.fetchall():
            mapped = catalogue.mapping(instrument, code)
            if mapped is not None:
                of = Of(instrument, specimens[name], mapped.assay_id, run)
                said_at = datetime.fromisoformat(moment) if moment else None
                found.setdefault(of, set()).add(said_at)
    return found
