"""How full the places of quarantine are now, and will be by the ends that are known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from patients.models import Location, QuarantineCapacity, QuarantineKind
from patients.queries.placing import LINKS
from patients.queries.quarantine_lists import LATER, RUNNING, horizon
from patients.rules.quarantine import AHEAD_DAYS, Room, Stay, census, room

# Keys of what is no place we know, beside the ids of those that are.
AT_HOME, NOWHERE = 0, -1
# How many come to be apart before each of the moments and stay so up to which other, by place: persons,
# not entries. Whoever is apart there by several orders is named, to be counted once.
STAYS = f"""
    WITH {LATER}, running AS ({RUNNING}), {LINKS}, apart AS (
        SELECT coalesce(q.location_id, CASE q.kind WHEN '{QuarantineKind.HOME.value}' THEN {AT_HOME}
                                       ELSE {NOWHERE} END) AS place,
               coalesce(k.survivor_id, q.person_id) AS person,
               width_bucket(q.starts_at - interval '1 microsecond', %(moments)s) AS first,
               CASE WHEN q.ends_at IS NULL THEN cardinality(%(moments)s) ELSE
                   width_bucket(q.ends_at - interval '1 microsecond', %(moments)s) END AS last
        FROM running q LEFT JOIN links k ON k.duplicate_id = q.person_id
        WHERE q.starts_at < %(until)s
    ), told_apart AS (
        SELECT place, first, last,
               CASE WHEN count(*) OVER (PARTITION BY person, place) > 1 THEN person END AS person
        FROM apart
    )
    SELECT place, first, last, person, count(*) FROM told_apart GROUP BY 1, 2, 3, 4
"""  # noqa: S608


@dataclass(frozen=True)
class Day:
    """One moment of the coming days: how many are apart in a place, and how many it takes."""

    at: datetime
    occupied: int
    places: int | None

    @property
    def free(self) -> int | None:
        return None if self.places is None else max(self.places - self.occupied, 0)

    @property
    def over(self) -> int:
        return 0 if self.places is None else max(self.occupied - self.places, 0)


@dataclass(frozen=True)
class Place:
    """A place of quarantine from now on, day by day; None is home, or no place that was named."""

    location: Location | None
    days: tuple[Day, ...]
    is_home: bool = False

    @property
    def now(self) -> Day:
        return self.days[0]

    @property
    def overfull(self) -> Day | None:
        """The first day on which more people are apart than there is room for."""
        return next((day for day in self.days if day.over), None)


def places(*, at: datetime, days: int = AHEAD_DAYS) -> tuple[Place, ...]:
    """Return every place that has room stated or somebody in it, and quarantine at home.

    Those apart in no place that was named come last, where there are any. Whose end is open stays to
    the last day: nobody knows better.
    """
    moments = horizon(at, days)
    stays: dict[int, list[Stay]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(STAYS, {"at": at, "until": moments[-1], "moments": moments, "near": None})
        for place, *stated in cursor.fetchall():
            stays[place].append(Stay(*stated))
    rooms: dict[int, list[Room]] = defaultdict(list)
    for row in QuarantineCapacity.objects.all():
        rooms[row.location_id].append(Room(id=row.pk, places=row.places, from_at=row.from_at))
    located = sorted(
        Location.objects.in_bulk({*stays, *rooms}).values(), key=lambda one: (one.name, one.pk)
    )
    return (
        *(Place(one, _days(stays[one.pk], rooms[one.pk], moments)) for one in located),
        Place(None, _days(stays[AT_HOME], [], moments), is_home=True),
        *([Place(None, _days(stays[NOWHERE], [], moments))] if NOWHERE in stays else []),
    )


def _days(
    stays: Sequence[Stay], rooms: Sequence[Room], moments: Sequence[datetime]
) -> tuple[Day, ...]:
    counted = census(stays, len(moments))
    return tuple(
        Day(moment, many, room(rooms, at=moment))
        for moment, many in zip(moments, counted, strict=True)
    )


def named() -> list[Location]:
    """Return the places of which somebody said how many they take: what a list is narrowed by."""
    ids = QuarantineCapacity.objects.order_by().values("location_id").distinct()
    return list(Location.objects.filter(pk__in=ids).order_by("name"))
