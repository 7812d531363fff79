"""Entries of the registry: made, named, identified, amended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import check_world_moment, hospital_day
from labsys.lib.errors import Conflict, InvalidInput
from patients import queries, signals
from patients.actions import duplicates
from patients.actions.gateway import claiming, held, insert, record_death, required
from patients.models import (
    BirthRecord,
    IdentityEvent,
    Person,
    PersonIdentifier,
    PersonName,
    Sex,
    Species,
)
from patients.rules import births, deaths, mrn
from patients.rules.births import Birth, Precision

BIRTH = ("birth_date", "birth_precision", "birth_uncertainty_days")
DEATH = ("deceased_on", "deceased_precision")
UNIQUE_IDENTIFIER = "patients_personidentifier_unique_in_system"


def register(
    *,
    by: Principal,
    at: datetime,
    species: Species,
    sex: str = Sex.UNKNOWN,
    birth: Birth = births.UNKNOWN,
    family: str = "",
    given: str = "",
    placeholder: str = "",
    identifiers: Iterable[tuple[str, str]] = (),
) -> Person:
    """Make an entry for somebody, named or told apart by a placeholder, under a new MRN."""
    policy.check(by, "patients.person.register")
    births.check(birth, on=hospital_day(at))
    if not family.strip() and (given.strip() or not placeholder.strip()):
        raise InvalidInput(
            _(
                "Give a family name (or the only name); for an unnamed person, say by what they are told apart."
            ),
            field="family",
        )
    with claiming(_taken()), acting(by=by, at=at, action="patients.person.register"):
        person = Person(
            mrn=_next_mrn(),
            species=species,
            sex=sex,
            placeholder=placeholder.strip(),
            recorded_at=at,
            recorded_by=by,
            **_columns(birth),
        )
        insert(person)
        _record_birth(person, by=by, at=at)
        if family.strip():
            _add_name(person, by=by, at=at, family=family, given=given, use=PersonName.Use.OFFICIAL)
        made = [
            _add_identifier(person, by=by, at=at, system=system, value=value)
            for system, value in identifiers
        ]
        if made:
            signals.persons_identified.send(sender=Person, persons=[person.pk], by=by, at=at)
        duplicates.search(persons=[person.pk], by=by, at=at)
    return person


def name(
    *,
    by: Principal,
    at: datetime,
    person: Person,
    family: str,
    given: str = "",
    use: str = PersonName.Use.OFFICIAL,
) -> PersonName:
    """Record a name somebody goes by; the newest of a use is the current one."""
    policy.check(by, "patients.person.amend", person)
    with acting(by=by, at=at, action="patients.person.name"):
        made = _add_name(person, by=by, at=at, family=family, given=given, use=use)
        entries = sorted(queries.entries(person.pk))
        signals.identity_changed.send(sender=PersonName, persons=entries, by=by, at=at)
        duplicates.search(persons=[person.pk], by=by, at=at)
    return made


def add_identifier(
    *, by: Principal, at: datetime, person: Person, system: str, value: str
) -> PersonIdentifier:
    """Record a further identifier, which must be nobody else's."""
    policy.check(by, "patients.person.amend", person)
    with claiming(_taken()), acting(by=by, at=at, action="patients.person.identify"):
        made = _add_identifier(person, by=by, at=at, system=system, value=value)
        signals.persons_identified.send(sender=Person, persons=[person.pk], by=by, at=at)
        duplicates.search(persons=[person.pk], by=by, at=at)
    return made


def amend(
    *,
    by: Principal,
    at: datetime,
    person: Person,
    changes: Mapping[str, Any],
    expected: Mapping[str, Any],
    reason: str,
) -> Person:
    """Set demographics right, if they still are what the caller saw.

    `changes` and `expected` have the same keys, all of `Person.MUTABLE`: new and seen values.
    """
    policy.check(by, "patients.person.amend", person)
    if not changes or set(changes) != set(expected) or not set(changes) <= Person.MUTABLE:
        raise InvalidInput(_("Give the expected old value of every demographic field to change."))
    reason = required(reason, field="reason", what=_("Say why the demographics are changed."))
    with acting(by=by, at=at, action="patients.person.amend", reason=reason):
        _entries, at = held(person, at=at)
        found = Person.objects.get(pk=person.pk)
        _check_unchanged(found, expected)
        for field, value in changes.items():
            setattr(found, field, value)
        _check_demographics(found, on=hospital_day(at))
        # The filter on the old values holds even where another path forgot the lock.
        if not Person.objects.filter(pk=person.pk, **expected).update(**changes):
            raise Conflict(_("The entry was changed meanwhile; look at it again."))
        if set(changes) & set(BIRTH):
            _record_birth(found, by=by, at=at)
        if set(changes) & set(DEATH):
            record_death(found, by=by, at=at)
        entries = sorted(queries.entries(found.pk))
        signals.identity_changed.send(sender=Person, persons=entries, by=by, at=at)
        duplicates.search(persons=[person.pk], by=by, at=at)
    return found


def confirm_identity(
    *, by: Principal, at: datetime, person: Person, basis: str, happened_at: datetime
) -> IdentityEvent:
    """Record that somebody checked who this is, and by what."""
    policy.check(by, "patients.person.amend", person)
    if not person.names.exists():
        raise InvalidInput(
            _("An unnamed person's identity cannot be confirmed; record the name first.")
        )
    return _judge_identity(
        person, IdentityEvent.Status.CONFIRMED, by=by, at=at, basis=basis, happened_at=happened_at
    )


def doubt_identity(
    *, by: Principal, at: datetime, person: Person, basis: str, happened_at: datetime
) -> IdentityEvent:
    """Record that somebody came to doubt who this is, and why."""
    policy.check(by, "patients.person.amend", person)
    return _judge_identity(
        person, IdentityEvent.Status.DOUBTED, by=by, at=at, basis=basis, happened_at=happened_at
    )


def _judge_identity(
    person: Person, status: str, *, by: Principal, at: datetime, basis: str, happened_at: datetime
) -> IdentityEvent:
    basis = required(
        basis, field="basis", what=_("Say what was checked, or what raised the doubt.")
    )
    check_world_moment(happened_at, at=at, field="happened_at")
    with acting(by=by, at=at, action=f"patients.identity.{status.lower()}"):
        _entries, at = held(person, at=at)
        made = insert(
            IdentityEvent(
                person=person,
                status=status,
                basis=basis,
                happened_at=happened_at,
                recorded_at=at,
                recorded_by=by,
            )
        )
        signals.person_facts_changed.send(sender=IdentityEvent, persons=[person.pk], by=by, at=at)
        return made


def _next_mrn() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('patients_mrn_seq')")
        return mrn.make(cursor.fetchone()[0])


def _columns(birth: Birth) -> dict[str, Any]:
    values = (birth.date, birth.precision.value, birth.uncertainty_days)
    return dict(zip(BIRTH, values, strict=True))


def _record_birth(person: Person, *, by: Principal, at: datetime) -> None:
    known = {field: getattr(person, field) for field in BIRTH}
    insert(BirthRecord(person=person, recorded_at=at, recorded_by=by, **known))


def _add_name(
    person: Person, *, by: Principal, at: datetime, family: str, given: str, use: str
) -> PersonName:
    family = required(family, field="family", what=_("Give the family name, or the only name."))
    return insert(
        PersonName(
            person=person,
            use=use,
            family=family,
            given=given.strip(),
            recorded_at=at,
            recorded_by=by,
        )
    )


def _add_identifier(
    person: Person, *, by: Principal, at: datetime, system: str, value: str
) -> PersonIdentifier:
    system = required(system, field="system", what=_("Say which system the identifier is from."))
    value = required(value, field="value", what=_("Give the identifier itself."))
    return insert(
        PersonIdentifier(person=person, system=system, value=value, recorded_at=at, recorded_by=by)
    )


def _taken() -> dict[str, InvalidInput]:
    sentence = _(
        "This identifier is already recorded; if both entries are one person, link the two entries."
    )
    return {UNIQUE_IDENTIFIER: InvalidInput(sentence, field="value")}


def _check_unchanged(found: Person, expected: Mapping[str, Any]) -> None:
    changed = [field for field, seen in expected.items() if getattr(found, field) != seen]
    if changed:
        names = ", ".join(str(Person._meta.get_field(one).verbose_name) for one in sorted(changed))
        raise Conflict(
            _("Changed by somebody else meanwhile: %(fields)s. Look at the entry again.")
            % {"fields": names}
        )


def _check_demographics(person: Person, *, on: date) -> None:
    birth = Birth(
        person.birth_date, Precision(person.birth_precision), person.birth_uncertainty_days
    )
    births.check(birth, on=on)
    if person.sex not in Sex.values:
        raise InvalidInput(_("Sex is one of F, M, O, U."), field="sex")
    deaths.check(person.deceased_on, person.deceased_precision, birth=birth, on=on)
