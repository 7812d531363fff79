"""Agents, rules, exposures and visits for the tests of follow-up, made by the registry's actions."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from labsys.accounts.models import Principal
from labsys.lib.clock import database_now, hospital_day
from patients.actions import agents, exposures, persons, sightings, visits
from patients.models import Agent, Exposure, FollowUpRule, FollowUpVisit, Person, Sighting
from patients.queries import follow_ups, visits_due
from tests.patients import people
from tests.patients.people import DAY, HOUR

_numbers = count(1)


def agent(days: int | None = 14, *, by: Principal | None = None, **more: Any) -> Agent:
    """Add an agent; with a rule in force where days are given."""
    number, at = next(_numbers), database_now()
    by = by or people.infection_control()
    made = agents.add(
        by=by, at=at, **{"code": f"agent-{number}", "name": f"Agent {number}", **more}
    )
    if days is not None:
        rule(made, days)
    return made


def rule(of: Agent, days: int, *, visits_per_day: int = 1) -> FollowUpRule:
    """Have a rule drafted by one and approved by another; in force from now."""
    at = database_now()
    drafted = agents.draft_rule(
        by=people.infection_control(),
        at=at,
        agent=of,
        days=days,
        visits_per_day=visits_per_day,
        source="invented for a test",
    )
    return agents.approve_rule(by=people.infection_control(), at=at, rule=drafted)


def exposed(whom: Person, to: Agent | str, *, ago: timedelta = DAY, **more: Any) -> Exposure:
    """Record that somebody was exposed some time ago."""
    at = database_now()
    return exposures.record(
        **{
            "by": people.infection_control(),
            "at": at,
            "person": whom,
            "agent": to if isinstance(to, str) else to.name,
            "kind": "CONTACT",
            "certainty": "CONFIRMED",
            "first_at": at - ago,
            "last_at": at - ago,
            **more,
        }
    )


def visited(
    whom: Person, of: Agent, *, ago: timedelta = timedelta(), outcome: str = "SEEN", **more: Any
) -> FollowUpVisit:
    at = database_now()
    by = people.infection_control()
    said = {"outcome": outcome, "visited_at": at - ago, **more}
    return visits.record(by=by, at=at, person=whom, agent=of, **said)


def looked(whom: Person, outcome: str = "SEEN", *, ago: timedelta = HOUR, **more: Any) -> Sighting:
    at = database_now()
    said = {"place": "dock 4", "reported_by": "port guard", **more}
    return sightings.record(
        by=people.infection_control(),
        at=at,
        person=whom,
        outcome=outcome,
        seen_at=at - ago,
        **said,
    )


def died(whom: Person) -> None:
    """Record that somebody died today."""
    at = database_now()
    persons.amend(
        by=people.infection_control(),
        at=at,
        person=whom,
        changes={"deceased_on": hospital_day(at)},
        expected={"deceased_on": None},
        reason="found dead",
    )


def period(at: datetime) -> tuple[datetime, datetime]:
    """Return a month that ends now."""
    return at - 30 * DAY, at + HOUR


def counted(by: Principal, agent: Agent, *, at: datetime) -> visits_due.Counts:
    """Return who is under follow-up for an agent."""
    return visits_due.counts(by, [agent], follow_ups.known(), at=at)[agent]


def listed(by: Principal, agent: Agent, *, at: datetime, **more: Any) -> visits_due.Listed:
    """Return one page of those under follow-up for an agent."""
    known = follow_ups.known()
    counts = visits_due.counts(by, [agent], known, at=at)[agent]
    return visits_due.listed(counts, agent, known, at=at, **more)
