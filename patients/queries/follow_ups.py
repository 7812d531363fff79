"""What the follow-up of people is derived from, and who is to be visited today.

`facts` fetches what the rule needs for some people. `worklist` finds in one statement who of
everybody is due: it narrows as the rule would decide, which a test compares; what a page then shows
of each person is the rule's own answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.timezone import get_default_timezone

from patients.models import Agent, Exposure, FollowUpDecision, FollowUpVisit, Person
from patients.queries import agents as known_agents
from patients.queries.agents import Agents
from patients.queries.identities import heads_of
from patients.rules import follow_ups as rule
from patients.rules.follow_ups import Decided, Deciding, Exposed, FollowUp, Rule, Visited, Visiting

# What every row is told by: see `_fact`.
FACT = ("id", "recorded_at", "corrects_id", "is_retraction")


@dataclass
class Facts:
    """What was recorded of one person that bears on follow-up, for all agents."""

    exposures: list[Exposed] = field(default_factory=list)
    decisions: list[Decided] = field(default_factory=list)
    visits: list[Visited] = field(default_factory=list)


@dataclass(frozen=True)
class Known:
    """What is the same for everybody: the agents, and their rules."""

    agents: Agents
    rules: tuple[Rule, ...]

    def ruled(self, agents: Iterable[Agent], *, at: datetime) -> dict[Agent, Rule]:
        """Return the rule in force for each of these agents that has one."""
        found = {
            agent: rule.in_force(
                (one for one in self.rules if one.agent == known_agents.key(agent.code)), at=at
            )
            for agent in agents
        }
        return {agent: one for agent, one in found.items() if one is not None}


@dataclass(frozen=True)
class Followed:
    """One follow-up with the agent it is for; None where nobody added that agent yet."""

    agent: Agent | None
    name: str
    found: FollowUp


def known() -> Known:
    return Known(known_agents.known(), tuple(known_agents.rules()))


def facts(persons: Iterable[int], agents: Agents) -> Mapping[int, Facts]:
    """Return what bears on the follow-up of these persons, under the entry each is read as."""
    heads = heads_of(persons)
    found: dict[int, Facts] = defaultdict(Facts)
    entries = list(heads)
    exposures = Exposure.objects.filter(person_id__in=entries)
    columns = ("person_id", "agent", "first_at", "last_at", "certainty", *FACT)
    for person, text, first_at, last_at, certainty, *fact in exposures.values_list(*columns):
        found[heads[person]].exposures.append(
            Exposed(
                **_fact(agents.named(text), *fact),
                first_at=first_at,
                last_at=last_at,
                is_excluded=certainty == Exposure.Certainty.EXCLUDED,
            )
        )
    codes = {agent.pk: known_agents.key(agent.code) for agent in agents.every}
    decisions = FollowUpDecision.objects.filter(person_id__in=entries)
    columns = ("person_id", "agent_id", "kind", "decided_at", "until", *FACT)
    for person, agent, kind, decided_at, until, *fact in decisions.values_list(*columns):
        found[heads[person]].decisions.append(
            Decided(
                **_fact(codes[agent], *fact),
                kind=Deciding(kind),
                decided_at=decided_at,
                until=until,
            )
        )
    visits = FollowUpVisit.objects.filter(person_id__in=entries)
    columns = ("person_id", "agent_id", "outcome", "visited_at", *FACT)
    for person, agent, outcome, visited_at, *fact in visits.values_list(*columns):
        found[heads[person]].visits.append(
            Visited(**_fact(codes[agent], *fact), outcome=Visiting(outcome), visited_at=visited_at)
        )
    return found


def derived(given: Facts, name: str, known: Known, *, at: datetime) -> FollowUp | None:
    """Return the follow-up of one person for the agent that goes by this name."""
    return rule.follow_up(
        agent=name,
        exposures=given.exposures,
        rules=known.rules,
        decisions=given.decisions,
        visits=given.visits,
        at=at,
        zone=get_default_timezone(),
    )


def of_person(person: Person, *, at: datetime) -> list[Followed]:
    """Return every follow-up of a person, and every exposure that nobody follows up."""
    everything = known()
    given = next(iter(facts([person.pk], everything.agents).values()), Facts())
    texts = sorted({one.agent for one in given.exposures})
    found = []
    for name in texts:
        one = derived(given, name, everything, at=at)
        if one is not None:
            agent = everything.agents.agent(name)
            found.append(Followed(agent, name.lower() if agent is None else agent.name, one))
    return found


def of_agent(person: Person, agent: Agent, *, at: datetime) -> FollowUp | None:
    """Return the follow-up of a person for one agent."""
    everything = known()
    given = next(iter(facts([person.pk], everything.agents).values()), Facts())
    return derived(given, known_agents.key(agent.code), everything, at=at)


def _fact(
    agent: str, id_: int, recorded_at: datetime, corrects: int | None, is_retraction: bool
) -> dict[str, Any]:
    return {
        "id": id_,
        "agent": agent,
        "recorded_at": recorded_at,
        "corrects": corrects,
        "is_retraction": is_retraction,
    }
