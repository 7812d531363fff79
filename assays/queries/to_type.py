"""What is still to be typed: open items without a value, and the specimens they are measured in.

At any size of the laboratory's past: only what is open is looked at, each item and specimen once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from assays.models import Assay, OrderItem, Result, Specimen
from assays.queries import catalogue
from assays.queries.specimens import Cursor
from assays.rules.states import (
    IN_LABORATORY,
    OrderItemStatus,
    OrderStatus,
    ResultStatus,
    SpecimenStatus,
)
from labsys.accounts.models import Principal
from labsys.lib import policy

ENTER = "assays.result.enter"
OPEN = (OrderItemStatus.ORDERED, OrderItemStatus.IN_PROCESS)
LIVE = (ResultStatus.RESULTED, ResultStatus.TECHNICALLY_VERIFIED, ResultStatus.RELEASED)
USABLE = (SpecimenStatus.COLLECTED, SpecimenStatus.RECEIVED, SpecimenStatus.AVAILABLE)

# What is open is found first (OFFSET keeps it apart), then what it is measured in. Specimens with the
# same assays are counted together: few combinations are ordered.
_COUNTED = """
SELECT w.assays, count(*), count(*) FILTER (WHERE s.priority = 0), min(s.received_at)
FROM (
    SELECT o.specimen_id, array_agg(DISTINCT i.assay_id)
    FROM ({items} OFFSET 0) i(id, assay_id) JOIN assays_specimenitem o ON o.item_id = i.id
    GROUP BY 1
) w(specimen_id, assays)
JOIN ({specimens}) s(id, priority, received_at) ON s.id = w.specimen_id
GROUP BY 1
"""
_FIRST = """
SELECT s.id, s.priority
FROM (
    SELECT DISTINCT o.specimen_id
    FROM ({items} OFFSET 0) i(id, assay_id) JOIN assays_specimenitem o ON o.item_id = i.id
) w
JOIN ({specimens}) s(id, priority, received_at) ON s.id = w.specimen_id
ORDER BY s.priority, s.id LIMIT {limit}
"""


@dataclass(frozen=True)
class Waiting:
    """How much is to be typed in one section."""

    section: str
    specimens: int
    stat: int
    since: datetime | None


def sections(principal: Principal) -> list[Waiting]:
    """Return the sections with something to type, in the order of their names."""
    found = _asked(principal, _COUNTED, _open_items(principal), Q())
    named = dict(Assay.objects.order_by().values_list("pk", "analyte__section")) if found else {}
    parts: dict[str, list[Waiting]] = defaultdict(list)
    for assays, specimens, stat, since in found:
        for section in {named[assay] for assay in assays}:
            parts[section].append(Waiting(section, specimens, stat, since))
    return [_together(section, parts[section]) for section in sorted(parts)]


def first(
    principal: Principal,
    assays: Collection[int] | None,
    *,
    after: Cursor | None = None,
    limit: int,
) -> tuple[list[int], Cursor | None]:
    """Return the most urgent specimens on which some of these assays wait, and where they end.

    None is every assay. The cursor is None where no further specimen waits.
    """
    items = _open_items(principal)
    if assays is not None:
        items = items.filter(assay__in=list(assays))
    beyond = Q()
    if after is not None:
        beyond = Q(priority__gt=after.priority) | Q(priority=after.priority, id__gt=after.id)
    found = _asked(principal, _FIRST, items, beyond, limit=limit + 1)
    shown = found[:limit]
    is_more = len(found) > limit
    return [pk for pk, _priority in shown], Cursor(shown[-1][1], shown[-1][0]) if is_more else None


def _together(section: str, parts: Iterable[Waiting]) -> Waiting:
    held = list(parts)
    return Waiting(
        section=section,
        specimens=sum(one.specimens for one in held),
        stat=sum(one.stat for one in held),
        since=min((one.since for one in held if one.since), default=None),
    )


def _open_items(principal: Principal) -> QuerySet[OrderItem]:
    """What is ordered for persons in reach, is open, and has no value that stands."""
    answered = Result.objects.filter(order_item=OuterRef("pk"), status__in=LIVE)
    rows = OrderItem.objects.filter(
        ~Exists(answered),
        ~Q(assay__in=list(catalogue.current().calculations)),
        status__in=OPEN,
        order__status=OrderStatus.ACTIVE,
    )
    return policy.scope(principal, rows, ENTER)


def _asked(
    principal: Principal, statement: str, items: QuerySet[OrderItem], beyond: Q, limit: int = 0
) -> list[tuple[Any, ...]]:
    """Ask a statement of open items and of the specimens in reach that can be measured."""
    measured = Specimen.objects.filter(beyond, status__in=_states(principal))
    reached = policy.scope(principal, measured, ENTER).values_list("pk", "priority", "received_at")
    try:
        of_items, given = items.order_by().values_list("pk", "assay").query.sql_with_params()
        of_specimens, also = reached.order_by().query.sql_with_params()
    except EmptyResultSet:
        return []
    asked = statement.format(items=of_items, specimens=of_specimens, limit=limit)
    with connection.cursor() as cursor:
        cursor.execute(asked, [*given, *also])
        return cursor.fetchall()


def _states(principal: Principal) -> Collection[SpecimenStatus]:
    """In which states a specimen can be measured."""
    # On a ward a value is typed before the specimen is in the laboratory, or without it.
    is_laboratory = policy.ANY in policy.reaches(principal, ENTER)
    return IN_LABORATORY if is_laboratory else USABLE
