"""Where people are: what the rule derives it from, for some people, and in one statement for all.

The statement sorts everybody who was exposed into exactly one place to be, so that the numbers add
up; it says what the rule says, which a test compares. A page asks the rule about each person shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from patients.queries.identities import heads_of
from patients.rules import whereabouts as rule
from patients.rules.quarantine import Moved, Order
from patients.rules.whereabouts import Looking, Seen, Stay, Whereabouts

# Everything about some persons that no rule has to be asked for, in one statement.
RECORDED = """
    SELECT p.id, 'DEAD', NULL::timestamptz, NULL::timestamptz, '', '' FROM patients_person p
    WHERE p.id = ANY (%(entries)s::bigint[])
      AND (p.deceased_on IS NOT NULL OR p.deceased_precision = 'UNKNOWN')
    UNION ALL
    SELECT e.person_id, 'STAY', e.started_at, x.ended_at, o.name, ''
    FROM patients_encounter e JOIN patients_location o ON o.id = e.location_id
    LEFT JOIN patients_encounterend x ON x.encounter_id = e.id
    WHERE e.person_id = ANY (%(entries)s::bigint[]) AND e.started_at <= %(at)s
    UNION ALL
    SELECT s.person_id, s.outcome, s.seen_at, NULL, concat_ws(', ', o.name, nullif(s.place, '')),
           s.reported_by
    FROM patients_sighting s LEFT JOIN patients_location o ON o.id = s.location_id
    WHERE s.person_id = ANY (%(entries)s::bigint[]) AND NOT s.is_retraction
      AND NOT EXISTS (SELECT 1 FROM patients_sighting c WHERE c.corrects_id = s.id)
    UNION ALL
    SELECT v.person_id, v.outcome, v.visited_at, NULL, concat_ws(', ', o.name, nullif(v.place, '')),
           v.visitor
    FROM patients_followupvisit v LEFT JOIN patients_location o ON o.id = v.location_id
    WHERE v.person_id = ANY (%(entries)s::bigint[]) AND v.outcome = 'SEEN' AND NOT v.is_retraction
      AND NOT EXISTS (SELECT 1 FROM patients_followupvisit c WHERE c.corrects_id = v.id)
"""
# A row for each exposure that moved an order: it counts where it is of the person of the order.
ORDERS = """
    SELECT q.id, q.person_id, concat_ws(', ', o.name, nullif(q.place, '')), q.starts_at,
           q.recorded_at, q.ends_at, t.lifted_at, x.person_id, x.id, m.ends_at, m.recorded_at
    FROM patients_quarantineorder q LEFT JOIN patients_location o ON o.id = q.location_id
    LEFT JOIN patients_quarantinelift t ON t.order_id = q.id
    LEFT JOIN patients_quarantineextension m ON m.order_id = q.id
    LEFT JOIN patients_exposure x ON x.id = m.exposure_id
    WHERE q.person_id = ANY (%(entries)s::bigint[]) AND q.starts_at <= %(at)s
"""


@dataclass
class Facts:
    """What was recorded of where one person is."""

    is_deceased: bool = False
    stays: list[Stay] = field(default_factory=list)
    quarantines: list[Stay] = field(default_factory=list)
    sightings: list[Seen] = field(default_factory=list)


def of(persons: Iterable[int], *, at: datetime) -> Mapping[int, Whereabouts]:
    """Return where these persons are, under the entry each is read as; known facts alone count."""
    return of_entries(heads_of(persons), at=at)


def of_entries(heads: Mapping[int, int], *, at: datetime) -> Mapping[int, Whereabouts]:
    """Return the same of entries of which it is known already under which each is read."""
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
    with connection.cursor() as cursor:
        cursor.execute(RECORDED, {"entries": entries, "at": at})
        for entry, kind, since, until, where, who in cursor.fetchall():
            facts = found[heads[entry]]
            if kind == "DEAD":
                facts.is_deceased = True
            elif kind == "STAY":
                facts.stays.append(Stay(where, since, until))
            else:
                facts.sightings.append(Seen(Looking(kind), since, where, who))
        cursor.execute(ORDERS, {"entries": entries, "at": at})
        rows = cursor.fetchall()
    moved: dict[int, list[Moved]] = defaultdict(list)
    for order, person, *_stated, exposed, exposure, until, known_at in rows:
        if exposed is not None and heads.get(exposed) == heads[person]:
            moved[order].append(Moved(exposure=exposure, ends_at=until, recorded_at=known_at))
    for order, (person, where, since, known_at, until, lifted_at, *_moved) in {
        order: stated for order, *stated in rows
    }.items():
        if where:
            known = Order(
                starts_at=since,
                recorded_at=known_at,
                ends_at=until,
                lifted_at=lifted_at,
                moved=tuple(moved[order]),
            )
            found[heads[person]].quarantines.append(Stay(where, since, known.last_moment(at=at)))
    return found
