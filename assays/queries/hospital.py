"""What is on record about whom a hospital's system names: persons, stays, places, what it told before."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connection
from django.db.models import Max, Q

from assays.instruments import settings as instrument_settings
from assays.instruments.settings import Settings
from assays.models import HospitalAct, Instrument
from assays.queries.identities import person_facts
from assays.rules.hospital_known import End, Known, Outcome, PersonKnown, StayKnown
from assays.rules.hospital_messages import Act, Event, Identifier
from assays.rules.identity import PersonFacts
from labsys.accounts.models import PrincipalKind
from patients.models import (
    BirthRecord,
    CanonicalPerson,
    Encounter,
    Location,
    Person,
    PersonLink,
    PersonName,
    Species,
)
from patients.queries import entries
from patients.rules.births import Birth, Precision

# What identifiers of this name are: our own record numbers, which results are told with.
OWN = "MRN"
_KINDS_OF_ITS_OWN = frozenset({"", "MR", "PI", "PT", "MRN"})
_TELLING = [one.value for one in Act if one.tells_who]
_OF_STAYS = [one.value for one in Act if one.is_of_stay]
_JOINING = [Act.LINK.value, Act.UNLINK.value]

_ENTRIES = """
SELECT w.number, i.person_id
FROM unnest(%s::int[], %s::text[], %s::text[]) AS w(number, system, value)
JOIN patients_personidentifier i ON i.system = w.system AND i.value = w.value
UNION ALL
SELECT w.number, p.id
FROM unnest(%s::int[], %s::text[], %s::text[]) AS w(number, system, value)
JOIN patients_person p ON w.system = %s AND p.mrn = w.value
"""


@dataclass(frozen=True, slots=True)
class Naming:
    """How one hospital's system calls things, and what each is here."""

    code: str
    settings: Settings

    def system(self, identifier: Identifier) -> str:
        """Return the name of the system that an identifier is from.

        A number without an assigning authority is the connection's own, and never another's.
        """
        authority = identifier.authority
        if authority:
            return self.settings.authorities.get(authority, authority)
        kind = "" if identifier.kind in _KINDS_OF_ITS_OWN else f" {identifier.kind}"
        return f"{self.code}{kind}"[:120]

    def counted(self, identifiers: Iterable[Identifier]) -> tuple[Identifier, ...]:
        """Return those identifiers that say who somebody is."""
        asked = self.settings.patient_authorities
        return tuple(one for one in identifiers if not asked or one.authority in asked)

    def event(self, event: Event) -> Event:
        """Return an event with those of its identifiers that count."""
        patient = replace(event.patient, identifiers=self.counted(event.patient.identifiers))
        return replace(event, patient=patient, prior=self.counted(event.prior))


def naming(instrument: Instrument) -> Naming:
    return Naming(instrument.code, instrument_settings.read(instrument.settings))


def entries_of(naming: Naming, identifiers: Sequence[Identifier]) -> dict[Identifier, int]:
    """Return the entry of each identifier that is somebody's."""
    numbers = list(range(len(identifiers)))
    systems = [naming.system(one) for one in identifiers]
    values = [one.value for one in identifiers]
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES, [numbers, systems, values, numbers, systems, values, OWN])
        return {identifiers[number]: person for number, person in cursor.fetchall()}


def known(event: Event, naming: Naming) -> Known:
    """Return all that is on record of what an event names."""
    mine = entries_of(naming, event.patient.identifiers)
    theirs = entries_of(naming, event.prior)
    heads = _heads({*mine.values(), *theirs.values()})
    said = event.patient.species
    return Known(
        persons=_persons({heads[one] for one in mine.values()}),
        prior=_persons({heads[one] for one in theirs.values()}),
        new=tuple(one for one in event.patient.identifiers if one not in mine),
        species=_species(said, naming.settings),
        ward=None if event.stay is None else _ward(event.stay.ward, naming.settings),
        link=_link(set(mine.values()), set(theirs.values())),
        joined_at=_joined_at(set(heads.values())),
    )


def species_of(said: str | None, naming: Naming) -> Species:
    found: Species = Species.objects.get(code=_species(said, naming.settings))
    return found


def _heads(person_ids: Collection[int]) -> dict[int, int]:
    rows = CanonicalPerson.objects.filter(person_id__in=person_ids)
    return dict(rows.values_list("person_id", "canonical_id"))


def _persons(ids: Collection[int]) -> tuple[PersonKnown, ...]:
    facts = person_facts(ids) if ids else {}
    rows = Person.objects.filter(pk__in=ids).select_related("species").order_by("pk")
    return tuple(_person(person, facts[person.pk]) for person in rows)


def _person(person: Person, facts: PersonFacts) -> PersonKnown:
    all_entries = entries(person.pk)
    name = person.names.current_first().first()
    return PersonKnown(
        id=person.pk,
        species=person.species.code,
        facts=facts,
        family=name.family if name else "",
        given=name.given if name else "",
        birth=Birth(
            person.birth_date, Precision(person.birth_precision), person.birth_uncertainty_days
        ),
        sex=person.sex,
        died=person.death,
        told_at=_newest(_told(all_entries, _TELLING), *_by_hand(all_entries)),
        stays_at=_told(all_entries, _OF_STAYS),
        stays=_stays(all_entries),
    )


def _told(person_ids: Collection[int], acts: Sequence[str]) -> datetime | None:
    rows = HospitalAct.objects.filter(person__in=person_ids, act__in=acts)
    found = rows.exclude(outcome=Outcome.OUTDATED).aggregate(newest=Max("told_at"))
    newest: datetime | None = found["newest"]
    return newest


def _by_hand(person_ids: Collection[int]) -> Iterable[datetime | None]:
    """When somebody here last wrote a name or a birth of these entries."""
    for model in (PersonName, BirthRecord):
        rows = model.objects.filter(person__in=person_ids).exclude(
            recorded_by__kind=PrincipalKind.INSTRUMENT
        )
        yield rows.aggregate(newest=Max("recorded_at"))["newest"]


def _newest(*moments: datetime | None) -> datetime | None:
    return max((one for one in moments if one is not None), default=None)


def _stays(person_ids: Collection[int]) -> tuple[StayKnown, ...]:
    rows = Encounter.objects.filter(person__in=person_ids).select_related("end")
    stays = list(rows.order_by("started_at", "pk"))
    visits = _visits([one.pk for one in stays])
    parents = dict(Location.objects.values_list("pk", "parent_id")) if stays else {}
    return tuple(_stay(one, visits.get(one.pk, ""), parents) for one in stays)


def _visits(stay_ids: Collection[int]) -> Mapping[int, str]:
    acts = HospitalAct.objects.filter(encounter__in=stay_ids).exclude(visit="").order_by("pk")
    return dict(acts.values_list("encounter", "visit"))


def _stay(stay: Encounter, visit: str, parents: Mapping[int, int | None]) -> StayKnown:
    end = getattr(stay, "end", None)
    return StayKnown(
        id=stay.pk,
        location=stay.location_id,
        started_at=stay.started_at,
        visit=visit,
        ended_at=end and end.ended_at,
        end=End(end.disposition) if end else None,
        within=frozenset(_around(stay.location_id, parents)),
    )


def _around(place: int, parents: Mapping[int, int | None]) -> Iterator[int]:
    """Yield the places that a place is part of."""
    known = parents.get(place)
    while known is not None:
        yield known
        known = parents.get(known)


def _species(said: str | None, settings: Settings) -> str | None:
    code = settings.default_species if said is None else settings.species.get(said, said)
    rows = Species.objects.filter(code=code)
    found: str | None = rows.values_list("code", flat=True).first() if code else None
    return found


def _ward(said: str, settings: Settings) -> int | None:
    code = settings.wards.get(said, said)
    rows = Location.objects.filter(code=code, is_active=True)
    found: int | None = (
        rows.exclude(kind=Location.Kind.LABORATORY).values_list("pk", flat=True).first()
        if code
        else None
    )
    return found


def _link(mine: Collection[int], theirs: Collection[int]) -> int | None:
    either_way = Q(duplicate__in=mine, survivor__in=theirs) | Q(
        duplicate__in=theirs, survivor__in=mine
    )
    rows = PersonLink.objects.active().filter(either_way).order_by("-pk")
    found: int | None = rows.values_list("pk", flat=True).first() if mine and theirs else None
    return found


def _joined_at(person_ids: Collection[int]) -> datetime | None:
    if len(person_ids) == 0:
        return None
    every = {one for head in person_ids for one in entries(head)}
    rows = HospitalAct.objects.filter(act__in=_JOINING, person__in=every, other__in=every)
    found = rows.exclude(outcome=Outcome.OUTDATED).aggregate(newest=Max("told_at"))
    newest: datetime | None = found["newest"]
    return newest
