"""Which agents are known, by what texts, which rule holds for each, and what forms may suggest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from labsys.accounts.models import Principal
from labsys.lib import policy
from patients.models import Agent
from patients.rules.follow_ups import Rule, in_force

CLUSTERS = "patients.cluster.view"
SUGGESTED = 50
# Walks the index from text to text instead of reading every exposure.
TEXTS = """
    WITH RECURSIVE found(text) AS (
        SELECT min(upper(agent)) FROM patients_exposure
        UNION ALL
        SELECT (SELECT min(upper(e.agent)) FROM patients_exposure e WHERE upper(e.agent) > found.text)
        FROM found WHERE found.text IS NOT NULL
    )
    SELECT text FROM found WHERE text IS NOT NULL LIMIT %s
"""
RULES = """
    SELECT r.id, a.code, r.days, r.visits_per_day, r.approved_at, r.in_force_from
    FROM patients_followuprule r JOIN patients_agent a ON a.id = r.agent_id
    WHERE r.approved_at IS NOT NULL ORDER BY r.id
"""


def key(text: str) -> str:
    """Return what two texts have in common that name the same agent."""
    return text.strip().upper()


@dataclass(frozen=True)
class Agents:
    """The agents known, by every text that names them."""

    by_text: dict[str, Agent]

    def agent(self, text: str) -> Agent | None:
        return self.by_text.get(key(text))

    def named(self, text: str) -> str:
        """Return what stands for the agent in follow-up: its code, or the text nobody knows."""
        agent = self.agent(text)
        return key(text) if agent is None else key(agent.code)

    @property
    def every(self) -> list[Agent]:
        return sorted(set(self.by_text.values()), key=lambda one: one.name.lower())


def known() -> Agents:
    """Return the agents by their codes and names."""
    rows = list(Agent.objects.all())
    names = {key(agent.name): agent for agent in rows}
    return Agents({**names, **{key(agent.code): agent for agent in rows}})


def texts_of(agent: Agent) -> list[str]:
    """Return the texts by which an exposure names an agent, as the index of exposures holds them."""
    return [key(agent.code), key(agent.name)]


def texts_naming(text: str) -> list[str]:
    """Return every text that names the same agent as this one; itself where nobody added that agent."""
    agent = known().agent(text)
    return [key(text)] if agent is None else texts_of(agent)


def rules() -> list[Rule]:
    """Return every approved rule of every agent."""
    with connection.cursor() as cursor:
        cursor.execute(RULES)
        rows = cursor.fetchall()
    return [
        Rule(
            id=id_,
            agent=key(code),
            days=days,
            visits_per_day=visits,
            approved_at=approved_at,
            in_force_from=in_force_from,
        )
        for id_, code, days, visits, approved_at, in_force_from in rows
    ]


def longest_days(*, at: datetime) -> int:
    """Return for how many days the longest of the rules in force says to follow up; 0 without one."""
    every = rules()
    found = (
        in_force((rule for rule in every if rule.agent == agent), at=at)
        for agent in {rule.agent for rule in every}
    )
    return max((rule.days for rule in found if rule is not None), default=0)


def unruled(by: Principal, *, at: datetime) -> list[str]:
    """Return the agents that exposures name and no rule in force covers: nobody follows them up.

    These are words of everybody's exposures: whose reach ends reads them with each person alone.
    """
    if not policy.can(by, CLUSTERS):
        return []
    agents, every = known(), rules()
    with connection.cursor() as cursor:
        cursor.execute(TEXTS, [SUGGESTED])
        texts = [text for (text,) in cursor.fetchall()]
    found = []
    for text in texts:
        name = agents.named(text)
        if in_force((rule for rule in every if rule.agent == name), at=at) is None:
            agent = agents.agent(text)
            found.append(text.lower() if agent is None else agent.name)
    return sorted(set(found))


def suggested() -> list[str]:
    """Return the names of agents that a form offers: the text stays free."""
    return list(Agent.objects.order_by("name").values_list("name", flat=True)[:SUGGESTED])
