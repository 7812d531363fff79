"""Ward stays: a person is in one ward at a time, whichever of their entries was used."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import check_world_moment, hospital_day
from labsys.lib.errors import Conflict, InvalidInput
from patients import signals
from patients.actions import duplicates
from patients.actions.gateway import held, insert, lock, record_death, stated_in
from patients.models import DeathRecord, Encounter, EncounterEnd, Location, Person
from patients.queries import places
from patients.rules.births import Precision
from patients.rules.deaths import Death

Disposition = EncounterEnd.Disposition


def admit(
    *,
    by: Principal,
    at: datetime,
    person: Person,
    location: Location,
    started_at: datetime,
    reason: str = "",
) -> Encounter:
    """Begin a stay of somebody who is in no ward."""
    policy.check(by, "patients.encounter.record")
    check_world_moment(started_at, at=at, field="started_at")
    with acting(by=by, at=at, action="patients.encounter.admit"):
        entries = lock(person)
        return _begin(
            person, location, entries=entries, by=by, at=at, started_at=started_at, reason=reason
        )


def transfer(
    *,
    by: Principal,
    at: datetime,
    encounter: Encounter,
    location: Location,
    moved_at: datetime,
    reason: str = "",
) -> Encounter:
    """End a stay and begin the next at the same moment."""
    policy.check(by, "patients.encounter.record")
    check_world_moment(moved_at, at=at, field="moved_at")
    if location.pk == encounter.location_id:
        raise InvalidInput(_("The person is in this place already."), field="location")
    with acting(by=by, at=at, action="patients.encounter.transfer"):
        entries = lock(encounter.person)
        _end(
            encounter,
            by=by,
            at=at,
            ended_at=moved_at,
            disposition=Disposition.TRANSFERRED,
            field="moved_at",
        )
        return _begin(
            encounter.person,
            location,
            entries=entries,
            by=by,
            at=at,
            started_at=moved_at,
            reason=reason,
        )


def discharge(
    *,
    by: Principal,
    at: datetime,
    encounter: Encounter,
    ended_at: datetime,
    disposition: str = Disposition.DISCHARGED,
) -> EncounterEnd:
    """End a stay; ERROR says that it never was. A death is noted with the person too."""
    policy.check(by, "patients.encounter.record")
    check_world_moment(ended_at, at=at, field="ended_at")
    if disposition == Disposition.TRANSFERRED:
        raise InvalidInput(_("A transfer names the next place."), field="disposition")
    with acting(by=by, at=at, action="patients.encounter.discharge"):
        _entries, at = held(encounter.person, at=at)
        made = _end(
            encounter, by=by, at=at, ended_at=ended_at, disposition=disposition, field="ended_at"
        )
        if disposition == Disposition.DECEASED:
            person = Person.objects.get(pk=encounter.person_id)
            _note_death(person, hospital_day(ended_at), by=by, at=at)
        return made


def _begin(
    person: Person,
    location: Location,
    *,
    entries: frozenset[int],
    by: Principal,
    at: datetime,
    started_at: datetime,
    reason: str,
) -> Encounter:
    stays = Encounter.objects.filter(person_id__in=entries)
    if stays.open().exists():
        raise Conflict(_("This person is in a ward already; transfer or discharge them first."))
    later = ~Q(end__disposition=Disposition.ERROR) & Q(end__ended_at__gt=started_at)
    if stays.filter(later).exists():
        raise InvalidInput(
            _("An earlier stay ended after this moment; stays cannot overlap."), field="started_at"
        )
    _check_alive(entries, started_at)
    _check_takes_people(location, started_at)
    made = insert(
        Encounter(
            person=person,
            location=location,
            started_at=started_at,
            reason=reason.strip(),
            recorded_at=at,
            recorded_by=by,
        )
    )
    signals.stays_changed.send(sender=Encounter, persons=[person.pk], by=by, at=at)
    duplicates.search_seen(person=person, location=location, by=by, at=at)
    return made


def _end(
    encounter: Encounter,
    *,
    by: Principal,
    at: datetime,
    ended_at: datetime,
    disposition: str,
    field: str,
) -> EncounterEnd:
    if ended_at < encounter.started_at:
        raise InvalidInput(_("This lies before the stay began."), field=field)
    # The filter on the open state is the lock: of two racing ends one updates no row.
    if not Encounter.objects.open().filter(pk=encounter.pk).update(is_open=False):
        raise Conflict(_("This stay has ended already."))
    made = insert(
        EncounterEnd(
            encounter=encounter,
            ended_at=ended_at,
            disposition=disposition,
            recorded_at=at,
            recorded_by=by,
        )
    )
    signals.stays_changed.send(sender=EncounterEnd, persons=[encounter.person_id], by=by, at=at)
    return made


def _check_alive(entries: frozenset[int], started_at: datetime) -> None:
    day = hospital_day(started_at)
    for person in Person.objects.filter(pk__in=entries):
        latest = person.death.span.latest if person.death is not None else None
        if latest is not None and latest < day:
            raise Conflict(_("This person is recorded as deceased before that day."))


def _note_death(person: Person, day: date, *, by: Principal, at: datetime) -> None:
    """Say on which day somebody died, where that was not known or not as exactly."""
    here = Death(day, Precision.DAY)
    known = person.death
    if known is None or (known.precision is not Precision.DAY and known.may_be(here)):
        person.deceased_on, person.deceased_precision = day, Precision.DAY.value
        stated = stated_in(person, ("deceased_on", "deceased_precision"))
        Person.objects.filter(pk=person.pk).update(**stated)
        record_death(person, by=by, at=at)
        signals.person_facts_changed.send(sender=DeathRecord, persons=[person.pk], by=by, at=at)


def _check_takes_people(location: Location, started_at: datetime) -> None:
    # Locked, so that the place is not closed, nor the bed given away, between this look and the stay.
    found = Location.objects.select_for_update(no_key=True).get(pk=location.pk)
    if not found.is_active:
        raise InvalidInput(_("This place is closed."), field="location")
    if found.kind == Location.Kind.LABORATORY:
        raise InvalidInput(_("Nobody stays in a laboratory; choose a ward."), field="location")
    if not places.one(found).takes_people_from(started_at):
        raise InvalidInput(_("This place was closed at that moment or since."), field="location")
    if found.kind == Location.Kind.BED:
        _check_bed_free(found, started_at)


def _check_bed_free(bed: Location, started_at: datetime) -> None:
    stays = Encounter.objects.filter(location=bed)
    if stays.open().exists():
        sentence = _("Somebody is in this bed; choose another, or the ward without a bed.")
        raise InvalidInput(sentence, field="location")
    later = stays.filter(end__ended_at__gt=started_at)
    if later.exclude(end__disposition=Disposition.ERROR).exists():
        sentence = _("Somebody else was still in this bed at that moment.")
        raise InvalidInput(sentence, field="location")
