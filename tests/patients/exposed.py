"""Exposures for tests: who by whom, made by the registry's own action."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from labsys.lib.clock import database_now
from patients.actions import exposures
from patients.models import Exposure, Person
from tests.patients import people

AGENT = "nanites"


def exposed(person: Person, source: Person | None = None, *, days: float = 1, **stated: Any) -> Any:
    """Record that somebody was exposed so many days ago, by somebody, at an event or by nobody known."""
    at = database_now()
    first_at = at - timedelta(days=days)
    given = {
        "agent": AGENT,
        "kind": Exposure.Kind.CONTACT,
        "certainty": Exposure.Certainty.CONFIRMED,
        "first_at": first_at,
        "last_at": first_at,
        **stated,
    }
    by = given.pop("by", None) or people.infection_control()
    return exposures.record(by=by, at=at, person=person, source_person=source, **given)


def chain(length: int) -> list[Person]:
    """Make so many persons, each exposed by the one before."""
    made = [people.person() for _ in range(length)]
    by = people.infection_control()
    for n in range(1, length):
        exposed(made[n], made[n - 1], days=length - n, by=by)
    return made
