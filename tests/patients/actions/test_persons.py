"""Everybody gets an entry, named or not; what it says is amended openly and never lost."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from labsys.accounts.roles import Role
from labsys.audit.models import AuditEvent
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed, NotFound
from labsys.lib.records import AppendOnlyError
from patients.actions import logins, persons
from patients.models import IdentityEvent, Person, PersonName
from patients.rules import births, mrn
from patients.rules.births import Birth, Precision
from tests import factories
from tests.patients import people

pytestmark = pytest.mark.django_db


def test_a_registered_person_has_a_checked_mrn_a_name_and_a_birth_record() -> None:
    nurse = factories.principal(Role.NURSE)

    made = persons.register(
        by=nurse,
        at=database_now(),
        species=people.human(),
        sex="F",
        birth=people.BORN,
        family="Okafor",
        given="Ngozi",
        identifiers=[("service-number", "S-1"), ("passport", "P-1")],
    )

    assert mrn.is_valid(made.mrn)
    assert made.display_name == "Okafor, Ngozi"
    assert [str(one) for one in made.identifiers.order_by("id")] == [
        "service-number S-1",
        "passport P-1",
    ]
    assert made.birth_records.get().birth_date == date(1990, 5, 17)
    assert made.recorded_by == nurse


def test_every_row_of_a_registration_is_recorded_under_its_action() -> None:
    made = people.person()

    events = AuditEvent.objects.filter(actor=made.recorded_by_id)

    assert {(event.model, event.action) for event in events} == {
        ("patients.person", "patients.person.register"),
        ("patients.personname", "patients.person.register"),
        ("patients.birthrecord", "patients.person.register"),
    }


def test_an_unnamed_person_is_told_apart_by_a_placeholder() -> None:
    made = people.unnamed("found at dock 7")

    assert made.display_name == "[found at dock 7]"
    assert not made.names.exists()


def test_a_single_name_stands_alone() -> None:
    assert people.person(family="Sukarno", given="").display_name == "Sukarno"


REFUSED_REGISTRATIONS: list[tuple[dict[str, Any], str, str]] = [
    ({"family": "", "placeholder": " "}, "family", "Give a family name"),
    ({"family": "", "given": "Ada", "placeholder": "dock"}, "family", "Give a family name"),
    ({"family": "A", "sex": "X"}, "sex", "not a valid choice"),
    ({"family": "A" * 81}, "family", "at most 80 characters"),
    ({"family": "A\0B"}, "family", "control character"),
    ({"family": "A", "given": "\x1b[2J"}, "given", "control character"),
    ({"family": "A", "placeholder": "p" * 81}, "placeholder", "at most 80 characters"),
    ({"family": "A", "birth": Birth(date(2999, 1, 1), Precision.DAY)}, "birth_date", "future"),
    ({"family": "A", "birth": Birth(date(1999, 1, 1))}, "birth_precision", "how well it is known"),
    ({"family": "A", "identifiers": [(" ", "1")]}, "system", "which system"),
    ({"family": "A", "identifiers": [("passport", "")]}, "value", "the identifier itself"),
    ({"family": "A", "identifiers": [("x", "1"), ("x", "1")]}, "value", "already recorded"),
]


@pytest.mark.parametrize(("stated", "field", "said"), REFUSED_REGISTRATIONS)
def test_a_registration_that_makes_no_sense_is_refused_by_field(
    stated: dict[str, Any], field: str, said: str
) -> None:
    by = people.infection_control()

    with pytest.raises(InvalidInput, match=said) as caught:
        persons.register(by=by, at=database_now(), species=people.human(), **stated)

    assert caught.value.field == field
    assert not Person.objects.exists()


@pytest.mark.parametrize("role", [Role.PARTICIPANT, Role.GATE_OFFICER, Role.ADMINISTRATOR])
def test_registering_needs_the_permission(role: Role) -> None:
    with pytest.raises(NotAllowed):
        people.person(by=factories.principal(role))


def test_an_identifier_belongs_to_one_entry() -> None:
    at, by = database_now(), people.infection_control()
    first, second = people.person(), people.person()
    persons.add_identifier(by=by, at=at, person=first, system="passport", value="P-1")

    with pytest.raises(InvalidInput, match="link the two entries") as caught:
        persons.add_identifier(by=by, at=at, person=second, system="passport", value=" P-1 ")

    assert caught.value.field == "value"
    assert not second.identifiers.exists()


def test_the_newest_official_name_is_the_current_one() -> None:
    by, made = people.infection_control(), people.person(family="First")
    at = database_now()
    persons.name(by=by, at=at, person=made, family="Known As", use=PersonName.Use.USUAL)
    persons.name(by=by, at=at, person=made, family="Second", given="B")
    persons.name(by=by, at=at, person=made, family="Before", use=PersonName.Use.FORMER)

    listed = Person.objects.listed().get(pk=made.pk)

    assert made.display_name == listed.display_name == "Second, B"


def test_an_amendment_changes_the_entry_and_keeps_what_was_known_before() -> None:
    made = people.person()
    at = database_now()

    amended = persons.amend(
        by=people.infection_control(),
        at=at,
        person=made,
        expected={"birth_date": date(1990, 5, 17), "birth_precision": "DAY"},
        changes={"birth_date": date(1991, 1, 1), "birth_precision": "YEAR"},
        reason="Passport seen",
    )

    assert (amended.birth_date, amended.birth_precision) == (date(1991, 1, 1), "YEAR")
    records = made.birth_records.order_by("id").values_list("birth_date", "birth_precision")
    assert list(records) == [(date(1990, 5, 17), "DAY"), (date(1991, 1, 1), "YEAR")]
    event = AuditEvent.objects.get(model="patients.person", op="UPDATE")
    assert (event.action, event.reason) == ("patients.person.amend", "Passport seen")


def test_an_amendment_of_sex_leaves_no_birth_record() -> None:
    made = people.person()

    persons.amend(
        by=people.infection_control(),
        at=database_now(),
        person=made,
        expected={"sex": "F"},
        changes={"sex": "O"},
        reason="Asked",
    )

    assert made.birth_records.count() == 1


REFUSED_AMENDMENTS: list[tuple[dict[str, Any], dict[str, Any], str, type[Exception], str]] = [
    ({"sex": "M"}, {"sex": "O"}, "seen", Conflict, "Changed by somebody else meanwhile: sex"),
    ({}, {}, "seen", InvalidInput, "expected old value"),
    ({}, {"sex": "O"}, "seen", InvalidInput, "expected old value"),
    ({"mrn": "1"}, {"mrn": "2"}, "seen", InvalidInput, "expected old value"),
    ({"sex": "F"}, {"sex": "O"}, " ", InvalidInput, "Say why"),
    ({"sex": "F"}, {"sex": "X"}, "seen", InvalidInput, "one of F, M, O, U"),
    (
        {"birth_date": people.BORN.date},
        {"birth_date": None},
        "seen",
        InvalidInput,
        "Give the birth",
    ),
    ({"deceased_on": None}, {"deceased_on": date(2999, 1, 1)}, "x", InvalidInput, "in the future"),
    (
        {"deceased_on": None},
        {"deceased_on": date(1990, 5, 16)},
        "x",
        InvalidInput,
        "before the birth",
    ),
]


@pytest.mark.parametrize(("expected", "changes", "reason", "error", "said"), REFUSED_AMENDMENTS)
def test_an_amendment_that_cannot_stand_is_refused(
    expected: dict[str, Any],
    changes: dict[str, Any],
    reason: str,
    error: type[Exception],
    said: str,
) -> None:
    made = people.person()

    with pytest.raises(error, match=said):
        persons.amend(
            by=people.infection_control(),
            at=database_now(),
            person=made,
            expected=expected,
            changes=changes,
            reason=reason,
        )

    made.refresh_from_db()
    assert (made.sex, made.birth_date, made.deceased_on) == ("F", people.BORN.date, None)


def test_identity_is_confirmed_and_doubted_by_facts() -> None:
    at, by, made = database_now(), people.infection_control(), people.person()

    persons.confirm_identity(by=by, at=at, person=made, basis="passport and face", happened_at=at)
    persons.doubt_identity(by=by, at=at, person=made, basis="two wristbands", happened_at=at)

    statuses = made.identity_events.order_by("id").values_list("status", flat=True)
    assert list(statuses) == [IdentityEvent.Status.CONFIRMED, IdentityEvent.Status.DOUBTED]


def test_nobodys_identity_is_confirmed_without_a_name() -> None:
    at, by = database_now(), people.infection_control()

    with pytest.raises(InvalidInput, match="record the name first"):
        persons.confirm_identity(
            by=by, at=at, person=people.unnamed(), basis="face", happened_at=at
        )


def test_identity_needs_a_basis_and_a_moment_that_was() -> None:
    at, by, made = database_now(), people.infection_control(), people.person()

    with pytest.raises(InvalidInput, match="what was checked"):
        persons.confirm_identity(by=by, at=at, person=made, basis=" ", happened_at=at)
    with pytest.raises(InvalidInput, match="in the future"):
        persons.doubt_identity(by=by, at=at, person=made, basis="x", happened_at=at + people.HOUR)


def test_a_ward_nurse_amends_only_persons_in_her_care() -> None:
    made, ward = people.person(), people.ward()
    nurse = people.doctor_of(ward, Role.NURSE)
    stated = {"by": nurse, "person": made, "family": "New"}

    with pytest.raises(NotFound):
        persons.name(at=database_now(), **stated)
    people.admitted(made, ward)
    persons.name(at=database_now(), **stated)

    assert made.display_name == "New"


def test_an_account_is_linked_once_by_a_screening_officer() -> None:
    at, made, login = database_now(), people.person(), factories.principal(Role.PARTICIPANT)
    officer = factories.principal(Role.SCREENING_OFFICER)

    account = logins.link(by=officer, at=at, person=made, principal=login)

    assert made.account == account
    with pytest.raises(Conflict, match="has a login already"):
        logins.link(by=officer, at=at, person=made, principal=factories.principal())
    with pytest.raises(Conflict, match="belongs to somebody"):
        logins.link(by=officer, at=at, person=people.person(), principal=login)
    with pytest.raises(InvalidInput, match="Only a person's login"):
        logins.link(by=officer, at=at, person=people.person(), principal=factories.seed())
    with pytest.raises(InvalidInput, match="Nobody gives themselves"):
        logins.link(by=officer, at=at, person=people.person(), principal=officer)
    with pytest.raises(NotAllowed):
        logins.link(by=people.infection_control(), at=at, person=made, principal=login)


def test_what_an_entry_is_known_by_never_changes() -> None:
    made = people.person()

    with pytest.raises(AppendOnlyError, match="mrn cannot be changed"):
        Person.objects.filter(pk=made.pk).update(mrn="1")
    with pytest.raises(AppendOnlyError):
        made.names.get().delete()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE patients_person SET mrn = '1'")


def test_birth_unknown_is_a_statement() -> None:
    made = people.person(birth=births.UNKNOWN)

    assert made.birth_records.get().birth_precision == "UNKNOWN"
