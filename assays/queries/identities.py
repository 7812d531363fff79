"""What the registry knows of a person that can be checked at the bedside."""

from __future__ import annotations

from assays.rules.identification import KnownIdentity
from patients.models import BirthPrecision, Person, PersonName
from patients.queries import entries


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


def _current_names(person: Person) -> list[str]:
    newest = {name.use: name for name in sorted(person.names.all(), key=lambda name: name.pk)}
    newest.pop(PersonName.Use.FORMER, None)
    return [f"{name.given} {name.family}" for name in newest.values()]
