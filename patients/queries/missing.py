"""Who of those exposed is where: counted, and listed with what a search needs to know."""

# ruff: noqa: S608 - names of tables
from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from labsys.lib import policy
from labsys.lib.clock import bounds_of_day, hospital_day
from labsys.lib.policy import Principal
from patients.models import Exposure, Person, Roll
from patients.queries import agents, rolls, whereabouts
from patients.queries.identities import entries_of, heads_of
from patients.queries.placing import (
    HOLDS,
    JOINS,
    LINKS,
    NEAR,
    PLACES,
    REACH,
    WHERE,
    fetched_near,
    reached,
    reaches_all,
)
from patients.rules.whereabouts import SEEN_HOLDS, Where, Whereabouts

VIEW = "patients.sighting.view"
EXPOSURES = "patients.exposure.view"
PERSONS = "patients.person.view"
PAGE = 20  # each with a form: a page of more takes too long to make
CONTACTS = 6
# So many exposures of a person, and by them, are looked at: somebody may have exposed thousands.
CONTACTS_READ = 50
# How far back it is looked at least, where nobody says otherwise: farther, where a rule is longer.
LEAST_DAYS = 90

SORTED = f"""
    WITH {REACH}, {LINKS}, met AS (
        SELECT coalesce(k.survivor_id, e.person_id) AS person,
               min(e.first_at) AS first_at, max(e.last_at) AS last_at
        FROM patients_exposure e LEFT JOIN links k ON k.duplicate_id = e.person_id
        WHERE {HOLDS.format(row="e", table="patients_exposure")}
          AND e.certainty <> 'EXCLUDED'
          AND (%(texts)s::text[] IS NULL OR upper(e.agent) = ANY (%(texts)s::text[]))
          AND (%(event)s::text = '' OR e.event = %(event)s::text)
          AND e.last_at >= %(since)s AND e.first_at < %(until)s
          AND {NEAR.format(entry="e.person_id")}
        GROUP BY 1
    ), {PLACES}, placed AS (
        SELECT m.person, m.first_at, m.last_at, {WHERE} AS whereabouts
        FROM met m {JOINS}
    )
"""
COUNTED = SORTED + "SELECT whereabouts, count(*) FROM placed GROUP BY 1"
RANKED = (
    (
        SORTED
        + """, visited AS (
        SELECT coalesce(k.survivor_id, v.person_id) AS person, max(v.visited_at) AS moment
        FROM patients_followupvisit v LEFT JOIN links k ON k.duplicate_id = v.person_id
        WHERE v.outcome = 'SEEN' AND v.visited_at <= %(at)s
          AND v.visited_at >= (SELECT min(first_at) FROM met) AND {visit} AND {near}
        GROUP BY 1
    ), ranked AS MATERIALIZED (
        SELECT placed.person, first_at, last_at, whereabouts, coalesce(
            greatest(seen.moment, visited.moment) >= first_at, false) AS is_seen
        FROM placed LEFT JOIN seen ON seen.person = placed.person
        LEFT JOIN visited ON visited.person = placed.person
    )"""
    )
    .replace("{visit}", HOLDS.format(row="v", table="patients_followupvisit"))
    .replace("{near}", NEAR.format(entry="v.person_id"))
)
# The most pressing first: never seen since the exposure, then whose exposure is longest ago. Numbers
# and page in one statement: to find everybody takes most of its time.
LISTED = (
    RANKED
    + """, listed AS MATERIALIZED (
        SELECT * FROM ranked WHERE %(show)s::text = '' OR whereabouts = %(show)s::text
    ), page AS (
        SELECT person, first_at, last_at, is_seen FROM listed
        -- Whoever the page before ended with may be elsewhere by now: then it begins anew.
        WHERE coalesce((is_seen, first_at, person) > (
            SELECT is_seen, first_at, person FROM listed WHERE person = %(after)s::bigint), true)
        ORDER BY is_seen, first_at, person LIMIT %(limit)s
    )
    SELECT NULL::bigint, whereabouts, count(*), NULL::timestamptz, NULL::timestamptz
    FROM ranked GROUP BY whereabouts
    UNION ALL
    (SELECT person, NULL, NULL, first_at, last_at FROM page ORDER BY is_seen, first_at, person)
"""
)
# Of the few persons of one page.
STANDS = """NOT e.is_retraction AND NOT EXISTS (
    SELECT 1 FROM patients_exposure c WHERE c.corrects_id = e.id)"""
MET = f"""
    SELECT e.person_id, min(e.first_at), max(e.last_at) FROM patients_exposure e
    WHERE e.person_id = ANY (%(entries)s::bigint[]) AND e.certainty <> 'EXCLUDED' AND {STANDS}
      AND (%(texts)s::text[] IS NULL OR upper(e.agent) = ANY (%(texts)s::text[]))
      AND e.last_at >= %(since)s AND e.first_at < %(until)s
    GROUP BY 1
"""
BESIDE = f"""
    SELECT e.{{one}} AS mine, e.{{other}} AS yours, e.last_at,
           row_number() OVER (PARTITION BY e.{{one}} ORDER BY e.last_at DESC, e.id DESC) AS number
    FROM patients_exposure e
    WHERE e.{{one}} = ANY (%(entries)s::bigint[]) AND e.source_person_id IS NOT NULL AND {STANDS}
      AND (%(near)s::bigint[] IS NULL OR e.person_id = ANY (%(near)s::bigint[]))
"""
CONTACTS_OF = f"""
    SELECT mine, yours, number FROM (
        {BESIDE.format(one="person_id", other="source_person_id")}
        UNION ALL
        {BESIDE.format(one="source_person_id", other="person_id")}
    ) AS beside WHERE number <= %(most)s ORDER BY last_at DESC, yours DESC
"""
ROLLED = (
    RANKED
    + """
    SELECT %(kind)s, %(key)s, whereabouts, count(*),
           array_agg(person ORDER BY is_seen, first_at, person), '[]'::jsonb, %(at)s::timestamptz
    FROM ranked GROUP BY whereabouts
    UNION ALL
    SELECT %(kind)s, %(key)s, %(everybody)s, count(*),
           coalesce(array_agg(person ORDER BY is_seen, first_at, person), '{}'),
           '[]'::jsonb, %(at)s::timestamptz
    FROM ranked
"""
)


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
    more_contacts: int = 0  # in reach, and not named here
    is_cut: bool = False  # there are exposures that were not looked at: at least so many more


@dataclass(frozen=True)
class Counts:
    """How many were exposed, and where they are: each person counts once."""

    by_place: Mapping[Where, int] = field(default_factory=dict)
    # Where they were not counted for this page.
    as_of: datetime | None = None

    @property
    def exposed(self) -> int:
        return sum(self.by_place.values())


@dataclass(frozen=True)
class Listed:
    """One page of the list, and how many are where; `next` is given for the page after."""

    rows: tuple[Row, ...]
    next: int | None
    counts: Counts


def counts(by: Principal, asked: Asked, *, at: datetime) -> Counts:
    """Count those exposed by where they are, within reach."""
    roll = _roll(by, asked, at=at)
    return counted(by, asked, at=at) if roll is None else _counts(roll.numbers, roll.as_of)


def counted(by: Principal, asked: Asked, *, at: datetime) -> Counts:
    """Count them from the facts, also where a roll would answer."""
    return _counts(dict(fetched_near(COUNTED, _values(by, asked, at=at))))


def _counts(numbers: Mapping[str, int], as_of: datetime | None = None) -> Counts:
    return Counts({where: numbers.get(where.value, 0) for where in Where}, as_of)


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
    roll = _roll(by, asked, at=at)
    if roll is not None:
        part = rolls.EVERYBODY if show is None else show.value
        page = roll.page(part, after=after, limit=limit + 1)
        heads = heads_of(page[:limit])
        met = _met(heads, asked)
        rows = _rows(by, {one: met[one] for one in page[:limit] if one in met}, heads, at=at)
        # Whoever is elsewhere since the roll was made is left out.
        rows = tuple(row for row in rows if show is None or row.found.where is show)
        counts = _counts(roll.numbers, roll.as_of)
        return Listed(rows, page[limit - 1] if len(page) > limit else None, counts)
    values = _values(by, asked, at=at)
    values |= {"show": "" if show is None else show.value, "after": after, "limit": limit + 1}
    made = fetched_near(LISTED, values)
    numbers = {where: number for person, where, number, *_days in made if person is None}
    found = {person: days for person, _where, _number, *days in made if person is not None}
    page = list(found)
    shown = {one: (found[one][0], found[one][1]) for one in page[:limit]}
    rows = _rows(by, shown, heads_of(shown), at=at)
    return Listed(rows, page[limit - 1] if len(page) > limit else None, _counts(numbers))


def _rows(
    by: Principal,
    found: Mapping[int, tuple[datetime, datetime]],
    heads: Mapping[int, int],
    *,
    at: datetime,
) -> tuple[Row, ...]:
    """Return what a page says of these persons, whose entries are given with who each is read as."""
    places = whereabouts.of_entries(heads, at=at)
    contacts, cut = _contacts(by, heads)
    in_reach = _nameable(by, {one for every in contacts.values() for one in every})
    named = {id_: [one for one in contacts.get(id_, ()) if one in in_reach] for id_ in found}
    shown = {one for every in named.values() for one in every[:CONTACTS]}
    people = Person.objects.listed().in_bulk(shown.union(found))
    made = [
        Row(
            people[id_],
            first_at,
            last_at,
            (seen := places[id_].seen) is not None and seen.at >= first_at,
            places[id_],
            tuple(people[one] for one in named[id_][:CONTACTS]),
            len(contacts.get(id_, ())) - len(named[id_]),
            max(len(named[id_]) - CONTACTS, 0),
            id_ in cut,
        )
        for id_, (first_at, last_at) in found.items()
    ]
    return tuple(made)


def usual_days(at: datetime) -> int:
    """Return how many days back it is looked where nobody says otherwise.

    As many as the longest rule in force follows anybody up after their last exposure.
    """
    return max(LEAST_DAYS, agents.longest_days(at=at))


def usual(at: datetime, *, agent: str = "") -> Asked:
    """Return what is asked where nobody says otherwise: who may still be followed up."""
    today = hospital_day(at)
    since = bounds_of_day(today - timedelta(days=usual_days(at)))[0]
    return Asked(since, bounds_of_day(today)[1], agent)


def values_of_everybody(asked: Asked, *, at: datetime) -> dict[str, Any]:
    """Return what the statements are given, without anybody's reach."""
    texts = _texts(asked.agent)
    return {
        "at": at,
        "holds": SEEN_HOLDS,
        "texts": texts or None,
        "event": asked.event,
        "since": asked.since,
        "until": asked.until,
        "near": None,
    }


def _roll(by: Principal, asked: Asked, *, at: datetime) -> rolls.Known | None:
    """Return the roll that answers this, where there is one: of everybody, as usual."""
    is_until_today = asked.until == bounds_of_day(hospital_day(at))[1]
    if asked.event or not is_until_today or not reaches_all(by, VIEW):
        return None
    agent = agents.known().agent(asked.agent) if asked.agent else None
    if asked.agent and agent is None:
        return None
    key = "" if agent is None else agents.key(agent.code)
    found = rolls.known(Roll.Kind.MISSING, key, at=at)
    # Since it was made a longer or a shorter rule may have come into force.
    if found is None or replace(asked, agent="") != usual(found.as_of):
        return None
    return found


def _met(heads: Mapping[int, int], asked: Asked) -> dict[int, tuple[datetime, datetime]]:
    """Return when each of these persons was exposed first and last, of what is asked."""
    values = values_of_everybody(asked, at=asked.until) | {"entries": list(heads)}
    found: dict[int, tuple[datetime, datetime]] = {}
    for person, first_at, last_at in _answered(MET, values):
        first, last = found.get(heads[person], (first_at, last_at))
        found[heads[person]] = min(first, first_at), max(last, last_at)
    return found


def _texts(text: str) -> list[str]:
    agent = agents.known().agent(text) if text else None
    if agent is not None:
        return agents.texts_of(agent)
    return [agents.key(text)] if text else []


def _values(by: Principal, asked: Asked, *, at: datetime) -> dict[str, Any]:
    near = reached(by, VIEW)
    if asked.event:
        there = _entries_at(asked.event)
        near = sorted(there if near is None else there.intersection(near))
    return {**values_of_everybody(asked, at=at), "near": near}


def _entries_at(event: str) -> frozenset[int]:
    """Return the entries of those whom an event exposed: where everybody else is need not be read."""
    met = Exposure.objects.standing().filter(event=event)
    met = met.exclude(certainty=Exposure.Certainty.EXCLUDED)
    return entries_of(set(met.values_list("person_id", flat=True)))


def _contacts(by: Principal, heads: Mapping[int, int]) -> tuple[dict[int, list[int]], set[int]]:
    """Return who may know where somebody is, and of whom there are more exposures than were read.

    Those are who exposed them, and whom they exposed, the latest first. Nobody is told who may not
    see exposures, nor what an exposure out of their reach says.
    """
    if not policy.can(by, EXPOSURES):
        return {}, set()
    given = {"entries": list(heads), "near": reached(by, EXPOSURES), "most": CONTACTS_READ + 1}
    latest, cut = [], set()
    for mine, yours, number in _answered(CONTACTS_OF, given):
        if number > CONTACTS_READ:
            cut.add(heads[mine])
        else:
            latest.append((heads[mine], yours))
    known = {**heads_of({yours for _mine, yours in latest}), **heads}
    made: dict[int, list[int]] = {}
    for mine, yours in latest:
        head = known[yours]
        if head != mine and head not in made.setdefault(mine, []):
            made[mine].append(head)
    return made, cut


def _nameable(by: Principal, persons: Collection[int]) -> frozenset[int]:
    """Return which of these persons are in reach."""
    if not persons or reaches_all(by, PERSONS):
        return frozenset(persons)
    rows = policy.scope(by, Person.objects.filter(pk__in=list(persons)))
    return frozenset(rows.values_list("pk", flat=True))


def _answered(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
