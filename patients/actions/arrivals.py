"""Somebody comes: a bed, how urgent they are and how they came, recorded together or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from labsys.accounts.models import Principal
from labsys.audit.context import acting
from patients.actions import encounters, triage
from patients.models import Encounter, Location, Person


def receive(
    *,
    by: Principal,
    at: datetime,
    person: Person,
    location: Location,
    started_at: datetime,
    reason: str = "",
    triaged: Mapping[str, Any] | None = None,
) -> Encounter:
    """Admit somebody, with the triage of the moment they came where there was one."""
    with acting(by=by, at=at, action="patients.encounter.admit"):
        stay = encounters.admit(
            by=by, at=at, person=person, location=location, started_at=started_at, reason=reason
        )
        if triaged is not None:
            triage.record(by=by, at=at, person=person, assessed_at=started_at, **triaged)
        return stay
