"""The events that exposures name: the same text is the same event."""

from __future__ import annotations

from patients.models import Exposure

SUGGESTED = 50
LOOKED_AT = 2000


def suggested() -> list[str]:
    """Return the events of late, the newest first; a form offers them, the text stays free."""
    rows = Exposure.objects.standing().exclude(event="").order_by("-id")
    newest = rows.values_list("event", flat=True)[:LOOKED_AT]
    return list(dict.fromkeys(newest))[:SUGGESTED]
