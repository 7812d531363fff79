"""The events that exposures name: the same text is the same event."""

from __future__ import annotations

from django.db import connection

from labsys.accounts.models import Principal
from labsys.lib import policy

CLUSTERS = "patients.cluster.view"
SUGGESTED = 50
LOOKED_AT = 500
# Which of them stand is asked of these rows alone: of all, the planner would join all of them.
NEWEST = """
    WITH newest AS MATERIALIZED (
        SELECT id, event FROM patients_exposure WHERE NOT is_retraction AND event <> ''
        ORDER BY id DESC LIMIT %(rows)s
    )
    SELECT event FROM newest
    WHERE NOT EXISTS (SELECT 1 FROM patients_exposure c WHERE c.corrects_id = newest.id)
    GROUP BY event ORDER BY max(id) DESC LIMIT %(events)s
"""


def suggested(by: Principal) -> list[str]:
    """Return the events of late, the newest first; a form offers them, the text stays free.

    Somebody whose reach ends is offered none: an event may name whom they do not reach.
    """
    if not policy.can(by, CLUSTERS):
        return []
    with connection.cursor() as cursor:
        cursor.execute(NEWEST, {"rows": LOOKED_AT, "events": SUGGESTED})
        return [event for (event,) in cursor.fetchall()]
