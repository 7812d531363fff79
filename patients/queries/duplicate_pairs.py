"""Two entries side by side: all that either says of its person, and what conflicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from patients.models import (
    Encounter,
    IdentityEvent,
    Person,
    PersonAccount,
    PersonDistinction,
    PersonIdentifier,
    PersonLink,
    PersonName,
    QuarantineOrder,
    RelatedPerson,
)
from patients.queries import duplicates, quarantine
from patients.queries.follow_ups import heads_of
from patients.rules.births import Birth, Precision
from patients.rules.duplicate_conflicts import Contradiction, Said, contradictions
from patients.rules.duplicates import Match


@dataclass(frozen=True)
class Side:
    """One entry with what is read of it; `head` is the entry it is read as."""

    person: Person
    head: Person
    names: tuple[PersonName, ...]
    identifiers: tuple[PersonIdentifier, ...]
    identity: IdentityEvent | None
    stay: Encounter | None
    quarantine: QuarantineOrder | None
    kin: tuple[RelatedPerson, ...]
    has_login: bool

    @property
    def is_linked(self) -> bool:
        return self.head.pk != self.person.pk


@dataclass(frozen=True)
class Pair:
    """Two entries, how they compare, what conflicts, and what was decided about them."""

    sides: tuple[Side, Side]
    match: Match
    contradictions: tuple[Contradiction, ...]
    distinction: PersonDistinction | None
    link: PersonLink | None

    @property
    def are_one(self) -> bool:
        return self.sides[0].head.pk == self.sides[1].head.pk

    @property
    def is_open(self) -> bool:
        return not self.are_one and self.distinction is None


def pair(one: Person, other: Person, *, at: datetime) -> Pair:
    """Return two entries side by side, as they stand at this moment."""
    heads = heads_of([one.pk, other.pk])
    people = Person.objects.listed().in_bulk({one.pk, other.pk, *heads.values()})
    sides = _sides([people[one.pk], people[other.pk]], heads, people, at=at)
    described = duplicates.described([one.pk, other.pk])
    distinction = _distinction(heads, heads[one.pk], heads[other.pk])
    link = (
        PersonLink.objects.active()
        .filter(Q(duplicate=one, survivor=other) | Q(duplicate=other, survivor=one))
        .first()
    )
    first, second = (_said(side) for side in sides)
    found = contradictions(first, second, told_apart=distinction is not None)
    return Pair(
        sides=(sides[0], sides[1]),
        match=duplicates.compare(described[one.pk], described[other.pk]),
        contradictions=tuple(found) if heads[one.pk] != heads[other.pk] else (),
        distinction=distinction,
        link=link,
    )


def _sides(
    shown: Sequence[Person], heads: dict[int, int], people: dict[int, Person], *, at: datetime
) -> list[Side]:
    ids = list(heads)
    names = list(PersonName.objects.filter(person__in=ids).order_by("use", "-recorded_at", "-id"))
    numbers = list(PersonIdentifier.objects.filter(person__in=ids).order_by("system", "value"))
    events = list(IdentityEvent.objects.filter(person__in=ids).order_by("-happened_at", "-id"))
    stays = list(Encounter.objects.open().filter(person__in=ids).select_related("location"))
    orders = QuarantineOrder.objects.filter(person__in=ids, starts_at__lte=at, lift=None)
    running = list(quarantine.unended(orders, at=at).order_by("-starts_at", "-id"))
    kin = list(RelatedPerson.objects.standing().filter(person__in=ids).order_by("id"))
    logins = set(PersonAccount.objects.filter(person__in=ids).values_list("person_id", flat=True))
    found = []
    for person in shown:
        # What an entry says of itself is its own; where somebody is, is said by all they are read as.
        mine = {id_ for id_, head in heads.items() if head == heads[person.pk]}
        found.append(
            Side(
                person=person,
                head=people[heads[person.pk]],
                names=tuple(one for one in names if one.person_id == person.pk),
                identifiers=tuple(one for one in numbers if one.person_id == person.pk),
                identity=next((one for one in events if one.person_id in mine), None),
                stay=next((one for one in stays if one.person_id in mine), None),
                quarantine=next((one for one in running if one.person_id in mine), None),
                kin=tuple(one for one in kin if one.person_id == person.pk),
                has_login=bool(mine & logins),
            )
        )
    return found


def _distinction(heads: dict[int, int], one: int, other: int) -> PersonDistinction | None:
    mine, yours = ([id_ for id_, head in heads.items() if head == each] for each in (one, other))
    found: PersonDistinction | None = (
        PersonDistinction.objects.standing()
        .filter(Q(first__in=mine, second__in=yours) | Q(first__in=yours, second__in=mine))
        .select_related("recorded_by__user")
        .order_by("-id")
        .first()
    )
    return found


def _said(side: Side) -> Said:
    person = side.head
    is_known = person.deceased_on is not None or person.deceased_precision == "UNKNOWN"
    return Said(
        species=person.species.code,
        sex=person.sex,
        birth=Birth(
            person.birth_date, Precision(person.birth_precision), person.birth_uncertainty_days
        ),
        death=f"{person.deceased_precision} {person.deceased_on}" if is_known else "",
        is_in_a_ward=side.stay is not None,
        is_doubted=side.identity is not None
        and side.identity.status == IdentityEvent.Status.DOUBTED,
        has_login=side.has_login,
    )
