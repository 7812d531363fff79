"""How full the places of quarantine are now, and will be by the ends that are known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from patients.models import Location, QuarantineCapacity, QuarantineKind
from patients.queries.quarantine_lists import HOME, LATER, RUNNING, horizon
from patients.rules.quarantine import AHEAD_DAYS, Room, Stay, census, room

NOWHERE = "NOWHERE"
# How many persons, not entries.
STAYS = f"""
    WITH {LATER}, running AS ({RUNNING})
    SELECT q.kind = '{QuarantineKind.HOME.value}' AND q.location_id IS NULL, q.location_id,
           coalesce((SELECT l.survivor_id FROM patients_personlink l
                     WHERE l.duplicate_id = q.person_id AND NOT EXISTS (
                         SELECT 1 FROM patients_personunlink u WHERE u.link_id = l.id)),
                    q.person_id),
           q.starts_at, q.ends_at
    FROM running q WHERE q.starts_at < %(until)s
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
    stays: dict[int | str, list[Stay]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(STAYS, {"at": at, "until": moments[-1], "near": None})
        for is_home, location, person, starts_at, ends_at in cursor.fetchall():
            found = Stay(person=person, starts_at=starts_at, ends_at=ends_at)
            stays[HOME if is_home else location or NOWHERE].append(found)
    rooms: dict[int, list[Room]] = defaultdict(list)
    for row in QuarantineCapacity.objects.all():
        rooms[row.location_id].append(Room(id=row.pk, places=row.places, from_at=row.from_at))
    ids = {id_ for id_ in (*stays, *rooms) if isinstance(id_, int)}
    located = sorted(Location.objects.in_bulk(ids).values(), key=lambda one: (one.name, one.pk))
    return (
        *(Place(one, _days(stays[one.pk], rooms[one.pk], moments)) for one in located),
        Place(None, _days(stays[HOME], [], moments), is_home=True),
        *([Place(None, _days(stays[NOWHERE], [], moments))] if NOWHERE in stays else []),
    )


def _days(
    stays: Sequence[Stay], rooms: Sequence[Room], moments: Sequence[datetime]
) -> tuple[Day, ...]:
    counted = census(stays, moments)
    return tuple(
        Day(moment, many, room(rooms, at=moment))
        for moment, many in zip(moments, counted, strict=True)
    )


def named() -> list[Location]:
    """Return the places of which somebody said how many they take: what a list is narrowed by."""
    ids = QuarantineCapacity.objects.order_by().values("location_id").distinct()
    return list(Location.objects.filter(pk__in=ids).order_by("name"))
