"""Which rule of quarantine is in force for an agent and a kind, and which texts name one agent."""

from __future__ import annotations

from datetime import datetime

from django.db.models.functions import Upper

from patients.models import QuarantineRule


def texts_of(agent: str) -> list[str]:
    """Return the texts, in capitals, by which rows name the same agent."""
    return [agent.strip().upper()]


def in_force(agent: str, kind: str, *, at: datetime) -> QuarantineRule | None:
    """Return the rule in force at a moment for orders that name this agent; None where none is."""
    if not agent.strip():
        return None
    found: QuarantineRule | None = (
        QuarantineRule.objects.annotate(named=Upper("agent"))
        .filter(named__in=texts_of(agent), kind=kind)
        .filter(in_force_from__lte=at, approved_at__lte=at)
        .order_by("-in_force_from", "-id")
        .first()
    )
    return found
