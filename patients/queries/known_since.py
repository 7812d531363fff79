"""Since when an exposure that was corrected is known: a correction changes its facts, not when it was told.

Earlier rows of the chain count that said the same of the same person: an exposure to that agent, not
excluded. What a correction says for the first time is known since the correction.
"""

# ruff: noqa: S608 - names of tables
from __future__ import annotations

from datetime import datetime

from django.db import connection

from patients.queries import agents as known_agents
from patients.queries.placing import LINKS

# Starts from the corrections, which are few among the exposures.
FIRST = f"""
    WITH RECURSIVE {LINKS}, named AS (
        SELECT * FROM unnest(%(texts)s::text[], %(codes)s::text[]) AS n (text, code)
    ), chain (newest, row) AS (
        SELECT id, corrects_id FROM patients_exposure WHERE corrects_id > 0
        UNION ALL
        SELECT c.newest, e.corrects_id FROM chain c JOIN patients_exposure e ON e.id = c.row
        WHERE e.corrects_id > 0
    ), said AS (
        SELECT c.newest, e.recorded_at, e.certainty, e.id = c.newest AS is_newest,
               coalesce(k.survivor_id, e.person_id) AS person,
               coalesce(n.code, upper(e.agent)) AS agent
        FROM (SELECT newest, row FROM chain UNION SELECT newest, newest FROM chain) c
        JOIN patients_exposure e ON e.id = c.row
        LEFT JOIN links k ON k.duplicate_id = e.person_id
        LEFT JOIN named n ON n.text = upper(e.agent)
    )
    SELECT newest.newest, min(said.recorded_at)
    FROM said newest JOIN said USING (newest)
    WHERE newest.is_newest AND said.certainty <> 'EXCLUDED'
      AND said.person = newest.person AND said.agent = newest.agent
    GROUP BY 1
"""


def first_recorded() -> dict[int, datetime]:
    """Return since when what each exposure that corrects another one says is known, by its row."""
    known = known_agents.known()
    texts = sorted(known.by_text)
    codes = [known_agents.key(known.by_text[text].code) for text in texts]
    with connection.cursor() as cursor:
        cursor.execute(FIRST, {"texts": texts, "codes": codes})
        return dict(cursor.fetchall())
