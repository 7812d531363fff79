"""What of the registry waits for somebody: counts for the home page."""

from __future__ import annotations

from datetime import timedelta

from labsys.lib.clock import bounds_of_day, database_now, hospital_day
from labsys.lib.policy import Principal
from patients.queries import missing
from patients.queries import visits_due as due

# As long as the page looks back where nobody says otherwise.
DAYS = 30


def not_located(by: Principal) -> int:
    """Count those exposed of late whom nobody can find."""
    now = database_now()
    since = bounds_of_day(hospital_day(now) - timedelta(days=DAYS))[0]
    return missing.not_located(by, at=now, since=since)


def visits_due(by: Principal) -> int:
    """Count the follow-up visits that are due today or overdue."""
    return due.waiting(by, at=database_now())
