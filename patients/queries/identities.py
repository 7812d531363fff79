"""Who is who: the entries of one person, and what was recorded while two were one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import connection, models

from labsys.lib.lookups import array
from labsys.lib.records import Audit, Record
from patients.models import CanonicalPerson, Person, PersonLink, PersonUnlink

# Their heads first: joined with the view of all entries, the planner would read all links.
HEADS = """
    WITH head(id) AS MATERIALIZED (
        SELECT DISTINCT coalesce(l.survivor_id, p.id) FROM patients_person p
        LEFT JOIN patients_personlink l ON l.duplicate_id = p.id
            AND NOT EXISTS (SELECT FROM patients_personunlink u WHERE u.link_id = l.id)
        WHERE p.id = ANY (%s::bigint[])
    )
    SELECT id, id FROM head
    UNION ALL
    SELECT l.duplicate_id, head.id FROM head JOIN patients_personlink l ON l.survivor_id = head.id
    WHERE NOT EXISTS (SELECT FROM patients_personunlink u WHERE u.link_id = l.id)
"""


@dataclass(frozen=True)
class Meanwhile:
    """Rows of one table that were recorded for either entry while a link stood."""

    model: type[models.Model]
    ids: tuple[int, ...]


def canonical(person: Person) -> Person:
    """Return the entry that this entry is read as: itself, or the survivor of its link."""
    found: Person = Person.objects.get(entries__person_id=person.pk)
    return found


def entries(person_id: int) -> frozenset[int]:
    """Return the ids of all entries of the person to whom this entry belongs."""
    return entries_of([person_id])


def entries_of(person_ids: Collection[int]) -> frozenset[int]:
    """Return the ids of all entries of the persons to whom these entries belong."""
    return frozenset(heads_of(person_ids))


def heads_of(person_ids: Iterable[int]) -> dict[int, int]:
    """Return by entry which entry it is read as, for all entries of these persons."""
    with connection.cursor() as cursor:
        cursor.execute(HEADS, [array(person_ids)])
        return dict(cursor.fetchall())


def recorded_since_link(link: PersonLink) -> tuple[Meanwhile, ...]:
    """Return every row of any app recorded for either entry since they were linked."""
    pair = [link.duplicate_id, link.survivor_id]
    found = []
    for relation in Person._meta.get_fields(include_hidden=True):
        model = relation.related_model
        if not relation.auto_created or relation.concrete or not isinstance(model, type):
            continue
        if model in (PersonLink, PersonUnlink, CanonicalPerson):
            continue
        if getattr(model, "AUDIT", None) is Audit.OPERATIONAL:
            continue  # machinery: nothing that anybody recorded
        column = relation.field.name  # type: ignore[union-attr]
        moment = getattr(model, "RECORDED_AT", Record.RECORDED_AT)
        rows = model._default_manager.filter(
            **{f"{column}__in": pair, f"{moment}__gte": link.recorded_at}
        )
        ids = tuple(rows.order_by("pk").values_list("pk", flat=True))
        if ids:
            found.append(Meanwhile(model, ids))
    return tuple(found)
