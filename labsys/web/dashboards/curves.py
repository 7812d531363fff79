"""Who was first exposed on which day, by how certain that is: counted by the database, each person once."""

# ruff: noqa: S608 - names of tables
from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.timezone import get_default_timezone_name

from labsys.lib.clock import hospital_day
from patients.queries import agents as known_agents
from patients.queries import known_since
from patients.queries.placing import HOLDS, LINKS, fetched

DELAYS_OF_DAYS = 60
FARTHEST_DAYS = 730
CERTAINTIES = ("CONFIRMED", "PROBABLE", "POSSIBLE")

MET = f"""
    WITH {LINKS}, named AS (
        SELECT * FROM unnest(%(texts)s::text[], %(codes)s::text[]) AS n (text, code)
    ), told AS (
        SELECT * FROM unnest(%(corrections)s::bigint[], %(since)s::timestamptz[]) AS t (id, since)
    ), met AS MATERIALIZED (
        SELECT coalesce(n.code, upper(e.agent)) AS agent,
               coalesce(k.survivor_id, e.person_id) AS person,
               min(e.first_at) AS first_at,
               min(coalesce(t.since, e.recorded_at)) AS known_at,
               min(array_position(%(certainties)s::text[], e.certainty::text)) AS certainty
        FROM patients_exposure e LEFT JOIN links k ON k.duplicate_id = e.person_id
        LEFT JOIN named n ON n.text = upper(e.agent)
        LEFT JOIN told t ON t.id = e.id
        WHERE {HOLDS.format(row="e", table="patients_exposure")}
          AND e.certainty <> 'EXCLUDED' AND e.first_at <= %(at)s
        GROUP BY 1, 2
    )
"""
DAYS = (
    MET
    + """
    SELECT agent, (first_at AT TIME ZONE %(zone)s)::date, certainty, count(*) FROM met GROUP BY 1, 2, 3
"""
)
DELAYS = (
    MET
    + """
    SELECT agent, percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (
        ORDER BY greatest(extract(epoch FROM known_at - first_at), 0)::float / 86400), count(*)
    FROM met WHERE first_at >= %(recent)s GROUP BY 1
"""
)


def by_agent(*, at: datetime, most: int) -> tuple[list[dict[str, Any]], int]:
    """Return the curves of so many agents, those with most people first, and how many more there are."""
    known = known_agents.known()
    texts, first = sorted(known.by_text), known_since.first_recorded()
    given = {
        "texts": texts,
        "codes": [known_agents.key(known.by_text[text].code) for text in texts],
        "certainties": list(CERTAINTIES),
        "zone": get_default_timezone_name(),
        "at": at,
        "corrections": list(first),
        "since": list(first.values()),
        "recent": at - timedelta(days=DELAYS_OF_DAYS),
    }
    days: dict[str, dict[str, list[int]]] = {}
    for agent, day, certainty, people in fetched(DAYS, given):
        counted = days.setdefault(agent, {}).setdefault(day.isoformat(), [0, 0, 0])
        counted[certainty - 1] += people
    delays = {agent: (found, people) for agent, found, people in fetched(DELAYS, given)}
    persons = {agent: sum(map(sum, found.values())) for agent, found in days.items()}
    every = sorted(days, key=lambda agent: (-persons[agent], agent))
    earliest = (hospital_day(at) - timedelta(days=FARTHEST_DAYS)).isoformat()
    found = [
        {
            "code": agent,
            "name": _name(agent, known),
            "texts": [
                text for text, code in zip(texts, given["codes"], strict=True) if code == agent
            ]
            or [agent],
            "persons": persons[agent],
            "before": sum(sum(n) for day, n in days[agent].items() if day < earliest),
            "days": {day: n for day, n in sorted(days[agent].items()) if day >= earliest},
            "delay": _delay(*delays.get(agent, (None, 0))),
        }
        for agent in every[:most]
    ]
    return found, max(len(every) - most, 0)


def _name(agent: str, known: known_agents.Agents) -> str:
    found = known.agent(agent)
    return agent.lower() if found is None else str(found.name)


def _delay(found: list[float] | None, people: int) -> dict[str, Any]:
    return {
        "median": None if found is None else round(found[0], 2),
        "p90": None if found is None else round(found[1], 2),
        "people": people,
    }
