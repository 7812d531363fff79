"""The census: who was in which ward at any instant, and how it changed between two.

A pure function of stays and openings, as they are known now: a stay entered in error never counts,
and the entries of one person count once. Where two entries of a person say different wards at one
instant, the stay that began last holds. Stays are half-open: somebody discharged at 12:00 is not in
the census of 12:00; somebody admitted then is. Between two instants t1 < t2 whatever happened after
t1 and up to t2 counts, so that for each ward

    census(t2) = census(t1) + arrivals + transfers in - transfers out - discharges - deaths.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from patients.rules.places import OVERFLOW, Place, Places

ERROR, DECEASED = "ERROR", "DECEASED"


class Stay(NamedTuple):
    """A stay of a person (the entry that is read) in a place, or the part of it that holds.

    `ended` is None while it goes on; `end` says how it ended.
    """

    id: int
    person: int
    place: int
    began: datetime
    ended: datetime | None = None
    end: str = ""

    def holds(self, at: datetime) -> bool:
        return self.began <= at and (self.ended is None or at < self.ended)


@dataclass(frozen=True, slots=True)
class Census:
    """One ward at one instant. `capacity` is None where a ward has no beds on record."""

    capacity: int | None
    occupied: int
    people: int

    @property
    def without_bed(self) -> int:
        return self.people - self.occupied

    @property
    def free(self) -> int | None:
        return None if self.capacity is None else max(self.capacity - self.occupied, 0)

    @property
    def over(self) -> int | None:
        return None if self.capacity is None else max(self.people - self.capacity, 0)


@dataclass(slots=True)
class Flow:
    """What changed in one ward between two instants; `moved` is from bed to bed within it."""

    arrivals: int = 0
    transfers_in: int = 0
    transfers_out: int = 0
    discharges: int = 0
    deaths: int = 0
    moved: int = 0

    @property
    def net(self) -> int:
        gone = self.transfers_out + self.discharges + self.deaths
        return self.arrivals + self.transfers_in - gone

    def __iadd__(self, other: Flow) -> Flow:
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))
        return self


def whereabouts(stays: Iterable[Stay]) -> dict[int, list[Stay]]:
    """Return for each person where they were when, in order and without overlaps."""
    mine: dict[int, list[Stay]] = {}
    for stay in stays:
        if stay.end != ERROR:
            mine.setdefault(stay.person, []).append(stay)
    return {person: found if len(found) == 1 else _course(found) for person, found in mine.items()}


def at_instant(courses: Mapping[int, Sequence[Stay]], at: datetime) -> list[Stay]:
    """Return where everybody was who was somewhere at one instant; each person at most once."""
    return [
        one
        for course in courses.values()
        for one in course
        if one.began <= at and (one.ended is None or at < one.ended)
    ]


def census(
    places: Places,
    present: Iterable[Stay],
    at: datetime,
    *,
    wards: Collection[int] | None = None,
) -> dict[int, Census]:
    """Return the census of every ward, and of every other place where somebody was.

    Of `wards`, where they are given, alone; then `present` are those who were in them.
    """
    people: dict[int, int] = {}
    taken: dict[int, set[int]] = {}
    for place, many in Counter(one.place for one in present).items():
        ward = places.ward_of[place]
        people[ward] = people.get(ward, 0) + many
        taken.setdefault(ward, set()).add(place)
    if wards is None:
        wards = {place.id for place in places.wards()} | set(people)
    return {
        ward: _one(places, ward, people.get(ward, 0), taken.get(ward, set()), at) for ward in wards
    }


def flows(
    places: Places,
    courses: Mapping[int, Sequence[Stay]],
    *,
    since: datetime,
    until: datetime,
) -> dict[int, Flow]:
    """Return what changed in each ward after `since` and up to `until`."""
    found: dict[int, Flow] = defaultdict(Flow)

    def of(place: int) -> Flow:
        return found[places.ward_of[place]]

    for course in courses.values():
        if course[0].began <= since and course[0].ended is None:
            continue  # most were where they still are, and nothing changed
        before: Stay | None = None
        for one in course:
            is_moved = before is not None and before.ended == one.began
            if since < one.began <= until:
                if not is_moved:
                    of(one.place).arrivals += 1
                elif before is not None and of(before.place) is of(one.place):
                    of(one.place).moved += 1
                elif before is not None:
                    of(before.place).transfers_out += 1
                    of(one.place).transfers_in += 1
            if before is not None and not is_moved:
                _gone(before, of(before.place), since=since, until=until)
            before = one
        if before is not None:
            _gone(before, of(before.place), since=since, until=until)
    return found


def people_over_time(
    places: Places,
    courses: Mapping[int, Sequence[Stay]],
    instants: Sequence[datetime],
) -> dict[int, list[int]]:
    """Return how many people were in each ward at each of the instants, which are in order."""
    changes: dict[int, list[int]] = defaultdict(lambda: [0] * (len(instants) + 1))
    held = Counter(
        (places.ward_of[one.place], *_held(one, instants))
        for course in courses.values()
        for one in course
    )
    for (ward, first, end), many in held.items():
        if first < end:
            changes[ward][first] += many
            changes[ward][end] -= many
    found = {}
    for ward, row in changes.items():
        running, counts = 0, []
        for change in row[:-1]:
            running += change
            counts.append(running)
        found[ward] = counts
    return found


def capacity_over_time(
    places: Places,
    courses: Mapping[int, Sequence[Stay]],
    instants: Sequence[datetime],
    wards: Iterable[int],
) -> dict[int, list[int | None]]:
    """Return how many each ward held at each of the instants, which are in order."""
    shut = {bed.id: _shut(bed, instants) for beds in places.beds_of.values() for bed in beds}
    for course in courses.values():
        for one in course:
            if shut.get(one.place):  # a bed that somebody lies in is one
                shut[one.place].difference_update(range(*_held(one, instants)))
    found: dict[int, list[int | None]] = {}
    for ward in wards:
        beds = places.beds_of.get(ward)
        if places.every[ward].kind == OVERFLOW or beds is None:
            found[ward] = [capacity(places, ward, at) for at in instants]
            continue
        missing = Counter(place for bed in beds for place in shut[bed.id])
        found[ward] = [len(beds) - missing[place] for place in range(len(instants))]
    return found


def _shut(bed: Place, instants: Sequence[datetime]) -> set[int]:
    """Return at which of the instants a bed was not open."""
    if not bed.switches:
        return set(range(bisect_left(instants, bed.known_at)))
    return {place for place, at in enumerate(instants) if not bed.is_open(at)}


def capacity(places: Places, ward: int, at: datetime, taken: Collection[int] = ()) -> int | None:
    """Return how many a ward held at an instant; None where it has no beds on record.

    A bed that somebody lies in (`taken`) is one, whatever its openings say: also before anybody kept
    openings.
    """
    place = places.every[ward]
    if place.kind == OVERFLOW:
        return place.capacity(at)
    beds = places.beds_of.get(ward)
    return None if beds is None else sum(bed.id in taken or bed.is_open(at) for bed in beds)


def _held(one: Stay, instants: Sequence[datetime]) -> tuple[int, int]:
    """Return the first of the instants at which somebody was there, and the first at which no longer."""
    first = 0 if one.began <= instants[0] else bisect_left(instants, one.began)
    return first, len(instants) if one.ended is None else bisect_left(instants, one.ended)


def _one(places: Places, ward: int, people: int, taken: set[int], at: datetime) -> Census:
    room = capacity(places, ward, at, taken)
    if places.every[ward].kind == OVERFLOW:
        return Census(room, min(people, room or 0), people)
    beds = places.beds_of.get(ward, ())
    return Census(room, sum(bed.id in taken for bed in beds), people)


def _course(stays: list[Stay]) -> list[Stay]:
    deaths = {stay.ended for stay in stays if stay.end == DECEASED}
    moments = {stay.began for stay in stays} | {stay.ended for stay in stays if stay.ended}
    bounds: list[datetime | None] = [*sorted(moments), None]
    found: list[Stay] = []
    for began, ended in pairwise(bounds):
        assert began is not None
        here = [
            one for one in stays if one.began <= began and (one.ended is None or one.ended > began)
        ]
        if not here:
            continue
        stay = max(here, key=lambda one: (one.began, one.id))
        if found and found[-1].id == stay.id and found[-1].ended == began:
            began = found.pop().began
        end = DECEASED if ended in deaths else ""
        found.append(stay._replace(began=began, ended=ended, end=end))
    return _with_passing(stays, found)


def _with_passing(stays: list[Stay], found: list[Stay]) -> list[Stay]:
    """Add stays that ended in the moment they began, unless they only passed somebody on."""
    touched = {one.began for one in found} | {one.ended for one in found}
    added = []
    for stay in sorted(stays, key=lambda one: one.id):
        is_apart = stay.began not in touched and not any(one.holds(stay.began) for one in found)
        if stay.began == stay.ended and is_apart:
            added.append(stay)
            touched.add(stay.began)
    return sorted([*found, *added], key=lambda one: one.began)


def _gone(one: Stay, flow: Flow, *, since: datetime, until: datetime) -> None:
    if one.ended is None or not since < one.ended <= until:
        return
    if one.end == DECEASED:
        flow.deaths += 1
    else:
        flow.discharges += 1
