"""Which waiver text is to be signed now."""

from __future__ import annotations

from datetime import datetime

from consent.models import Programme, WaiverText


def in_force(programme: Programme, at: datetime) -> WaiverText | None:
    """Return the approved text in force at a moment, None before the first."""
    texts = WaiverText.objects.filter(
        programme=programme, approved_at__lte=at, effective_from__lte=at
    )
    found: WaiverText | None = texts.order_by("-effective_from", "-number").first()
    return found
