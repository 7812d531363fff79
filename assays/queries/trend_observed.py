"""What was seen of signs on a person and read from their controllers, for the axis of their trends.

Each is scoped by the permission of its own page: a reader of results alone finds nothing here.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, Max, QuerySet

from assays.rules.trends import CONTROL, SIGN, Asked, Offered, key
from labsys.accounts.models import Principal
from labsys.lib import policy
from patients.models import (
    ControllerAssignment,
    ControllerReading,
    ControlQuantity,
    SignObservation,
)
from patients.queries import signs
from patients.queries.controller_overviews import MOST_READINGS as LOOKED
from patients.queries.controller_overviews import first_ids
from patients.queries.controllers import stated_of
from patients.rules.controllers import Span, spans

MOST_LOOKS = 500
MOST_READINGS = 1500


class Reading(NamedTuple):
    """One reading of a controller, with how it stood to the band that was in force then."""

    at: datetime
    value: Decimal
    verdict: str
    serial: str


@dataclass(frozen=True, slots=True)
class Controlled:
    """One quantity of a person's controllers: its bands as signed, its readings, the oldest first."""

    quantity: ControlQuantity
    spans: Sequence[Span]
    readings: Sequence[Reading]


def offered(entries: Collection[int], principal: Principal) -> list[Offered]:
    """Return the signs and controlled quantities of a person that the principal may read."""
    return [*_offered_quantities(entries, principal), *_offered_signs(entries, principal)]


def _offered_quantities(entries: Collection[int], principal: Principal) -> list[Offered]:
    """Return what the newest readings of each device are of; older ones are too many to count."""
    ids = first_ids(_readings(), _assigned(entries, principal), most=LOOKED)
    counted = ControllerReading.objects.filter(pk__in=ids).order_by()
    rows = counted.values_list("quantity__code", "quantity__name").annotate(
        Count("pk"), Max("read_at")
    )
    is_more = len(ids) >= LOOKED
    return [
        Offered(key(CONTROL, code), name, CONTROL, count, newest, is_more=is_more)
        for code, name, count, newest in rows
    ]


def _offered_signs(entries: Collection[int], principal: Principal) -> list[Offered]:
    """Return the signs that were looked for, each by the name that its newest version has."""
    rows = policy.scope(principal, _looks(entries)).order_by("sign__number")
    counted = rows.values_list("sign__code", "sign__name", "sign__number").annotate(
        Count("pk"), Max("observed_at")
    )
    found: dict[str, Offered] = {}
    for code, name, _number, count, newest in counted:
        before = found.get(code)
        if before is not None:
            count, newest = count + before.values, max(newest, before.newest)
        found[code] = Offered(key(SIGN, code), name, SIGN, count, newest)
    return list(found.values())


def looks(
    entries: Collection[int], principal: Principal, codes: Collection[str], asked: Asked
) -> list[signs.Course]:
    """Return what was seen of the signs chosen within the time asked for; the newest MOST_LOOKS."""
    chosen = _chosen(SIGN, codes)
    if not chosen:
        return []
    rows = _looks(entries).filter(sign__code__in=chosen, **asked.within("observed_at"))
    newest = policy.scope(principal, rows).select_related("sign").order_by("-observed_at", "-id")
    found: dict[str, signs.Course] = {}
    for row in reversed(newest[:MOST_LOOKS]):
        course = found.setdefault(row.sign.code, signs.Course(row.sign))
        course.rows.append(row)
        if row.sign.number > course.sign.number:
            course.sign = row.sign
    return list(found.values())


def controlled(
    entries: Collection[int], principal: Principal, codes: Collection[str], asked: Asked
) -> list[Controlled]:
    """Return the quantities chosen with what was read in the time asked for; the newest MOST_READINGS."""
    chosen = _chosen(CONTROL, codes)
    quantities = ControlQuantity.objects.filter(code__in=chosen).in_bulk() if chosen else {}
    if not quantities:
        return []
    rows = _readings().filter(quantity__in=quantities, **asked.within("read_at"))
    ids = first_ids(rows, _assigned(entries, principal), most=MOST_READINGS)
    found = (
        ControllerReading.objects.filter(pk__in=ids)
        .order_by("-read_at", "-id")
        .values_list("quantity", "read_at", "value", "verdict", "assignment__controller__serial")
    )
    read: dict[int, list[Reading]] = {}
    for quantity, *row in reversed(found[:MOST_READINGS]):
        read.setdefault(quantity, []).append(Reading(*row))
    if not read:
        return []
    stated = stated_of(entries)
    return [
        Controlled(quantities[pk], spans([one for of, one in stated if of == pk]), readings)
        for pk, readings in read.items()
    ]


def _looks(entries: Collection[int]) -> QuerySet[SignObservation]:
    found: QuerySet[SignObservation] = SignObservation.objects.standing()
    return found.filter(person_id__in=list(entries))


def _readings() -> QuerySet[ControllerReading]:
    found: QuerySet[ControllerReading] = ControllerReading.objects.standing()
    return found.order_by("-read_at", "-id")


def _assigned(entries: Collection[int], principal: Principal) -> QuerySet[ControllerAssignment]:
    rows = ControllerAssignment.objects.filter(person_id__in=list(entries))
    found: QuerySet[ControllerAssignment] = policy.scope(principal, rows)
    return found


def _chosen(section: str, codes: Collection[str]) -> list[str]:
    start = key(section, "")
    return [one.removeprefix(start) for one in codes if one.startswith(start)]
