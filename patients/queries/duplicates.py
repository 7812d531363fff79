"""Entries that may be one person: what is compared of each, and who is found under a key of another."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import connection

from labsys.lib.clock import hospital_day
from labsys.lib.lookups import array
from patients.models import (
    DuplicateSearch,
    Encounter,
    Exposure,
    Person,
    Sighting,
)
from patients.queries.follow_ups import heads_of
from patients.rules import duplicate_keys, duplicates
from patients.rules.births import Birth, Precision
from patients.rules.duplicates import Chances, Entry, Match, Why

MOST_UNDER_ONE_KEY = 200  # a key that more share tells nobody apart
# Each with names, numbers, and whom a relation that stands joins it to, in either direction.
PEOPLE = """
    SELECT p.id, s.code, p.sex, p.birth_date, p.birth_precision, p.birth_uncertainty_days,
           p.placeholder, CASE WHEN p.deceased_precision = 'DAY' THEN p.deceased_on END, p.recorded_at,
           ARRAY(SELECT ARRAY[n.family, n.given]::text[] FROM patients_personname n
                 WHERE n.person_id = p.id),
           ARRAY(SELECT ARRAY[i.system, i.value]::text[] FROM patients_personidentifier i
                 WHERE i.person_id = p.id),
           ARRAY(SELECT CASE r.person_id WHEN p.id THEN r.other_id ELSE r.person_id END
                 FROM patients_relatedperson r
                 WHERE (r.person_id = p.id OR r.other_id = p.id) AND r.other_id IS NOT NULL
                   AND NOT r.is_retraction AND NOT EXISTS (
                       SELECT FROM patients_relatedperson c WHERE c.corrects_id = r.id))
    FROM patients_person p JOIN patients_species s ON s.id = p.species_id
    WHERE p.id = ANY(%s::bigint[])
"""
UNDER_KEYS = """
    SELECT DISTINCT s.seeker, found.person_id
    FROM unnest(%s::bigint[], %s::text[]) AS s(seeker, key)
    CROSS JOIN LATERAL (
        SELECT k.person_id FROM patients_duplicatekey k WHERE k.key = s.key LIMIT %s
    ) found
    WHERE found.person_id <> s.seeker
"""
# Where one of the two has no name, who was at the same place within a day may be the same person.
SPOTS = """
    SELECT e.person_id, e.location_id, e.started_at AS moment FROM patients_encounter e
    {where_stay}
    UNION ALL
    SELECT g.person_id, g.location_id, g.seen_at FROM patients_sighting g
    {where_seen}
"""
UNNAMED = "NOT EXISTS (SELECT 1 FROM patients_personname n WHERE n.person_id = {id})"
MINE = SPOTS.format(
    where_stay="WHERE e.person_id = ANY(%(ids)s)",
    where_seen="WHERE g.person_id = ANY(%(ids)s) AND g.location_id IS NOT NULL",
)
AT_ONE_PLACE = f"""
    WITH mine AS MATERIALIZED ({MINE}), pairs AS (
        SELECT DISTINCT m.person_id AS one, e.person_id AS other
        FROM mine m JOIN patients_encounter e ON e.location_id = m.location_id
            AND e.started_at BETWEEN m.moment - interval '1 day' AND m.moment + interval '1 day'
        UNION
        SELECT DISTINCT m.person_id, g.person_id
        FROM mine m JOIN patients_sighting g ON g.location_id = m.location_id
            AND g.seen_at BETWEEN m.moment - interval '1 day' AND m.moment + interval '1 day'
    )
    SELECT one, other FROM pairs WHERE one <> other
      AND ({UNNAMED.format(id="one")} OR {UNNAMED.format(id="other")})
"""  # noqa: S608 - names of columns

Pair = tuple[int, int]


@dataclass(frozen=True)
class Alike:
    """An entry that may be the same person as another, and how the two compare."""

    person: Person
    match: Match


@lru_cache(maxsize=8)
def _chances(said: str) -> Mapping[Why, Chances]:
    return duplicates.chances_of(settings.LABSYS_DUPLICATE_CHANCES)


def chances() -> Mapping[Why, Chances]:
    """Return the weights that hold here: the defaults, and what the hospital set otherwise."""
    return _chances(repr(settings.LABSYS_DUPLICATE_CHANCES))


def version() -> str:
    """Return by what rule duplicates are found: what was found by another is looked for again."""
    weights = zlib.crc32(repr(sorted(chances().items())).encode())
    return f"{duplicate_keys.VERSION}-{weights:08x}"


def compare(one: Entry, other: Entry) -> Match:
    """Compare two entries by the weights that hold here."""
    return duplicates.compare(one, other, chances=chances())


def described(persons: Iterable[int]) -> Mapping[int, Entry]:
    """Return what is compared of these entries, each by itself, in a constant number of queries."""
    ids = sorted(set(persons))
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE, [array(ids)])
        people = cursor.fetchall()
    are_all_named = all(names for *_rest, names, _numbers, _kin in people)
    places, events = ({}, {}) if are_all_named else _seen(ids)
    return {
        id_: Entry(
            id=id_,
            names=frozenset(map(tuple, names)),
            species=species,
            sex=sex,
            birth=Birth(born, Precision(precision), give),
            numbers=frozenset(map(tuple, numbers)),
            mark="" if names else mark,
            deceased_on=deceased_on,
            registered_on=hospital_day(recorded_at),
            places=frozenset(places.get(id_, ())),
            events=frozenset(events.get(id_, ())),
            kin=frozenset(kin),
        )
        for (
            id_,
            species,
            sex,
            born,
            precision,
            give,
            mark,
            deceased_on,
            recorded_at,
            names,
            numbers,
            kin,
        ) in people
    }


def near(entries: Collection[Entry]) -> Mapping[int, frozenset[int]]:
    """Return by entry the ids of those it has to be compared with; itself is not among them."""
    keys = [(entry.id, key) for entry in entries for key in sorted(duplicate_keys.sought(entry))]
    values = [[id_ for id_, _key in keys], [key for _id, key in keys], MOST_UNDER_ONE_KEY]
    found: dict[int, set[int]] = {entry.id: set() for entry in entries}
    known = [entry.id for entry in entries if entry.id]
    with connection.cursor() as cursor:
        cursor.execute(UNDER_KEYS, values)
        for seeker, other in cursor.fetchall():
            found[seeker].add(other)
        if known:
            cursor.execute(AT_ONE_PLACE, {"ids": known})
            for one, other in cursor.fetchall():
                found[one].add(other)
    return {id_: frozenset(others) for id_, others in found.items()}


def matches(entry: Entry) -> list[Alike]:
    """Return who is known already and may be whom an entry describes, the most alike first.

    For one that is not recorded yet: nobody is read as it, and no decision was made about it.
    """
    others = described(near([entry])[entry.id])
    found = [(compare(entry, other), other.id) for other in others.values()]
    kept = sorted(
        ((match, id_) for match, id_ in found if match.grade is not None),
        key=lambda one: (-one[0].bits, one[1]),
    )
    people = Person.objects.listed().in_bulk([id_ for _match, id_ in kept])
    return [Alike(people[id_], match) for match, id_ in kept]


def found(search_ids: Sequence[int]) -> Mapping[int, Mapping[Pair, Match]]:
    """Compare the entries that these searches are about with whom they have to be; changes nothing."""
    asked = dict(DuplicateSearch.objects.filter(pk__in=search_ids).values_list("pk", "person_id"))
    mine = described(asked.values())
    others_of = near(list(mine.values()))
    others = {**described(id_ for ids in others_of.values() for id_ in ids), **mine}
    made: dict[int, Mapping[Pair, Match]] = {}
    for search_id, person_id in asked.items():
        pairs = {}
        for other in others_of[person_id]:
            match = compare(mine[person_id], others[other])
            if match.grade is not None:
                pairs[min(person_id, other), max(person_id, other)] = match
        made[search_id] = pairs
    return made


def are_one(one: int, other: int) -> bool:
    """Return whether two entries are read as one person."""
    heads = heads_of([one, other])
    return heads[one] == heads[other]


def _seen(ids: list[int]) -> tuple[dict[int, set[Any]], dict[int, set[str]]]:
    """Return where each was on which day, and in which events they were exposed."""
    places: dict[int, set[Any]] = defaultdict(set)
    events: dict[int, set[str]] = defaultdict(set)
    seen = Sighting.objects.standing().filter(outcome="SEEN", location__isnull=False)
    for rows, moment in ((Encounter.objects.all(), "started_at"), (seen, "seen_at")):
        mine = rows.filter(person_id__in=ids)
        for id_, place, when in mine.values_list("person_id", "location__name", moment):
            places[id_].add((place, hospital_day(when)))
    met = Exposure.objects.standing().filter(person_id__in=ids).exclude(event="")
    for id_, event in met.values_list("person_id", "event"):
        events[id_].add(event)
    return places, events
