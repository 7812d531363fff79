"""Which rule of quarantine is in force for an agent and a kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.db.models.functions import Upper

from patients.models import QuarantineRule
from patients.queries import agents


def in_force(agent: str, kind: str, *, at: datetime) -> QuarantineRule | None:
    """Return the rule in force at a moment for orders that name this agent; None where none is."""
    if not agent.strip():
        return None
    found: QuarantineRule | None = (
        naming(agent)
        .filter(kind=kind)
        .filter(in_force_from__lte=at, approved_at__lte=at)
        .order_by("-in_force_from", "-id")
        .first()
    )
    return found


def naming(agent: str) -> QuerySet[QuarantineRule]:
    """Return the rules for an agent, named by its code or its name, in capitals or not."""
    rows = QuarantineRule.objects.annotate(named=Upper("agent"))
    return rows.filter(named__in=agents.texts_naming(agent))


@dataclass(frozen=True)
class Listed:
    """A rule, and whether it is the one in force for its agent and kind."""

    rule: QuarantineRule
    is_in_force: bool


def held(*, at: datetime) -> frozenset[int]:
    """Return the ids of the rules in force, one for each agent and kind that has any."""
    return frozenset(one.rule.pk for one in every(at=at) if one.is_in_force)


def every(*, at: datetime) -> list[Listed]:
    """Return all rules by agent and kind, drafts first and the newest before the others."""
    rows = QuarantineRule.objects.select_related("recorded_by__user", "approved_by__user")
    found, current, known = [], set(), agents.known()
    drafts = [row for row in rows if row.approved_at is None]
    approved = [row for row in rows if row.approved_at is not None]
    approved.sort(key=lambda row: (row.in_force_from, row.pk), reverse=True)
    for row in approved:
        key = (known.named(row.agent), row.kind)
        holds = row.in_force_from <= at and key not in current
        if holds:
            current.add(key)
        found.append(Listed(row, holds))
    found.sort(key=lambda one: (one.rule.agent.upper(), one.rule.kind))
    return [*(Listed(row, False) for row in sorted(drafts, key=lambda row: -row.pk)), *found]
