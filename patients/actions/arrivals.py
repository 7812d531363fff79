"""Somebody comes: a bed, how urgent they are, how they came and what they are hurt by, in one act."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from labsys.accounts.models import Principal
from labsys.audit.context import acting
from patients.actions import encounters, injuries, triage
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
    injured: Iterable[Mapping[str, Any]] = (),
) -> Encounter:
    """Admit somebody, with the triage and the injuries found at the moment they came."""
    with acting(by=by, at=at, action="patients.encounter.admit"):
        stay = encounters.admit(
            by=by, at=at, person=person, location=location, started_at=started_at, reason=reason
        )
        if triaged is not None:
            triage.record(by=by, at=at, person=person, assessed_at=started_at, **triaged)
        for one in injured:
            injuries.record(by=by, at=at, person=person, found_at=started_at, **one)
        return stay
