"""Who is where: stays with the places and openings that the census is reckoned from.

Counts are of everybody; who the people are is told only within the reader's reach.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import F, Q

from labsys.lib import policy
from labsys.lib.policy import Principal
from patients.models import CanonicalPerson, Encounter, Person, QuarantineOrder, TriageAssessment
from patients.queries import places as place_queries
from patients.queries import quarantine
from patients.rules import census, triage
from patients.rules.census import Census, Flow, Stay
from patients.rules.places import Place, Places

# Open stays and ended ones apart: each by its own index.
STAYS = """
    SELECT e.id, coalesce(l.survivor_id, e.person_id), e.location_id, e.started_at,
           e.ended_at, coalesce(e.disposition, '')
    FROM ({}) e
    LEFT JOIN patients_personlink l ON l.duplicate_id = e.person_id AND NOT EXISTS (
        SELECT 1 FROM patients_personunlink u WHERE u.link_id = l.id)
"""
WITHIN = """
    SELECT id, person_id, location_id, started_at, NULL::timestamptz AS ended_at, NULL AS disposition
    FROM patients_encounter WHERE is_open AND started_at <= %(until)s
    UNION ALL
    SELECT e.id, e.person_id, e.location_id, e.started_at, x.ended_at, x.disposition
    FROM patients_encounterend x JOIN patients_encounter e ON e.id = x.encounter_id
    WHERE x.ended_at >= %(since)s AND x.disposition <> 'ERROR' AND e.started_at <= %(until)s
"""
# Whoever was in some of the places, with all their stays: elsewhere too, and under another entry.
OF_PLACES = """
    WITH every(id, person, place, began, ended, disposition) AS MATERIALIZED ({})
    SELECT * FROM every WHERE person IN (SELECT person FROM every WHERE place = ANY(%(places)s))
"""
OF_PERSONS = """
    SELECT e.id, e.person_id, e.location_id, e.started_at, x.ended_at, x.disposition
    FROM patients_encounter e LEFT JOIN patients_encounterend x ON x.encounter_id = e.id
    WHERE e.person_id = ANY(%(persons)s) AND x.disposition IS DISTINCT FROM 'ERROR'
"""


@dataclass(frozen=True)
class Counted:
    """The census at one instant, with the places it was taken of."""

    places: Places
    at: datetime
    present: Sequence[Stay]
    wards: Mapping[int, Census]

    @property
    def whole(self) -> Census:
        """All wards together; capacity is that of the wards that have one."""
        every = self.wards.values()
        return Census(
            capacity=sum(one.capacity or 0 for one in every),
            occupied=sum(one.occupied for one in every),
            people=sum(one.people for one in every),
        )

    @property
    def without_capacity(self) -> int:
        """How many are in places without a recorded capacity: they are compared with none."""
        return sum(one.people for one in self.wards.values() if one.capacity is None)

    @property
    def over(self) -> int:
        """How many are over the capacity of their own ward; room elsewhere does not help them."""
        return sum(one.over or 0 for one in self.wards.values())

    @property
    def free(self) -> int:
        return sum(one.free or 0 for one in self.wards.values())


@dataclass(frozen=True)
class Period:
    """The census at both ends of a period, what changed between, and how it ran."""

    before: Counted
    after: Counted
    flows: Mapping[int, Flow]
    instants: Sequence[datetime]
    people: Mapping[int, Sequence[int]]
    capacity: Mapping[int, Sequence[int | None]]


@dataclass(frozen=True)
class Occupant:
    """Somebody in a ward; without `person` where they are out of the reader's reach."""

    stay: int
    place: Place
    since: datetime
    in_hospital_since: datetime
    person: Person | None = None
    triage: triage.Triage | None = None
    is_apart: bool = False

    @property
    def initials(self) -> str:
        if self.person is None:
            return ""
        name = self.person.display_name
        words = name.strip("[]").replace(",", " ").replace("-", " ").split()
        return "".join(f"{word[0].upper()}." for word in words[:3])

    def days(self, at: datetime) -> int:
        """Return the day of the stay: the first is 1."""
        return max(0, (at - self.in_hospital_since) // timedelta(days=1)) + 1


def courses(
    *, since: datetime, until: datetime, places: Collection[int] | None = None
) -> dict[int, list[Stay]]:
    """Return where everybody was who was somewhere in a period, by the person that is read.

    Of `places`, where they are given, only those who were there.
    """
    statement = STAYS.format(WITHIN)
    if places is not None:
        statement = OF_PLACES.format(statement)
    return census.whereabouts(_stays(statement, since=since, until=until, places=places))


def counted(
    at: datetime, *, places: Places | None = None, wards: Collection[int] | None = None
) -> Counted:
    """Return the census at an instant, as it is known now: of all wards, or of these alone."""
    places = places or place_queries.every()
    found = courses(since=at, until=at, places=_within(places, wards))
    return _counted(places, found, at, wards)


def changed(
    since: datetime,
    at: datetime,
    *,
    places: Places | None = None,
    wards: Collection[int] | None = None,
) -> tuple[Counted, Mapping[int, Flow]]:
    """Return the census at an instant, and what changed in each ward since another."""
    places = places or place_queries.every()
    found = courses(since=since, until=at, places=_within(places, wards))
    flows = census.flows(places, found, since=since, until=at)
    if wards is not None:
        flows = {ward: flow for ward, flow in flows.items() if ward in wards}
    return _counted(places, found, at, wards), flows


def period(instants: Sequence[datetime]) -> Period:
    """Return the census over instants in their order; the first and the last are its ends."""
    places, since, until = place_queries.every(), instants[0], instants[-1]
    found = courses(since=since, until=until)
    before, after = _counted(places, found, since), _counted(places, found, until)
    people = census.people_over_time(places, found, instants)
    wards = {*before.wards, *after.wards, *people}
    return Period(
        before=before,
        after=after,
        flows=census.flows(places, found, since=since, until=until),
        instants=instants,
        people=people,
        capacity=census.capacity_over_time(places, found, instants, wards),
    )


def occupants(by: Principal, found: Counted, wards: Collection[int]) -> list[Occupant]:
    """Return who is in these wards now, in the order of their beds, in a constant number of queries."""
    here = [one for one in found.present if found.places.ward_of[one.place] in wards]
    stays = policy.scope(by, Encounter.objects.filter(pk__in=[one.id for one in here]))
    reached = set(stays.values_list("pk", flat=True))
    heads = [one.person for one in here if one.id in reached]
    entries = _entries(heads)
    began = _began(entries, here)
    persons = Person.objects.listed().in_bulk(heads)
    triaged, apart = _triaged(by, entries), _apart(by, entries, found.at)
    made = []
    for one in here:
        since = began.get(one.person, one.began)
        mine = triaged.get(one.person, ()) if one.id in reached else ()
        made.append(
            Occupant(
                stay=one.id,
                place=found.places.every[one.place],
                since=one.began,
                in_hospital_since=since,
                person=persons.get(one.person) if one.id in reached else None,
                triage=triage.of_stay(mine, began_at=since, at=found.at),
                is_apart=one.id in reached and one.person in apart,
            )
        )
    return made


def _within(places: Places, wards: Collection[int] | None) -> list[int] | None:
    if wards is None:
        return None
    return [id_ for id_, ward in places.ward_of.items() if ward in wards]


def _counted(
    places: Places,
    found: Mapping[int, Sequence[Stay]],
    at: datetime,
    wards: Collection[int] | None = None,
) -> Counted:
    present = census.at_instant(found, at)
    if wards is not None:
        present = [one for one in present if places.ward_of[one.place] in wards]
    return Counted(places, at, present, census.census(places, present, at, wards=wards))


def _stays(statement: str, **params: Any) -> list[Stay]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(map(Stay._make, cursor.fetchall()))


def _entries(heads: Iterable[int]) -> dict[int, int]:
    rows = CanonicalPerson.objects.filter(canonical_id__in=list(heads))
    return dict(rows.values_list("person_id", "canonical_id"))


def _began(entries: Mapping[int, int], here: Iterable[Stay]) -> dict[int, datetime]:
    """Return since when each of these persons is in the hospital, over transfers."""
    now = {one.person: one for one in here}
    found = {}
    for person, course in census.whereabouts(
        _stays(STAYS.format(OF_PERSONS), persons=list(entries))
    ).items():
        if person not in now:
            continue
        began = now[person].began
        for one in reversed(course):
            if one.ended == began:
                began = one.began
        found[person] = began
    return found


def _triaged(by: Principal, entries: Mapping[int, int]) -> dict[int, list[triage.Triage]]:
    rows = TriageAssessment.objects.standing().filter(person_id__in=list(entries))
    found: dict[int, list[triage.Triage]] = {}
    columns = ("person_id", "pk", "scale", "category", "assessed_at")
    for person, *stated in policy.scope(by, rows).values_list(*columns):
        found.setdefault(entries[person], []).append(triage.Triage(*stated))
    return found


def _apart(by: Principal, entries: Mapping[int, int], at: datetime) -> set[int]:
    """Return those of these persons whose quarantine is in force."""
    rows = QuarantineOrder.objects.filter(person_id__in=list(entries), starts_at__lte=at)
    rows = quarantine.unended(rows, at=at)
    rows = rows.filter(Q(lift=None) | Q(lift__lifted_at__gt=at))
    found = policy.scope(by, rows.annotate(entry=F("person_id"))).values_list("entry", flat=True)
    return {entries[one] for one in found}
