"""Who of those exposed is where: counted, and listed with what a search needs to know."""

# ruff: noqa: S608 - names of tables
from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from labsys.lib import policy
from labsys.lib.policy import Principal
from patients.models import Exposure, Person
from patients.queries import agents, whereabouts
from patients.queries.follow_ups import heads_of
from patients.queries.placing import HOLDS, JOINS, LINKS, PLACES, WHERE, fetched, reached
from patients.rules.whereabouts import SEEN_HOLDS, Where, Whereabouts

VIEW = "patients.sighting.view"
PAGE = 50
CONTACTS = 6

SORTED = f"""
    WITH {LINKS}, met AS (
        SELECT coalesce(k.survivor_id, e.person_id) AS person,
               min(e.first_at) AS first_at, max(e.last_at) AS last_at
        FROM patients_exposure e LEFT JOIN links k ON k.duplicate_id = e.person_id
        WHERE {HOLDS.format(row="e", table="patients_exposure")}
          AND e.certainty <> 'EXCLUDED'
          AND (%(texts)s::text[] IS NULL OR upper(e.agent) = ANY (%(texts)s::text[]))
          AND (%(event)s::text = '' OR e.event = %(event)s::text)
          AND e.last_at >= %(since)s AND e.first_at < %(until)s
          AND (%(near)s::bigint[] IS NULL OR e.person_id = ANY (%(near)s::bigint[]))
        GROUP BY 1
    ), {PLACES}, placed AS (
        SELECT m.person, m.first_at, m.last_at, {WHERE} AS whereabouts
        FROM met m {JOINS}
    )
"""
COUNTED = SORTED + "SELECT whereabouts, count(*) FROM placed GROUP BY 1"
# The most pressing first: never seen since the exposure, then whose exposure is longest ago.
LISTED = (
    SORTED
    + """, visited AS (
        SELECT coalesce(k.survivor_id, v.person_id) AS person, max(v.visited_at) AS moment
        FROM patients_followupvisit v LEFT JOIN links k ON k.duplicate_id = v.person_id
        WHERE v.outcome = 'SEEN' AND v.visited_at <= %(at)s
          AND v.visited_at >= (SELECT min(first_at) FROM met) AND {visit}
        GROUP BY 1
    ), listed AS MATERIALIZED (
        SELECT placed.person, first_at, last_at, coalesce(
            greatest(seen.moment, visited.moment) >= first_at, false) AS is_seen
        FROM placed LEFT JOIN seen ON seen.person = placed.person
        LEFT JOIN visited ON visited.person = placed.person
        WHERE %(show)s::text = '' OR whereabouts = %(show)s::text
    )
    SELECT person, first_at, last_at, is_seen FROM listed
    WHERE %(after)s::bigint IS NULL OR (is_seen, first_at, person) > (
        SELECT is_seen, first_at, person FROM listed WHERE person = %(after)s::bigint)
    ORDER BY is_seen, first_at, person LIMIT %(limit)s
"""
).replace("{visit}", HOLDS.format(row="v", table="patients_followupvisit"))


@dataclass(frozen=True)
class Asked:
    """Whose whereabouts are asked for: exposed to an agent, in an event, within a period."""

    since: datetime
    until: datetime
    agent: str = ""
    event: str = ""


@dataclass(frozen=True)
class Row:
    """One person of the list."""

    person: Person
    first_at: datetime
    last_at: datetime
    is_seen: bool
    found: Whereabouts
    contacts: tuple[Person, ...] = ()
    hidden_contacts: int = 0


@dataclass(frozen=True)
class Counts:
    """How many were exposed, and where they are: each person counts once."""

    by_place: Mapping[Where, int] = field(default_factory=dict)

    @property
    def exposed(self) -> int:
        return sum(self.by_place.values())


@dataclass(frozen=True)
class Listed:
    """One page of the list; `next` is given for the page after."""

    rows: tuple[Row, ...]
    next: int | None


def counts(by: Principal, asked: Asked, *, at: datetime) -> Counts:
    """Count those exposed by where they are, within reach."""
    found = dict(fetched(COUNTED, _values(by, asked, at=at)))
    return Counts({where: found.get(where.value, 0) for where in Where})


def listed(
    by: Principal,
    asked: Asked,
    *,
    show: Where | None,
    at: datetime,
    after: int | None = None,
    limit: int = PAGE,
) -> Listed:
    """Return one page of those exposed who are at one kind of place, or of all of them."""
    values = _values(by, asked, at=at)
    values |= {"show": "" if show is None else show.value, "after": after, "limit": limit + 1}
    found = fetched(LISTED, values)
    rows = found[:limit]
    ids = [row[0] for row in rows]
    people = Person.objects.listed().in_bulk(ids)
    places = whereabouts.of(ids, at=at)
    contacts = _contacts(ids)
    shown = _nameable(by, {one for every in contacts.values() for one in every})
    made = [
        Row(
            people[id_],
            first_at,
            last_at,
            is_seen,
            places[id_],
            tuple(shown[one] for one in contacts.get(id_, ()) if one in shown)[:CONTACTS],
            sum(one not in shown for one in contacts.get(id_, ())),
        )
        for id_, first_at, last_at, is_seen in rows
    ]
    return Listed(tuple(made), ids[-1] if len(found) > limit else None)


def not_located(by: Principal, *, at: datetime, since: datetime) -> int:
    """Count those exposed since a moment, to anything, whom nobody can find."""
    return counts(by, Asked(since, at), at=at).by_place[Where.NOT_LOCATED]


def _values(by: Principal, asked: Asked, *, at: datetime) -> dict[str, Any]:
    agent = agents.known().agent(asked.agent) if asked.agent else None
    texts = agents.texts_of(agent) if agent is not None else [agents.key(asked.agent)]
    return {
        "at": at,
        "holds": SEEN_HOLDS,
        "texts": texts if asked.agent else None,
        "event": asked.event,
        "since": asked.since,
        "until": asked.until,
        "near": reached(by, VIEW),
    }


def _contacts(persons: Collection[int]) -> dict[int, list[int]]:
    """Return who may know where somebody is: who exposed them, and whom they exposed."""
    heads = heads_of(persons)
    rows = Exposure.objects.standing().exclude(source_person=None)
    pairs = set()
    for one, other in (("person_id", "source_person_id"), ("source_person_id", "person_id")):
        found = rows.filter(**{f"{one}__in": list(heads)}).order_by("-last_at", "-id")
        pairs |= {(heads[mine], yours) for mine, yours in found.values_list(one, other)}
    known = {**heads_of({yours for _mine, yours in pairs}), **heads}
    made: dict[int, list[int]] = {}
    for mine, yours in sorted(pairs):
        head = known[yours]
        if head != mine and head not in made.setdefault(mine, []):
            made[mine].append(head)
    return made


def _nameable(by: Principal, persons: Collection[int]) -> dict[int, Person]:
    rows = policy.scope(by, Person.objects.listed().filter(pk__in=list(persons)))
    return {person.pk: person for person in rows}
