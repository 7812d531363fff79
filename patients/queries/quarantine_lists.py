"""Who is apart now, what is due about it, and how full the places are: each in one statement."""

# ruff: noqa: S608 - parts of statements
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import Prefetch
from django.utils.timezone import get_default_timezone

from labsys.lib import policy
from labsys.lib.policy import Principal
from patients.models import Person, QuarantineKind, QuarantineOrder, QuarantineReview
from patients.models.links import READ_AS
from patients.queries.quarantine import EXTENSIONS, value
from patients.rules.quarantine import SOON, review_due

VIEW = "patients.quarantine.view"
PAGE = 50
HOME = "HOME"


class Show(StrEnum):
    """Which orders a list shows."""

    FORCE = "force"
    DUE = "due"
    SOON = "soon"
    BREACHED = "breached"
    PROPOSED = "proposed"
    UNRULED = "unruled"
    PLANNED = "planned"


# Each with what belongs to it, and by which moment it is sorted; none: the newest order first.
KINDS: Mapping[Show, tuple[str, str]] = {
    Show.FORCE: ("begun", "NULL::timestamptz"),
    Show.DUE: ("begun AND due_at <= %(at)s", "due_at"),
    Show.SOON: (
        "begun AND coalesce(ends_at, planned_at) <= %(soon)s",
        "coalesce(ends_at, planned_at)",
    ),
    Show.BREACHED: ("begun AND breaches > 0", "NULL::timestamptz"),
    Show.PROPOSED: ("begun AND outcome = 'RELEASE_PROPOSED'", "due_at"),
    Show.UNRULED: ("begun AND rule_id IS NULL", "NULL::timestamptz"),
    Show.PLANNED: ("NOT begun", "starts_at"),
}
# What moves an end beyond now; whatever moved one to before it decides nothing any more. It counts as
# `QuarantineExtension.objects.standing()` says: while both entries are read as one person.
LATER = """
    later AS MATERIALIZED (
        SELECT e.order_id, max(e.ends_at) AS ends_at FROM patients_quarantineextension e
        JOIN patients_quarantineorder m ON m.id = e.order_id
        JOIN patients_exposure x ON x.id = e.exposure_id
        WHERE e.ends_at > %(at)s AND e.recorded_at <= %(at)s AND {of_exposure} = {of_order}
        GROUP BY 1)
""".format(of_exposure=READ_AS.format("x.person_id"), of_order=READ_AS.format("m.person_id"))
# Orders that are not over: neither by time, as far as exposures moved it, nor by a lift.
RUNNING = """
    SELECT o.id, o.person_id, o.kind, o.location_id, o.starts_at, o.rule_id,
           o.starts_at <= %(at)s AS begun,
           CASE WHEN o.ends_at IS NOT NULL THEN greatest(o.ends_at, x.ends_at) END AS ends_at,
           greatest(o.derived_ends_at, x.ends_at) AS planned_at
    FROM patients_quarantineorder o
    LEFT JOIN later x ON x.order_id = o.id
    WHERE (o.ends_at IS NULL OR o.ends_at > %(at)s OR o.id IN (SELECT order_id FROM later))
      AND NOT EXISTS (SELECT 1 FROM patients_quarantinelift l
                      WHERE l.order_id = o.id AND l.lifted_at <= %(at)s)
      AND (%(near)s::bigint[] IS NULL OR o.person_id = ANY (%(near)s::bigint[]))
"""
HELD = f"""
    WITH {LATER}, running AS MATERIALIZED ({RUNNING}), reviewed AS (
        SELECT DISTINCT ON (w.order_id) w.order_id, w.reviewed_at, w.outcome
        FROM running q JOIN patients_quarantinereview w ON w.order_id = q.id
        ORDER BY w.order_id, w.reviewed_at DESC, w.id DESC
    ), held AS MATERIALIZED (
        SELECT q.*, r.outcome, coalesce(b.breaches, 0) AS breaches,
               greatest(q.starts_at, r.reviewed_at)
                   + make_interval(days => u.review_every_days) AS due_at
        FROM running q
        LEFT JOIN patients_quarantinerule u ON u.id = q.rule_id
        LEFT JOIN reviewed r ON r.order_id = q.id
        LEFT JOIN (
            SELECT b.order_id, count(*) AS breaches FROM patients_quarantinebreach b
            WHERE NOT b.is_retraction AND NOT EXISTS (
                SELECT 1 FROM patients_quarantinebreach c WHERE c.corrects_id = b.id)
            GROUP BY 1) b ON b.order_id = q.id
    )
"""
# As `held` reckons it: due is what began, and was reviewed last, so many days ago or more.
DUE = f"""
    WITH {LATER} SELECT count(*) FROM ({RUNNING}) q
    JOIN patients_quarantinerule u ON u.id = q.rule_id
    WHERE q.starts_at + make_interval(days => u.review_every_days) <= %(at)s
      AND NOT EXISTS (
          SELECT 1 FROM patients_quarantinereview w WHERE w.order_id = q.id
            AND w.reviewed_at + make_interval(days => u.review_every_days) > %(at)s)
"""
LISTED = (
    HELD
    + """, chosen AS (
        SELECT coalesce(extract(epoch FROM {key}) * 1000000, 0)::bigint AS key,
               id, due_at, breaches, outcome
        FROM held WHERE {which} {where}
    )
    SELECT (SELECT json_build_object({counts}) FROM held), page.* FROM (SELECT 1) one
    LEFT JOIN (
        SELECT key, id, due_at, breaches, outcome FROM chosen
        WHERE %(key)s::bigint IS NULL OR (key, -id) > (%(key)s::bigint, -%(id)s::bigint)
        ORDER BY key, id DESC LIMIT %(limit)s) page ON true
    ORDER BY key, id DESC
"""
)


@dataclass(frozen=True)
class Row:
    """One order of a list, as it stands."""

    order: QuarantineOrder
    ends_at: datetime | None
    planned_at: datetime | None
    due_at: datetime | None
    is_due: bool
    is_past: bool
    breaches: int
    is_proposed: bool


@dataclass(frozen=True)
class Listed:
    rows: tuple[Row, ...]
    counts: Mapping[Show, int]
    next: str | None


def listed(
    by: Principal,
    *,
    show: Show,
    at: datetime,
    place: str = "",
    after: tuple[int, int] | None = None,
    limit: int = PAGE,
) -> Listed:
    """Return one page of the orders in reach, and how many each list has.

    `place` is the id of a location, or the word for quarantine at home; `after` is where the page
    before ended.
    """
    which, key = KINDS[show]
    where = _where(place)
    statement = LISTED.format(which=which, key=key, where=where[0], counts=_counts())
    values = {
        **_values(by, at),
        **where[1],
        "key": None if after is None else after[0],
        "id": None if after is None else after[1],
        "limit": limit + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found = cursor.fetchall()
    many, page = found[0][0], [row[1:] for row in found if row[1] is not None]
    following = f"{page[limit - 1][0]}-{page[limit - 1][1]}" if len(page) > limit else None
    orders = _few([row[1] for row in page[:limit]])
    rows = tuple(
        _row(orders[id_], at=at, due_at=due_at, breaches=breaches, outcome=outcome or "")
        for _key, id_, due_at, breaches, outcome in page[:limit]
    )
    return Listed(rows, {one: many[one.value] for one in Show}, following)


def _few(ids: list[int]) -> dict[int, QuarantineOrder]:
    """Fetch what a row of a list says; the statement has counted the rest already."""
    rows = QuarantineOrder.objects.filter(pk__in=ids).select_related("rule", "location", "lift")
    people = Prefetch("person", Person.objects.listed())
    found: dict[int, QuarantineOrder] = rows.prefetch_related(people, EXTENSIONS).in_bulk()
    return found


def counts(by: Principal, *, at: datetime) -> dict[Show, int]:
    """Return how many orders in reach each list has."""
    with connection.cursor() as cursor:
        cursor.execute(f"{HELD} SELECT json_build_object({_counts()}) FROM held", _values(by, at))
        (found,) = cursor.fetchone()
    return {one: found[one.value] for one in Show}


def due(by: Principal, *, at: datetime) -> int:
    """Return how many orders in reach are to be reviewed."""
    with connection.cursor() as cursor:
        cursor.execute(DUE, {"at": at, "near": _near(by)})
        (found,) = cursor.fetchone()
    return int(found)


def row_of(order: QuarantineOrder, *, at: datetime) -> Row:
    """Return what a page says of an order that was fetched with `quarantine.whole`."""
    reviews = list(order.reviews.all())
    due_at = review_due(
        starts_at=order.starts_at,
        every_days=None if order.rule is None else order.rule.review_every_days,
        reviewed_at=(one.reviewed_at for one in reviews),
    )
    return _row(
        order,
        at=at,
        due_at=due_at,
        breaches=sum(stands(one) for one in order.breaches.all()),
        outcome=reviews[-1].outcome if reviews else "",
    )


def _row(
    order: QuarantineOrder, *, at: datetime, due_at: datetime | None, breaches: int, outcome: str
) -> Row:
    known = value(order)
    ends_at, planned_at = known.ends(at=at), known.derived(at=at)
    return Row(
        order=order,
        ends_at=ends_at,
        planned_at=planned_at,
        due_at=due_at,
        is_due=due_at is not None and due_at <= at,
        is_past=ends_at is None and planned_at is not None and planned_at <= at,
        breaches=breaches,
        is_proposed=outcome == QuarantineReview.Outcome.RELEASE_PROPOSED,
    )


def stands(breach: Any) -> bool:
    """Return whether a breach holds: neither taken back nor the taking back."""
    return not breach.is_retraction and getattr(breach, "corrected_by", None) is None


def _counts() -> str:
    return ", ".join(f"'{one}', count(*) FILTER (WHERE {KINDS[one][0]})" for one in Show)


def _where(place: str) -> tuple[str, dict[str, Any]]:
    if place == HOME:
        return "AND kind = %(kind)s AND location_id IS NULL", {"kind": QuarantineKind.HOME.value}
    if place:
        return "AND location_id = %(location)s", {"location": int(place)}
    return "", {}


def _values(by: Principal, at: datetime) -> dict[str, Any]:
    return {"at": at, "soon": at + SOON, "near": _near(by)}


def _near(by: Principal) -> list[int] | None:
    """Return the entries within reach; None for who reaches everybody."""
    if policy.ANY in policy.reaches(by, VIEW):
        return None
    return list(policy.scope(by, Person.objects.all(), VIEW).values_list("pk", flat=True))


def horizon(at: datetime, days: int) -> list[datetime]:
    """Return this moment and the same one, by the hospital's wall clock, of each following day."""
    local = at.astimezone(get_default_timezone())
    return [at, *((local + timedelta(days=day)).astimezone(UTC) for day in range(1, days + 1))]
