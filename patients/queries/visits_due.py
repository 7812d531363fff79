"""Who is to be visited today for one agent: in one statement for everybody, by place."""

# ruff: noqa: S608 - names of tables
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from labsys.lib.clock import bounds_of_day, hospital_day
from labsys.lib.policy import Principal
from patients.models import Agent, Person, Roll
from patients.queries import follow_ups, rolls, whereabouts
from patients.queries.agents import key, texts_of
from patients.queries.follow_ups import Known
from patients.queries.placing import (
    DIED_NEAR,
    HOLDS,
    JOINS,
    LINKS,
    NEAR,
    PLACES,
    REACH,
    fetched_near,
    reached,
    reaches_all,
)
from patients.rules.follow_ups import Duty, FollowUp, Rule
from patients.rules.whereabouts import SEEN_HOLDS, Whereabouts

VIEW = "patients.followup.view"
PAGE = 25  # each with a form: a page of more takes too long to make

FOLLOWED = f"""
    WITH {REACH}, {LINKS}, ruled AS (
        SELECT * FROM unnest(%(agents)s::bigint[], %(lengths)s::interval[], %(needed)s::int[])
            AS r (agent_id, length, needed)
    ), named AS (
        SELECT * FROM unnest(%(texts)s::text[], %(named)s::bigint[]) AS n (text, agent_id)
    ), met AS (
        SELECT n.agent_id, coalesce(k.survivor_id, e.person_id) AS person,
               max(e.last_at + r.length) AS until, max(e.last_at) AS last_at,
               max(e.recorded_at) AS known_at, coalesce(
                   min(e.recorded_at) FILTER (WHERE e.last_at + r.length > %(at)s),
                   min(e.recorded_at)) AS from_at
        FROM patients_exposure e JOIN named n ON n.text = upper(e.agent) JOIN ruled r USING (agent_id)
        LEFT JOIN links k ON k.duplicate_id = e.person_id
        WHERE {HOLDS.format(row="e", table="patients_exposure")}
          AND e.certainty <> 'EXCLUDED' AND upper(e.agent) = ANY (%(texts)s::text[])
          AND {NEAR.format(entry="e.person_id")}
        GROUP BY 1, 2
    ), decided AS (
        SELECT coalesce(k.survivor_id, d.person_id) AS person, d.*
        FROM patients_followupdecision d LEFT JOIN links k ON k.duplicate_id = d.person_id
        WHERE d.agent_id = ANY (%(agents)s::bigint[]) AND d.decided_at <= %(at)s
          AND {HOLDS.format(row="d", table="patients_followupdecision")}
          AND {NEAR.format(entry="d.person_id")}
    ), turned AS (
        SELECT DISTINCT ON (agent_id, person) agent_id, person, kind, decided_at, recorded_at
        FROM decided WHERE kind <> 'EXTENDED' ORDER BY agent_id, person, decided_at DESC, id DESC
    ), spans AS (
        SELECT agent_id, person, max(until) AS until,
               max(recorded_at) FILTER (WHERE kind = 'RESUMED') AS resumed_at
        FROM decided GROUP BY 1, 2
    ), visited AS (
        SELECT v.agent_id, coalesce(k.survivor_id, v.person_id) AS person,
               count(*) FILTER (WHERE v.visited_at >= %(today)s) AS today
        FROM patients_followupvisit v LEFT JOIN links k ON k.duplicate_id = v.person_id
        WHERE v.agent_id = ANY (%(agents)s::bigint[]) AND v.outcome = 'SEEN'
          AND v.visited_at >= %(yesterday)s AND v.visited_at <= %(at)s
          AND {HOLDS.format(row="v", table="patients_followupvisit")}
          AND {NEAR.format(entry="v.person_id")}
        GROUP BY 1, 2
    ), {{parts}}, active AS (
        SELECT m.agent_id, m.person, CASE
                 WHEN coalesce(visited.today, 0) >= r.needed THEN 'DONE'
                 WHEN greatest(m.from_at, spans.resumed_at) < %(today)s AND visited.person IS NULL
                 THEN 'OVERDUE' ELSE 'DUE' END AS duty,
               {{place}} AS place
        FROM met m JOIN ruled r USING (agent_id) {{joins}}
        LEFT JOIN spans ON spans.person = m.person AND spans.agent_id = m.agent_id
        LEFT JOIN turned ON turned.person = m.person AND turned.agent_id = m.agent_id
            AND turned.kind <> 'RESUMED'
            AND turned.decided_at >= m.last_at AND turned.recorded_at >= m.known_at
        LEFT JOIN visited ON visited.person = m.person AND visited.agent_id = m.agent_id
        WHERE turned.person IS NULL AND greatest(m.until, spans.until) > %(at)s
          AND died.person IS NULL
    )
"""
PLACED = FOLLOWED.format(
    parts=PLACES, joins=JOINS, place="coalesce(stay.place, confined.place, seen.place, '')"
)
FOUND = (
    PLACED
    + """SELECT agent_id, duty, place, array_agg(person ORDER BY person) FROM active
    GROUP BY 1, 2, 3 ORDER BY place
"""
)
WAITING = (
    FOLLOWED.format(parts=DIED_NEAR, joins="LEFT JOIN died ON died.person = m.person", place="NULL")
    + "SELECT count(*) FROM active WHERE duty <> 'DONE'"
)
ROLLED = (
    PLACED
    + """, placed AS (SELECT duty, place, count(*) AS number FROM active GROUP BY 1, 2)
    SELECT %(kind)s, %(key)s, duty, count(*), array_agg(person ORDER BY place, person),
           (SELECT jsonb_agg(jsonb_build_array(p.place, p.number) ORDER BY p.place)
            FROM placed p WHERE p.duty = a.duty), %(at)s::timestamptz
    FROM active a GROUP BY duty
    UNION ALL
    SELECT %(kind)s, %(key)s, %(everybody)s, count(*), '{}', '[]'::jsonb, %(at)s::timestamptz FROM active
"""
)


@dataclass(frozen=True)
class Row:
    """Somebody under follow-up, and where to find them."""

    person: Person
    found: FollowUp
    whereabouts: Whereabouts


@dataclass(frozen=True)
class Counts:
    """Who is to be visited and how many, by what is to be done and by place; None without a rule."""

    rule: Rule | None
    by_duty: Mapping[Duty, int]
    # In the order of the list: by place, then by person.
    persons: Mapping[tuple[Duty, str], Sequence[int]] = field(default_factory=dict)
    # Where they were not counted for this page.
    roll: rolls.Known | None = None

    @property
    def as_of(self) -> datetime | None:
        return None if self.roll is None else self.roll.as_of

    def by_place(self, duty: Duty) -> Mapping[str, int]:
        """Return the counts of one duty by place, in the order of the places."""
        if self.roll is not None:
            return self.roll.places(duty.value)
        return {
            place: len(ids) for (one, place), ids in sorted(self.persons.items()) if one is duty
        }

    def page(self, duty: Duty, *, place: str | None, after: int | None, limit: int) -> list[int]:
        """Return persons of one duty; the first ones where `after` is no longer among them."""
        if self.roll is not None:
            return self.roll.page(duty.value, after=after, limit=limit, place=place)
        every = [
            person
            for (one, name), ids in self.persons.items()
            if one is duty and place in (None, name)
            for person in ids
        ]
        begin = every.index(after) + 1 if after in every else 0
        return every[begin : begin + limit]

    @property
    def active(self) -> int:
        return sum(self.by_duty.values())

    @property
    def waiting(self) -> int:
        return self.active - self.by_duty[Duty.DONE]


@dataclass(frozen=True)
class Listed:
    rows: tuple[Row, ...]
    next: int | None


def counts(
    by: Principal, agents: Sequence[Agent], known: Known, *, at: datetime
) -> dict[Agent, Counts]:
    """Find who is under follow-up for each of these agents within reach, in one statement."""
    ruled = known.ruled(agents, at=at)
    found = {agent: Counts(ruled.get(agent), dict.fromkeys(SHOWN, 0)) for agent in agents}
    kept = _rolls(by, ruled, at=at)
    for agent, roll in kept.items():
        by_duty = {duty: roll.numbers.get(duty.value, 0) for duty in SHOWN}
        found[agent] = Counts(ruled[agent], by_duty, roll=roll)
    asked = {agent: rule for agent, rule in ruled.items() if agent not in kept}
    if asked:
        found |= _found(asked, reached(by, VIEW), at=at)
    return found


def _found(
    ruled: Mapping[Agent, Rule], near: list[int] | None, *, at: datetime
) -> dict[Agent, Counts]:
    persons: dict[int, dict[tuple[Duty, str], list[int]]] = {agent.pk: {} for agent in ruled}
    values = {**values_of_everybody(ruled, at=at), "near": near}
    for agent_id, duty, place, ids in fetched_near(FOUND, values):
        persons[agent_id][Duty(duty), place] = ids
    return {
        agent: Counts(
            rule,
            {
                duty: sum(len(ids) for (one, _p), ids in persons[agent.pk].items() if one is duty)
                for duty in SHOWN
            },
            persons[agent.pk],
        )
        for agent, rule in ruled.items()
    }


def listed(
    counted: Counts,
    agent: Agent,
    known: Known,
    *,
    duty: Duty,
    at: datetime,
    place: str | None = None,
    after: int | None = None,
    limit: int = PAGE,
) -> Listed:
    """Return one page of those under follow-up of whom this is to be done, by place."""
    ids = counted.page(duty, place=place, after=after, limit=limit + 1)
    page = ids[:limit]
    people = Person.objects.listed().in_bulk(page)
    places, given = whereabouts.of(page, at=at), follow_ups.facts(page, known.agents)
    rows = []
    for id_ in page:
        found = follow_ups.derived(given[id_], key(agent.code), known, at=at)
        # Who was visited since the roll was made is left out.
        if found is not None and (counted.roll is None or found.duty is duty):
            rows.append(Row(people[id_], found, places[id_]))
    return Listed(tuple(rows), page[-1] if len(ids) > limit else None)


def waiting(by: Principal, *, at: datetime) -> int:
    """Count the visits that are due or overdue, for every agent."""
    known = follow_ups.known()
    ruled = known.ruled(known.agents.every, at=at)
    kept = _rolls(by, ruled, at=at)
    number = sum(
        roll.numbers.get(duty.value, 0)
        for roll in kept.values()
        for duty in (Duty.OVERDUE, Duty.DUE)
    )
    asked = {agent: rule for agent, rule in ruled.items() if agent not in kept}
    if asked:
        values = {**values_of_everybody(asked, at=at), "near": reached(by, VIEW)}
        number += fetched_near(WAITING, values)[0][0]
    return number


SHOWN = (Duty.OVERDUE, Duty.DUE, Duty.DONE)


def _rolls(by: Principal, agents: Iterable[Agent], *, at: datetime) -> dict[Agent, rolls.Known]:
    """Return the rolls that answer this, where there are any: of everybody."""
    if not reaches_all(by, VIEW):
        return {}
    found = {agent: rolls.known(Roll.Kind.VISITS, key(agent.code), at=at) for agent in agents}
    return {agent: roll for agent, roll in found.items() if roll is not None}


def values_of_everybody(ruled: Mapping[Agent, Rule], *, at: datetime) -> dict[str, Any]:
    """Return what the statements are given of agents and their rules, without anybody's reach."""
    today = bounds_of_day(hospital_day(at))[0]
    yesterday = bounds_of_day(hospital_day(at) - timedelta(days=1))[0]
    names = [(text, agent.pk) for agent in ruled for text in set(texts_of(agent))]
    return {
        "at": at,
        "holds": SEEN_HOLDS,
        "agents": [agent.pk for agent in ruled],
        "lengths": [timedelta(days=rule.days) for rule in ruled.values()],
        "needed": [rule.visits_per_day for rule in ruled.values()],
        "texts": [text for text, _agent in names],
        "named": [agent for _text, agent in names],
        "near": None,
        "today": today,
        "yesterday": yesterday,
    }
