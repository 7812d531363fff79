"""Pairs of entries nobody has decided about, pairs that are two persons, and pairs that are one."""

# ruff: noqa: S608 - names of tables
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Prefetch, QuerySet
from django.db.models.expressions import RawSQL

from labsys.lib import policy
from labsys.lib.policy import Principal
from patients.models import DuplicateCandidate, Person, PersonDistinction, PersonLink
from patients.queries import duplicates
from patients.queries.placing import LINKS, reached
from patients.rules.duplicates import Grade, Match

VIEW = "patients.duplicate.view"
PAGE = 30
COUNT_LIMIT = 999

# Pairs that are decided: read as one person, or said to be two, under whatever entry.
OPEN = f"""
    WITH {LINKS}, apart AS MATERIALIZED (
        SELECT least(coalesce(a.survivor_id, d.first_id), coalesce(b.survivor_id, d.second_id)) AS one,
               greatest(coalesce(a.survivor_id, d.first_id), coalesce(b.survivor_id, d.second_id)) AS other
        FROM patients_persondistinction d
        LEFT JOIN links a ON a.duplicate_id = d.first_id
        LEFT JOIN links b ON b.duplicate_id = d.second_id
        WHERE NOT EXISTS (
            SELECT 1 FROM patients_persondistinctionend e WHERE e.distinction_id = d.id)
    )
    SELECT c.id {{columns}}
    FROM patients_duplicatecandidate c
    LEFT JOIN links a ON a.duplicate_id = c.first_id
    LEFT JOIN links b ON b.duplicate_id = c.second_id
    WHERE coalesce(a.survivor_id, c.first_id) <> coalesce(b.survivor_id, c.second_id)
      AND (least(coalesce(a.survivor_id, c.first_id), coalesce(b.survivor_id, c.second_id)),
           greatest(coalesce(a.survivor_id, c.first_id), coalesce(b.survivor_id, c.second_id)))
          NOT IN (SELECT one, other FROM apart)
"""
NEAR = """AND (%(near)s::bigint[] IS NULL OR (
    c.first_id = ANY (%(near)s::bigint[]) AND c.second_id = ANY (%(near)s::bigint[])))"""
LISTED = (
    OPEN.format(columns=", c.bits")
    + NEAR
    + """
      AND (%(grade)s::text = '' OR c.grade = %(grade)s::text)
      AND (%(bits)s::int IS NULL OR c.bits < %(bits)s::int
           OR (c.bits = %(bits)s::int AND c.id > %(id)s::bigint))
    ORDER BY c.bits DESC, c.id LIMIT %(limit)s
"""
)
COUNTED = f"""
    SELECT grade, count(*) FROM (
        {OPEN.format(columns=", c.grade AS grade")} {NEAR} LIMIT {COUNT_LIMIT * 3}) open GROUP BY 1
"""


@dataclass(frozen=True)
class Row:
    """One pair of the list, compared as the entries stand now."""

    candidate: DuplicateCandidate
    match: Match


@dataclass(frozen=True)
class Listed:
    """One page of pairs; `next` is where the page after begins."""

    rows: tuple[Row, ...]
    next: str | None


def listed(
    by: Principal,
    *,
    grade: Grade | None = None,
    after: tuple[int, int] | None = None,
    limit: int = PAGE,
) -> Listed:
    """Return one page of the pairs nobody has decided about, the most alike first."""
    values = {
        "near": reached(by, VIEW),
        "grade": "" if grade is None else grade.value,
        "bits": None if after is None else after[0],
        "id": None if after is None else after[1],
        "limit": limit + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(LISTED, values)
        found = cursor.fetchall()
    people = Person.objects.listed()
    pairs = DuplicateCandidate.objects.prefetch_related(
        Prefetch("first", people), Prefetch("second", people)
    ).in_bulk([id_ for id_, _bits in found[:limit]])
    shown = [pairs[id_] for id_, _bits in found[:limit] if id_ in pairs]
    entries = duplicates.described(one for row in shown for one in (row.first_id, row.second_id))
    rows = tuple(
        Row(row, duplicates.compare(entries[row.first_id], entries[row.second_id])) for row in shown
    )
    following = f"{found[limit - 1][1]}_{found[limit - 1][0]}" if len(found) > limit else None
    return Listed(rows, following)


def counts(by: Principal) -> Mapping[Grade, int]:
    """Return how many pairs of each grade wait for a decision."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, {"near": reached(by, VIEW)})
        found = dict(cursor.fetchall())
    return {grade: found.get(grade.value, 0) for grade in Grade}


def waiting(by: Principal) -> int:
    """Count the pairs that are certainly or probably one person, for the home page."""
    found = counts(by)
    return min(found[Grade.CERTAIN] + found[Grade.PROBABLE], COUNT_LIMIT + 1)


def undecided() -> QuerySet[DuplicateCandidate]:
    """Return the pairs nobody has decided about, for lists that page and scope by themselves."""
    open_ = RawSQL(OPEN.format(columns=""), [])  # noqa: S611
    found: QuerySet[DuplicateCandidate] = DuplicateCandidate.objects.filter(pk__in=open_)
    return found


def distinctions(by: Principal, *, before: int | None = None) -> tuple[list[Any], bool]:
    """Return one page of what stands as two persons, the newest first, and whether more follow."""
    rows = policy.scope(by, PersonDistinction.objects.standing())
    return _page(rows, "first", "second", before=before)


def merged(by: Principal, *, before: int | None = None) -> tuple[list[Any], bool]:
    """Return one page of the links that hold, the newest first, and whether more follow."""
    rows = policy.scope(by, PersonLink.objects.active())
    return _page(rows, "duplicate", "survivor", before=before)


def _page(rows: Any, one: str, other: str, *, before: int | None) -> tuple[list[Any], bool]:
    if before is not None:
        rows = rows.filter(pk__lt=before)
    people = Person.objects.listed()
    rows = rows.select_related("recorded_by__user").prefetch_related(
        Prefetch(one, people), Prefetch(other, people)
    )
    found = list(rows.order_by("-pk")[: PAGE + 1])
    return found[:PAGE], len(found) > PAGE
