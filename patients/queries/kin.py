"""Which infants, minors and persons unable to decide have nobody on record who speaks for them."""

# ruff: noqa: S608 - names of tables
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.timezone import get_default_timezone_name

from labsys.lib.clock import hospital_day
from labsys.lib.policy import Principal
from patients.models import CareNeed, Person
from patients.queries.identities import heads_of
from patients.queries.placing import HOLDS, LINKS, fetched, reached
from patients.rules.kin import INFANT_YEARS, OF_AGE_YEARS, Needing, born_by

VIEW = "patients.related.view"
PAGE = 50

OPEN = f"""
    WITH {LINKS}, died AS (
        -- Under an entry that is read as another; of the others the row itself says so.
        SELECT k.survivor_id AS person FROM links k
        WHERE k.duplicate_id = ANY (ARRAY(
            SELECT d.id FROM patients_person d
            WHERE d.id = ANY (ARRAY(SELECT duplicate_id FROM links))
              AND (d.deceased_on IS NOT NULL OR d.deceased_precision = 'UNKNOWN')))
    ), spoken AS (
        SELECT coalesce(k.survivor_id, r.person_id) AS person,
               bool_or(r.until IS NULL OR r.until > %(at)s) AS is_now,
               max(r.until) FILTER (WHERE r.is_guardian OR r.may_consent) AS until
        FROM patients_relatedperson r LEFT JOIN links k ON k.duplicate_id = r.person_id
        WHERE {HOLDS.format(row="r", table="patients_relatedperson")} AND r.since <= %(at)s
          AND (r.is_guardian OR r.is_next_of_kin OR r.may_consent)
        GROUP BY 1
    ), incapable AS (
        SELECT coalesce(k.survivor_id, c.person_id) AS person
        FROM patients_careneed c LEFT JOIN links k ON k.duplicate_id = c.person_id
        WHERE c.kind = '{CareNeed.Kind.INCAPACITY.value}'
          AND {HOLDS.format(row="c", table="patients_careneed")}
          AND c.since <= %(at)s AND (c.until IS NULL OR c.until > %(at)s)
    ), born AS (
        SELECT p.id AS person, CASE p.birth_precision
                 WHEN 'DAY' THEN p.birth_date
                 WHEN 'MONTH' THEN (date_trunc('month', p.birth_date)
                                    + interval '1 month - 1 day')::date
                 WHEN 'YEAR' THEN make_date(extract(year FROM p.birth_date)::int, 12, 31)
                 WHEN 'ESTIMATED' THEN p.birth_date + p.birth_uncertainty_days END AS latest
        FROM patients_person p
        WHERE p.deceased_on IS NULL AND p.deceased_precision <> 'UNKNOWN'
          AND p.id NOT IN (SELECT duplicate_id FROM links UNION ALL SELECT person FROM died)
          AND (%(near)s::bigint[] IS NULL OR p.id = ANY (%(near)s::bigint[]))
          -- Whoever else was born long before is of age, however exactly the day is known.
          AND (p.birth_date > %(minor)s::date - 366 OR p.birth_precision = 'ESTIMATED'
               OR p.id IN (SELECT person FROM spoken WHERE until IS NOT NULL
                           UNION ALL SELECT person FROM incapable))
    ), needing AS MATERIALIZED (
        SELECT b.person, s.until, %(today)s::date - coalesce(b.latest, %(today)s::date) AS days,
               CASE WHEN b.latest > %(infant)s::date THEN 1
                    WHEN b.latest > %(minor)s::date THEN 2
                    WHEN b.person IN (SELECT person FROM incapable) THEN 3 ELSE 4 END AS rank
        FROM born b LEFT JOIN spoken s ON s.person = b.person
        WHERE s.is_now IS NOT TRUE AND (
              b.latest > %(minor)s::date OR b.person IN (SELECT person FROM incapable)
              -- A child's guardian who was one until the child came of age says nothing of an adult.
              OR (s.until IS NOT NULL AND (b.latest IS NULL OR
                  (s.until AT TIME ZONE %(zone)s)::date > b.latest + interval '1 year' * %(years)s)))
    )
"""
# Numbers and page in one statement: to find everybody takes most of its time.
LISTED = (
    OPEN
    + """, page AS (
    SELECT person, rank, days, until FROM needing
    WHERE (%(rank)s::int IS NULL OR rank = %(rank)s::int)
      -- Of whoever the page before ended with somebody may be on record by now: then it begins anew.
      AND coalesce((rank, days, person) > (
          SELECT rank, days, person FROM needing WHERE person = %(after)s::bigint), true)
    ORDER BY rank, days, person LIMIT %(limit)s
    )
    SELECT NULL, rank, NULL, count(*) FROM needing GROUP BY rank
    UNION ALL (SELECT person, rank, until, NULL FROM page ORDER BY rank, days, person)
"""
)
RANKS = {1: Needing.INFANT, 2: Needing.MINOR, 3: Needing.INCAPABLE, 4: Needing.SPOKEN_FOR}


@dataclass(frozen=True)
class Row:
    """One person of the list; until when somebody spoke for them, where somebody did."""

    person: Person
    needing: Needing
    until: datetime | None


@dataclass(frozen=True)
class Listed:
    """One page of the list, and how many persons are on all of it; `next` begins the page after."""

    rows: tuple[Row, ...]
    next: int | None
    counts: Mapping[Needing, int]


def listed(
    by: Principal,
    *,
    at: datetime,
    only: Needing | None = None,
    after: int | None = None,
    limit: int = PAGE,
) -> Listed:
    """Return who in reach has no guardian, next of kin or anybody who may consent on record now.

    Infants come first, then the youngest. The numbers are those of everybody, whatever `only` says.
    """
    rank = next((rank for rank, needing in RANKS.items() if needing is only), None)
    values = {**_values(by, at), "rank": rank, "after": after, "limit": limit + 1}
    made = fetched(LISTED, values)
    numbers = {rank: number for person, rank, _until, number in made if person is None}
    found = [row[:3] for row in made if row[0] is not None]
    people = Person.objects.listed().in_bulk([person for person, _rank, _until in found[:limit]])
    return Listed(
        tuple(Row(people[one], RANKS[rank], until) for one, rank, until in found[:limit]),
        found[limit - 1][0] if len(found) > limit else None,
        {needing: numbers.get(rank, 0) for rank, needing in RANKS.items()},
    )


def _values(by: Principal, at: datetime) -> dict[str, Any]:
    today, near = hospital_day(at), reached(by, VIEW)
    return {
        "at": at,
        "today": today,
        "infant": born_by(INFANT_YEARS, on=today),
        "minor": born_by(OF_AGE_YEARS, on=today),
        "years": OF_AGE_YEARS,
        "zone": get_default_timezone_name(),
        # Who is reached under any entry stands under the entry that is read.
        "near": None if near is None else sorted(set(heads_of(near).values())),
    }
