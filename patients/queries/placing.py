"""Parts of the statements that ask where many people are: one row per person, not per entry."""

# ruff: noqa: S608 - names of tables
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction

from labsys.lib import policy
from labsys.lib.policy import Principal
from patients.models import Person

# Which entry a duplicate is read as, and rows that were corrected since, or take something back.
LINKS = """links AS MATERIALIZED (
    SELECT l.duplicate_id, l.survivor_id FROM patients_personlink l
    WHERE NOT EXISTS (SELECT 1 FROM patients_personunlink u WHERE u.link_id = l.id)
)"""
# A list that is looked up: of an anti-join the planner believes that hardly a row remains, and then
# joins everybody with everybody.
HOLDS = """NOT {row}.is_retraction AND {row}.id NOT IN (
    SELECT c.corrects_id FROM {table} c WHERE c.corrects_id > 0)"""
# Of somebody who reaches few, only these are read: with all entries of a person, or none. The planner
# is not told how many they are, so it expects few and takes each table's index on the person.
REACH = "near (id) AS MATERIALIZED (SELECT unnest(%(near)s::bigint[]))"
NEAR = "(%(is_everybody)s OR {entry} = ANY (ARRAY(SELECT id FROM near)))"
# Who died: recorded under any entry of a person.
DIED = """died AS (
    SELECT DISTINCT coalesce(k.survivor_id, p.id) AS person
    FROM patients_person p LEFT JOIN links k ON k.duplicate_id = p.id
    WHERE (p.deceased_on IS NOT NULL OR p.deceased_precision = 'UNKNOWN'){near}
)"""
DIED_NEAR = DIED.format(near=f" AND {NEAR.format(entry='p.id')}")
# Where the last sighting that counts, stay, order and search of each person stand. `%(at)s` is now.
PLACES = """stay AS (
    SELECT DISTINCT ON (1) coalesce(k.survivor_id, e.person_id) AS person,
           e.started_at AS since, o.name AS place
    FROM patients_encounter e JOIN patients_location o ON o.id = e.location_id
    LEFT JOIN links k ON k.duplicate_id = e.person_id
    WHERE e.is_open AND e.started_at <= %(at)s AND {near_e}
    ORDER BY 1, e.started_at DESC
), confined AS (
    SELECT DISTINCT ON (1) coalesce(k.survivor_id, q.person_id) AS person,
           q.starts_at AS since, concat_ws(', ', o.name, nullif(q.place, '')) AS place
    FROM patients_quarantineorder q LEFT JOIN patients_location o ON o.id = q.location_id
    LEFT JOIN links k ON k.duplicate_id = q.person_id
    WHERE {near_q} AND q.starts_at <= %(at)s AND (
          q.ends_at IS NULL OR q.ends_at > %(at)s OR EXISTS (
              -- Moved later, by an exposure of an entry that is read as the same person.
              SELECT 1 FROM patients_quarantineextension m
              JOIN patients_exposure x ON x.id = m.exposure_id
              LEFT JOIN links l ON l.duplicate_id = x.person_id
              WHERE m.order_id = q.id AND {near_x} AND m.ends_at > %(at)s
                AND m.recorded_at <= %(at)s
                AND coalesce(l.survivor_id, x.person_id) = coalesce(k.survivor_id, q.person_id)))
      AND (q.location_id IS NOT NULL OR q.place <> '')
      AND NOT EXISTS (SELECT 1 FROM patients_quarantinelift t
                      WHERE t.order_id = q.id AND t.lifted_at <= %(at)s)
    ORDER BY 1, q.starts_at DESC
), {died}, failed AS MATERIALIZED (
    SELECT f.person_id FROM patients_sighting f
    WHERE f.outcome = 'SEARCHED_NOT_FOUND' AND {near_f}
), looked AS (
    SELECT coalesce(k.survivor_id, s.person_id) AS person, s.seen_at AS moment, s.outcome,
           concat_ws(', ', o.name, nullif(s.place, '')) AS place
    FROM patients_sighting s LEFT JOIN patients_location o ON o.id = s.location_id
    LEFT JOIN links k ON k.duplicate_id = s.person_id
    WHERE s.seen_at <= %(at)s AND {near_s} AND {sighting}
    UNION ALL
    SELECT coalesce(k.survivor_id, v.person_id), v.visited_at, 'SEEN',
           concat_ws(', ', o.name, nullif(v.place, ''))
    FROM patients_followupvisit v LEFT JOIN patients_location o ON o.id = v.location_id
    LEFT JOIN links k ON k.duplicate_id = v.person_id
    WHERE v.visited_at <= %(at)s AND v.outcome = 'SEEN' AND {near_v} AND {visit}
      -- A visit long ago matters only to somebody who was looked for in vain.
      AND (v.visited_at > %(at)s - %(holds)s OR v.person_id = ANY (ARRAY(
          SELECT f.person_id FROM failed f
          UNION SELECT d.duplicate_id FROM links d JOIN failed f ON f.person_id = d.survivor_id
          UNION SELECT d.survivor_id FROM links d JOIN failed f ON f.person_id = d.duplicate_id)))
), seen AS (
    SELECT DISTINCT ON (person) person, moment, place FROM looked WHERE outcome = 'SEEN'
    ORDER BY person, moment DESC, place DESC
), missed AS (
    SELECT person, max(moment) AS moment FROM looked WHERE outcome = 'SEARCHED_NOT_FOUND'
    GROUP BY person
)""".format(
    sighting=HOLDS.format(row="s", table="patients_sighting"),
    visit=HOLDS.format(row="v", table="patients_followupvisit"),
    died=DIED_NEAR,
    **{f"near_{row}": NEAR.format(entry=f"{row}.person_id") for row in "efqsvx"},
)
# Of a person `m.person` joined to the parts above: the one place to be, as the rule says it.
JOINS = """LEFT JOIN died ON died.person = m.person
    LEFT JOIN stay ON stay.person = m.person
    LEFT JOIN confined ON confined.person = m.person
    LEFT JOIN seen ON seen.person = m.person
    LEFT JOIN missed ON missed.person = m.person
        AND (seen.moment IS NULL OR seen.moment < missed.moment)"""
WHERE = """CASE
    WHEN died.person IS NOT NULL THEN 'DECEASED'
    WHEN stay.since IS NOT NULL AND (missed.moment IS NULL OR missed.moment < stay.since)
        THEN 'ADMITTED'
    WHEN confined.since IS NOT NULL AND (missed.moment IS NULL OR missed.moment < confined.since)
        THEN 'QUARANTINED'
    WHEN seen.moment > %(at)s - %(holds)s AND missed.moment IS NULL THEN 'LOCATED'
    ELSE 'NOT_LOCATED' END"""
FEW = 500  # entries, of whom each may be compared with each sighting


def fetched(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Return the rows of a statement about everybody, its parts joined by hashing.

    The planner cannot know how many are of one kind, expects few, and would compare each of them
    with each sighting: of 50,000 persons that takes minutes.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(statement, values)
        rows = cursor.fetchall()
        cursor.execute("SET LOCAL enable_nestloop = on")
    return rows


def fetched_near(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Return the rows of a statement made of `REACH` and `NEAR`; of few, as the planner thinks best."""
    near = values["near"]
    given = {**values, "is_everybody": near is None}
    if near is None or len(near) > FEW:
        return fetched(statement, given)
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return cursor.fetchall()


def reaches_all(by: Principal, permission: str) -> bool:
    """Return whether somebody reaches everybody; asks the database nothing."""
    return policy.ANY in policy.reaches(by, permission)


def reached(by: Principal, permission: str) -> list[int] | None:
    """Return the entries within reach; None for who reaches everybody."""
    if reaches_all(by, permission):
        return None
    return list(policy.scope(by, Person.objects.all(), permission).values_list("pk", flat=True))
