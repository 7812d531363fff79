"""What values are read with: species, sex, birth and pregnancy, for many persons at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.timezone import get_default_timezone

from patients.rules.births import Birth, Precision
from patients.rules.contexts import PersonContext, PersonFacts
from patients.rules.pregnancies import Estimate, Status

# One statement for a whole batch, on the way of every result. Estimates are gathered over all
# entries of the person; the demographics are those of the entry that is read.
FACTS = """
    SELECT e.person_id, p.id, s.code, p.sex,
           p.birth_date, p.birth_precision, p.birth_uncertainty_days,
           (SELECT json_agg(json_build_array(
                       g.id, g.status, g.observed_at, g.gestation_days, g.uncertainty_days))
            FROM patients_canonicalperson m
            JOIN patients_pregnancyestimate g ON g.person_id = m.person_id
            WHERE m.canonical_id = p.id AND NOT g.is_retraction AND NOT EXISTS (
                SELECT 1 FROM patients_pregnancyestimate c WHERE c.corrects_id = g.id))
    FROM patients_canonicalperson e
    JOIN patients_person p ON p.id = e.canonical_id
    JOIN patients_species s ON s.id = p.species_id
    WHERE e.person_id = ANY(%s)
"""


def facts(person_ids: Iterable[int]) -> Mapping[int, PersonFacts]:
    """Return what values are read with, for many persons in one query; unknown ids are left out."""
    with connection.cursor() as cursor:
        cursor.execute(FACTS, [list(person_ids)])
        rows = cursor.fetchall()
    return {
        row[0]: PersonFacts(
            person_id=row[0],
            canonical_id=row[1],
            species=row[2],
            sex=row[3],
            birth=Birth(row[4], Precision(row[5]), row[6]),
            estimates=tuple(_estimate(one) for one in row[7] or ()),
        )
        for row in rows
    }


def context_at(person_ids: Iterable[int], moment: datetime) -> Mapping[int, PersonContext]:
    """Return many persons as they were at one moment, in one query.

    Where the moments differ (specimens of one batch), take `facts` once and ask each `.at(...)`.
    """
    zone = get_default_timezone()
    return {id_: known.at(moment, zone=zone) for id_, known in facts(person_ids).items()}


def _estimate(row: list[Any]) -> Estimate:
    id_, status, observed_at, gestation, give = row
    return Estimate(id_, Status(status), datetime.fromisoformat(observed_at), gestation, give)
