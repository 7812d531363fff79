"""Who is to be visited today for one agent: in one statement for everybody, by place."""

# ruff: noqa: S608 - names of tables
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from labsys.lib.clock import bounds_of_day, hospital_day
from labsys.lib.policy import Principal
from patients.models import Agent, Person, Roll
from patients.queries import agents, follow_ups, rolls, whereabouts
from patients.queries.placing import (
    HOLDS,
    JOINS,
    LINKS,
    NEAR,
    PLACES,
    fetched,
    reached,
    reaches_all,
)
from patients.rules.follow_ups import Duty, FollowUp
from patients.rules.whereabouts import SEEN_HOLDS, Whereabouts

VIEW = "patients.followup.view"
PAGE = 25  # each with a form: a page of more takes too long to make

FOLLOWED = f"""
    WITH {LINKS}, met AS (
        SELECT coalesce(k.survivor_id, e.person_id) AS person, max(e.last_at) AS last_at,
               max(e.recorded_at) AS known_at, coalesce(
                   min(e.recorded_at) FILTER (WHERE e.last_at + %(length)s > %(at)s),
                   min(e.recorded_at)) AS from_at
        FROM patients_exposure e LEFT JOIN links k ON k.duplicate_id = e.person_id
        WHERE {HOLDS.format(row="e", table="patients_exposure")}
          AND e.certainty <> 'EXCLUDED' AND upper(e.agent) = ANY (%(texts)s::text[])
          AND {NEAR.format(row="e")}
        GROUP BY 1
    ), decided AS (
        SELECT coalesce(k.survivor_id, d.person_id) AS person, d.*
        FROM patients_followupdecision d LEFT JOIN links k ON k.duplicate_id = d.person_id
        WHERE d.agent_id = %(agent)s AND d.decided_at <= %(at)s
          AND {HOLDS.format(row="d", table="patients_followupdecision")} AND {NEAR.format(row="d")}
    ), turned AS (
        SELECT DISTINCT ON (person) person, kind, decided_at, recorded_at FROM decided
        WHERE kind <> 'EXTENDED' ORDER BY person, decided_at DESC, id DESC
    ), spans AS (
        SELECT person, max(until) AS until,
               max(recorded_at) FILTER (WHERE kind = 'RESUMED') AS resumed_at
        FROM decided GROUP BY person
    ), visited AS (
        SELECT coalesce(k.survivor_id, v.person_id) AS person,
               count(*) FILTER (WHERE v.visited_at >= %(today)s) AS today
        FROM patients_followupvisit v LEFT JOIN links k ON k.duplicate_id = v.person_id
        WHERE v.agent_id = %(agent)s AND v.outcome = 'SEEN'
          AND v.visited_at >= %(yesterday)s AND v.visited_at <= %(at)s
          AND {HOLDS.format(row="v", table="patients_followupvisit")} AND {NEAR.format(row="v")}
        GROUP BY 1
    ), {PLACES}, active AS (
        SELECT m.person, CASE
                 WHEN coalesce(visited.today, 0) >= %(needed)s THEN 'DONE'
                 WHEN greatest(m.from_at, spans.resumed_at) < %(today)s AND visited.person IS NULL
                 THEN 'OVERDUE' ELSE 'DUE' END AS duty,
               coalesce(stay.place, confined.place, seen.place, '') AS place
        FROM met m {JOINS}
        LEFT JOIN spans ON spans.person = m.person
        LEFT JOIN turned ON turned.person = m.person AND turned.kind <> 'RESUMED'
            AND turned.decided_at >= m.last_at AND turned.recorded_at >= m.known_at
        LEFT JOIN visited ON visited.person = m.person
        WHERE turned.person IS NULL
          AND greatest(m.last_at + %(length)s, spans.until) > %(at)s
          AND died.person IS NULL
    )
"""
COUNTED = FOLLOWED + "SELECT duty, place, count(*) FROM active GROUP BY 1, 2"
LISTED = (
    FOLLOWED
    + """SELECT person FROM active
    WHERE duty = %(duty)s AND (%(place)s::text IS NULL OR place = %(place)s::text)
      -- Whoever the page before ended with may have been visited since: then it begins anew.
      AND coalesce((place, person) > (
          SELECT place, person FROM active WHERE person = %(after)s::bigint
            AND duty = %(duty)s AND (%(place)s::text IS NULL OR place = %(place)s::text)), true)
    ORDER BY place, person LIMIT %(limit)s
"""
)
ROLLED = (
    FOLLOWED
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
    """How many are to be visited, by what is to be done and by place."""

    by_duty: Mapping[Duty, int]
    by_both: Mapping[tuple[Duty, str], int] = field(default_factory=dict)
    # Where they were not counted for this page.
    roll: rolls.Known | None = None

    @property
    def as_of(self) -> datetime | None:
        return None if self.roll is None else self.roll.as_of

    def by_place(self, duty: Duty) -> Mapping[str, int]:
        """Return the counts of one duty by place, in the order of the places."""
        if self.roll is not None:
            return self.roll.places(duty.value)
        return {place: n for (one, place), n in sorted(self.by_both.items()) if one is duty}

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


def counts(by: Principal, agent: Agent, *, at: datetime) -> Counts:
    """Count who is under follow-up for an agent within reach."""
    roll = _roll(by, agent, at=at)
    if roll is not None:
        return Counts({duty: roll.numbers.get(duty.value, 0) for duty in SHOWN}, roll=roll)
    values = _values(by, agent, at=at)
    found = () if values is None else fetched(COUNTED, values)
    both = {(Duty(duty), place): n for duty, place, n in found}
    by_duty = {duty: sum(n for (one, _p), n in both.items() if one is duty) for duty in SHOWN}
    return Counts(by_duty, both)


def listed(
    by: Principal,
    agent: Agent,
    *,
    duty: Duty,
    at: datetime,
    place: str | None = None,
    after: int | None = None,
    limit: int = PAGE,
) -> Listed:
    """Return one page of those under follow-up of whom this is to be done, by place."""
    values = _values(by, agent, at=at)
    if values is None:
        return Listed((), None)
    roll = _roll(by, agent, at=at)
    if roll is not None:
        ids = roll.page(duty.value, after=after, limit=limit + 1, place=place)
    else:
        values |= {"duty": duty.value, "place": place, "after": after, "limit": limit + 1}
        ids = [id_ for (id_,) in fetched(LISTED, values)]
    page = ids[:limit]
    people = Person.objects.listed().in_bulk(page)
    places, known = whereabouts.of(page, at=at), follow_ups.known()
    given = follow_ups.facts(page, known.agents)
    rows = []
    for id_ in page:
        found = follow_ups.derived(given[id_], agents.key(agent.code), known, at=at)
        # Who was visited since the roll was made is left out.
        if found is not None and (roll is None or found.duty is duty):
            rows.append(Row(people[id_], found, places[id_]))
    return Listed(tuple(rows), page[-1] if len(ids) > limit else None)


def waiting(by: Principal, *, at: datetime) -> int:
    """Count the visits that are due or overdue, for every agent."""
    return sum(counts(by, agent, at=at).waiting for agent in agents.known().every)


SHOWN = (Duty.OVERDUE, Duty.DUE, Duty.DONE)


def _roll(by: Principal, agent: Agent, *, at: datetime) -> rolls.Known | None:
    """Return the roll that answers this, where there is one: of everybody."""
    if not reaches_all(by, VIEW):
        return None
    return rolls.known(Roll.Kind.VISITS, agents.key(agent.code), at=at)


def _values(by: Principal, agent: Agent, *, at: datetime) -> dict[str, Any] | None:
    values = values_of_everybody(agent, at=at)
    return None if values is None else {**values, "near": reached(by, VIEW)}


def values_of_everybody(agent: Agent, *, at: datetime) -> dict[str, Any] | None:
    """Return what the statements are given, without anybody's reach; None without a rule."""
    rule = agents.rule_of(agent, at=at)
    if rule is None:
        return None
    today = bounds_of_day(hospital_day(at))[0]
    yesterday = bounds_of_day(hospital_day(at) - timedelta(days=1))[0]
    return {
        "at": at,
        "holds": SEEN_HOLDS,
        "texts": agents.texts_of(agent),
        "agent": agent.pk,
        "near": None,
        "length": timedelta(days=rule.days),
        "needed": rule.visits_per_day,
        "today": today,
        "yesterday": yesterday,
    }
