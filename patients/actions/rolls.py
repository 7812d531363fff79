"""Make the rolls anew from the facts: who is missing, and who is to be visited."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from labsys.accounts.models import Principal
from labsys.audit.context import acting
from patients.models import Roll
from patients.queries import agents, follow_ups, missing, rolls, visits_due
from patients.queries.placing import fetched_near

ACTION = "patients.roll.refresh"
PUT = """
    INSERT INTO patients_roll (kind, agent, part, number, persons, places, as_of)
    {made}
    ON CONFLICT ON CONSTRAINT patients_roll_one_of_each DO UPDATE SET number = excluded.number,
        persons = excluded.persons, places = excluded.places, as_of = excluded.as_of
    RETURNING id
"""


def refresh(*, by: Principal, at: datetime) -> int:
    """Make every roll of a large registry, and forget those that nobody needs; return how many."""
    with acting(by=by, at=at, action=ACTION):
        return _refresh(at)


def _refresh(at: datetime) -> int:
    made = 0
    if rolls.are_needed():
        known = follow_ups.known()
        made += _missing("", at=at)
        for agent in known.agents.every:
            made += _missing(agents.key(agent.code), at=at)
        for agent, rule in known.ruled(known.agents.every, at=at).items():
            values = visits_due.values_of_everybody({agent: rule}, at=at)
            made += _put(visits_due.ROLLED, values, Roll.Kind.VISITS, agents.key(agent.code))
    Roll.objects.exclude(as_of=at).delete()
    return made


def _missing(agent: str, *, at: datetime) -> int:
    values = missing.values_of_everybody(missing.usual(at, agent=agent), at=at)
    return _put(missing.ROLLED, values, Roll.Kind.MISSING, agent)


def _put(made: str, values: dict[str, Any], kind: str, agent: str) -> int:
    given = {**values, "kind": kind, "key": agent, "everybody": rolls.EVERYBODY}
    return len(fetched_near(PUT.format(made=made), given))
