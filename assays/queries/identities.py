"""What the registry knows of a person that can be checked: at the bedside, and against a message."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.db import connection

from assays.rules.identification import KnownIdentity
from assays.rules.identity import PersonFacts
from patients.models import BirthPrecision, Person, PersonIdentifier, PersonName
from patients.queries import entries
from patients.rules.births import Birth, Precision

_ENTRIES = """
SELECT c.person_id, p.mrn, p.sex, p.birth_date, p.birth_precision, p.birth_uncertainty_days,
    ARRAY(SELECT ARRAY[n.family, n.given] FROM patients_personname n WHERE n.person_id = p.id),
    ARRAY(SELECT i.value FROM patients_personidentifier i WHERE i.person_id = p.id)
FROM patients_canonicalperson c
JOIN patients_canonicalperson e ON e.canonical_id = c.canonical_id
JOIN patients_person p ON p.id = e.person_id
WHERE c.person_id = ANY(%s) ORDER BY p.id
"""


def known_identity(person_id: int) -> KnownIdentity:
    """Return the identifiers of a person under all their entries.

    An unnamed person is known by how they are told apart; a birth date only where the day is known.
    """
    known = Person.objects.filter(pk__in=entries(person_id))
    persons = list(known.prefetch_related("names", "identifiers").order_by("pk"))
    own = next(person for person in persons if person.pk == person_id)
    names = [name for person in persons for name in _current_names(person)]
    is_exact = own.birth_precision == BirthPrecision.DAY
    return KnownIdentity(
        mrns=[person.mrn for person in persons],
        names=names or [person.placeholder for person in persons if person.placeholder],
        birth_date=own.birth_date if is_exact else None,
        other_numbers=[row.value for person in persons for row in person.identifiers.all()],
    )


def person_facts(person_ids: Iterable[int], *, said: Iterable[str] = ()) -> dict[int, PersonFacts]:
    """Return what messages about these persons are compared with; `said` are the numbers they name."""
    registered = _registered({number.strip() for number in said} - {""})
    rows: dict[int, list[Any]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES, [sorted(person_ids)])
        for person, *row in cursor.fetchall():
            rows[person].append(row)
    return {person: _facts(held, registered) for person, held in rows.items()}


def people_named(
    naming: Collection[tuple[int, Collection[str]]],
) -> dict[int, PersonFacts]:
    """Return what is known of persons, to be compared with what messages say; each with its numbers."""
    if not naming:
        return {}
    said = {number for _person, numbers in naming for number in numbers}
    return person_facts({person for person, _numbers in naming}, said=said)


def _registered(numbers: Collection[str]) -> frozenset[str]:
    """Return those of the numbers that are registered, of whichever system, for anybody."""
    if not numbers:
        return frozenset()
    rows = PersonIdentifier.objects.filter(value__in=numbers)
    return frozenset(rows.values_list("value", flat=True))


def _facts(held: list[Any], registered: frozenset[str]) -> PersonFacts:
    return PersonFacts(
        registered=registered,
        record_numbers=frozenset(
            number for mrn, *_row, others in held for number in (mrn, *others)
        ),
        names=tuple((family, given) for row in held for family, given in row[5]),
        births=tuple(Birth(day, Precision(known), give) for _m, _s, day, known, give, *_n in held),
        sexes=frozenset(row[1] for row in held),
    )


def _current_names(person: Person) -> list[str]:
    newest = {name.use: name for name in sorted(person.names.all(), key=lambda name: name.pk)}
    newest.pop(PersonName.Use.FORMER, None)
    return [f"{name.given} {name.family}" for name in newest.values()]
