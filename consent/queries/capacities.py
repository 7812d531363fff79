"""Whether somebody's capacity to consent was assessed, and how."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from consent.models import CapacityAssessment


def latest(entries: Iterable[int], *, at: datetime) -> CapacityAssessment | None:
    """Return the newest assessment made up to a moment, under any of a person's linked entries."""
    rows = CapacityAssessment.objects.filter(person_id__in=list(entries), assessed_at__lte=at)
    found: CapacityAssessment | None = rows.order_by("-assessed_at", "-id").first()
    return found
