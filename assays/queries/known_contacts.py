"""How many of the new cases were known contacts before: cases are told by results, contacts by exposures.

Results tell of nanites: of an agent without an assay nobody knows who became a case.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from assays.queries import nanite_agents
from assays.queries.analyses import epidemic
from labsys.accounts.models import Principal
from patients.models import Agent
from patients.queries.follow_up_indicators import known_from
from patients.rules.follow_up_indicators import Case, Share, known_cases


def among_new_cases(
    principal: Principal, agent: Agent, *, since: datetime, until: datetime
) -> Share | None:
    """Return how many who first had a positive nanite result in a period were known contacts by then.

    None where results do not tell of the agent: nothing is established. A person became a case when
    the specimen was collected. They were a known contact where an exposure to the agent was on record
    before that moment, not where it was added afterwards.
    """
    if not nanite_agents.are_told_of(agent.code):
        return None
    known, cases = known_from(principal, agent), epidemic.first_positive(principal)
    return among(cases, known, since=since, until=until)


def among(
    cases: Mapping[int, epidemic.Case],
    known: Mapping[int, datetime],
    *,
    since: datetime,
    until: datetime,
) -> Share:
    """Return the share among the cases of a period; both by the entry that a person is read as."""
    new = {person: case for person, case in cases.items() if since <= case.at < until}
    return known_cases([Case(case.at, known.get(person)) for person, case in new.items()])
