"""Where people are: what the rule derives it from, for some people, and in one statement for all.

The statement sorts everybody who was exposed into exactly one place to be, so that the numbers add
up; it says what the rule says, which a test compares. A page asks the rule about each person shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from patients.models import Encounter, FollowUpVisit, Person, QuarantineOrder, Sighting
from patients.queries import quarantine
from patients.queries.identities import heads_of
from patients.rules import whereabouts as rule
from patients.rules.whereabouts import Looking, Seen, Stay, Whereabouts


@dataclass
class Facts:
    """What was recorded of where one person is."""

    is_deceased: bool = False
    stays: list[Stay] = field(default_factory=list)
    quarantines: list[Stay] = field(default_factory=list)
    sightings: list[Seen] = field(default_factory=list)


def of(persons: Iterable[int], *, at: datetime) -> Mapping[int, Whereabouts]:
    """Return where these persons are, under the entry each is read as; known facts alone count."""
    heads = heads_of(persons)
    found = _facts(heads, at=at)
    return {
        head: rule.whereabouts(
            is_deceased=found[head].is_deceased,
            stays=found[head].stays,
            quarantines=found[head].quarantines,
            sightings=found[head].sightings,
            at=at,
        )
        for head in set(heads.values())
    }


def _facts(heads: Mapping[int, int], *, at: datetime) -> Mapping[int, Facts]:
    found: dict[int, Facts] = defaultdict(Facts)
    entries = list(heads)
    for person in Person.objects.filter(pk__in=entries):
        found[heads[person.pk]].is_deceased |= person.death is not None
    stays = Encounter.objects.filter(person_id__in=entries, started_at__lte=at)
    for stay in stays.select_related("location", "end"):
        end = getattr(stay, "end", None)
        until = None if end is None else end.ended_at
        found[heads[stay.person_id]].stays.append(Stay(stay.location.name, stay.started_at, until))
    orders = QuarantineOrder.objects.filter(person_id__in=entries, starts_at__lte=at)
    orders = orders.select_related("location", "lift", "rule")
    for order in orders.prefetch_related(quarantine.EXTENSIONS):
        where = place(order)
        if where:
            until = quarantine.last_moment(order, at=at)
            found[heads[order.person_id]].quarantines.append(Stay(where, order.starts_at, until))
    sightings = Sighting.objects.standing().filter(person_id__in=entries)
    for row in sightings.select_related("location"):
        seen = Seen(Looking(row.outcome), row.seen_at, place(row), row.reported_by)
        found[heads[row.person_id]].sightings.append(seen)
    visits = FollowUpVisit.objects.standing().filter(person_id__in=entries, outcome="SEEN")
    for visit in visits.select_related("location"):
        seen = Seen(Looking.SEEN, visit.visited_at, place(visit), visit.visitor)
        found[heads[visit.person_id]].sightings.append(seen)
    return found


def place(row: QuarantineOrder | Sighting | FollowUpVisit) -> str:
    """Return the place that a row names: the one we know, and what was said of it."""
    known = row.location.name if row.location is not None else ""
    return ", ".join(part for part in (known, row.place) if part)
