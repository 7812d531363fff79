"""What of the registry waits for somebody: counts for the home page."""

from __future__ import annotations

from labsys.lib.clock import database_now
from labsys.lib.policy import Principal
from patients.queries import missing
from patients.queries import visits_due as due
from patients.rules.whereabouts import Where


def not_located(by: Principal) -> int:
    """Count those exposed of late whom nobody can find."""
    now = database_now()
    return missing.counts(by, missing.usual(now), at=now).by_place[Where.NOT_LOCATED]


def visits_due(by: Principal) -> int:
    """Count the follow-up visits that are due today or overdue."""
    return due.waiting(by, at=database_now())
