"""The events that exposures name: the same text is the same event."""

from __future__ import annotations

from labsys.accounts.models import Principal
from labsys.lib import policy
from patients.models import Exposure

CLUSTERS = "patients.cluster.view"
SUGGESTED = 50
LOOKED_AT = 500


def suggested(by: Principal) -> list[str]:
    """Return the events of late, the newest first; a form offers them, the text stays free.

    Somebody whose reach ends is offered none: an event may name whom they do not reach.
    """
    if not policy.can(by, CLUSTERS):
        return []
    rows = Exposure.objects.filter(is_retraction=False).exclude(event="").order_by("-id")
    newest = list(rows.values_list("id", "event")[:LOOKED_AT])
    # Apart: asked for rows that stand, the planner would join all of them.
    ids = [id_ for id_, _event in newest]
    gone = set(Exposure.objects.filter(corrects__in=ids).values_list("corrects", flat=True))
    return list(dict.fromkeys(event for id_, event in newest if id_ not in gone))[:SUGGESTED]
