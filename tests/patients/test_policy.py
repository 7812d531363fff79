"""Who reaches whom: wards by assignment, visitors by grant, participants themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib import policy
from labsys.lib.clock import database_now
from patients import policy as reaches
from patients.actions import care, encounters, links, logins
from patients.models import CareAssignment, Encounter, Location, Person, PersonName
from tests import factories
from tests.patients import people
from tests.patients.people import DAY, HOUR

pytestmark = pytest.mark.django_db


def seen(by: Principal) -> set[Person]:
    return set(policy.scope(by, Person.objects.all()))


def test_a_ward_doctor_sees_who_stays_in_the_ward_and_its_beds() -> None:
    ward = people.ward()
    bed = people.ward(parent=people.ward(parent=ward, kind="ROOM"), kind="BED")
    in_ward, in_bed, elsewhere, at_home = (people.person() for _ in range(4))
    people.admitted(in_ward, ward)
    people.admitted(in_bed, bed)
    people.admitted(elsewhere)

    doctor = people.doctor_of(ward)

    assert seen(doctor) == {in_ward, in_bed}
    assert policy.can(doctor, "patients.person.view", in_bed)
    assert not policy.can(doctor, "patients.person.view", at_home)


def test_who_works_in_a_bed_does_not_see_the_ward() -> None:
    ward = people.ward()
    people.admitted(people.person(), ward)

    assert seen(people.doctor_of(people.ward(parent=ward, kind="BED"))) == set()


def test_care_ends_with_the_stay() -> None:
    ward, someone = people.ward(), people.person()
    stay = people.admitted(someone, ward)
    doctor = people.doctor_of(ward)
    assert seen(doctor) == {someone}

    at = database_now()
    encounters.discharge(by=people.infection_control(), at=at, encounter=stay, ended_at=at)

    assert seen(doctor) == set()


@pytest.mark.parametrize(
    ("since", "until", "is_seen"),
    [
        (-2 * HOUR, None, True),
        (-2 * HOUR, HOUR, True),
        (-2 * HOUR, -HOUR, False),
        (HOUR, None, False),
        (HOUR, 2 * HOUR, False),
    ],
)
def test_care_lasts_as_long_as_the_assignment(
    since: timedelta, until: timedelta | None, is_seen: bool
) -> None:
    ward, someone, at = people.ward(), people.person(), database_now()
    people.admitted(someone, ward)
    doctor = factories.principal(Role.WARD_DOCTOR)
    care.assign(
        by=people.administrator(),
        at=at,
        principal=doctor,
        location=ward,
        since=at + since,
        until=None if until is None else at + until,
    )

    assert (someone in seen(doctor)) == is_seen


@pytest.mark.parametrize(
    ("since", "until", "is_seen"),
    [(-HOUR, HOUR, True), (HOUR, 2 * HOUR, False), (-HOUR, timedelta(0), False)],
    ids=["during", "before", "after"],
)
def test_a_visiting_clinician_sees_a_granted_patient_meanwhile(
    since: timedelta, until: timedelta, is_seen: bool
) -> None:
    someone, visitor = people.person(), factories.principal(Role.VISITING_CLINICIAN)
    people.person()
    at = database_now()
    grant = care.grant(
        by=factories.principal(Role.PATHOLOGIST),
        at=at,
        principal=visitor,
        person=someone,
        reason="advice",
        since=at + since,
        until=at + max(until, since + HOUR / 2, HOUR / 2),
    )
    if until == timedelta(0):
        care.end_grant(
            by=factories.principal(Role.PATHOLOGIST), at=database_now(), grant=grant, reason="done"
        )

    assert seen(visitor) == ({someone} if is_seen else set())


def test_a_grant_opens_no_door_to_another_visitor() -> None:
    at, someone = database_now(), people.person()
    care.grant(
        by=factories.principal(Role.PATHOLOGIST),
        at=at,
        principal=factories.principal(Role.VISITING_CLINICIAN),
        person=someone,
        reason="advice",
        since=at,
        until=at + DAY,
    )

    assert seen(factories.principal(Role.VISITING_CLINICIAN)) == set()


def test_a_participant_sees_themselves() -> None:
    someone, participant = people.person(), factories.principal(Role.PARTICIPANT)
    people.person()
    officer = factories.principal(Role.SCREENING_OFFICER)
    logins.link(by=officer, at=database_now(), person=someone, principal=participant)

    assert seen(participant) == {someone}
    assert not policy.can(participant, "patients.person.amend", someone)


def test_every_entry_of_a_person_is_reached_or_none() -> None:
    ward = people.ward()
    survivor, first, second, stranger = (people.person() for _ in range(4))
    people.admitted(first, ward)
    doctor = people.doctor_of(ward)
    assert seen(doctor) == {first}

    by, at = people.infection_control(), database_now()
    for duplicate in (first, second):
        links.link(by=by, at=at, duplicate=duplicate, survivor=survivor, reason="same")

    assert seen(doctor) == {first, second, survivor}
    assert not policy.can(doctor, "patients.person.view", stranger)


def test_the_reach_carries_to_every_table_about_the_person() -> None:
    ward, someone = people.ward(), people.person()
    people.person()
    stay = people.admitted(someone, ward)
    people.admitted(people.person())
    doctor = people.doctor_of(ward)

    assert set(policy.scope(doctor, Encounter.objects.all())) == {stay}
    assert set(policy.scope(doctor, PersonName.objects.all())) == set(someone.names.all())
    assert not policy.scope(doctor, CareAssignment.objects.all()).exists()


def test_another_app_adds_its_own_reason_for_care(monkeypatch: pytest.MonkeyPatch) -> None:
    someone, other, doctor = (
        people.person(family="Reason"),
        people.person(),
        factories.principal(Role.WARD_DOCTOR),
    )
    assert seen(doctor) == set()
    monkeypatch.setattr(reaches, "_care", list(reaches._care))

    def called_reason(principal: Principal) -> QuerySet[PersonName]:
        return PersonName.objects.filter(family="Reason").values("person_id")

    def nobody(principal: Principal) -> QuerySet[PersonName]:
        return PersonName.objects.none().values("person_id")

    reaches.add_care(called_reason)
    reaches.add_care(nobody)

    assert seen(doctor) == {someone}
    assert other not in seen(doctor)


def ward_doctor_with_a_grant(ward: Location, granted: Person) -> Principal:
    at = database_now()
    both = factories.principal(Role.WARD_DOCTOR, Role.VISITING_CLINICIAN)
    care.assign(by=people.administrator(), at=at, principal=both, location=ward, since=at)
    care.grant(
        by=factories.principal(Role.PATHOLOGIST),
        at=at,
        principal=both,
        person=granted,
        reason="advice",
        since=at,
        until=at + DAY,
    )
    return both


def test_roles_add_up() -> None:
    ward, mine, granted = people.ward(), people.person(), people.person()
    people.person()
    people.admitted(mine, ward)

    assert seen(ward_doctor_with_a_grant(ward, granted)) == {mine, granted}


@pytest.mark.parametrize("most", [0, 1, 5000])
def test_a_request_finds_the_persons_of_each_reach_once(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reaches, "MOST", most)
    ward, mine, granted = people.ward(), people.person(), people.person()
    people.admitted(people.person())
    stay = people.admitted(mine, ward)
    both = ward_doctor_with_a_grant(ward, granted)
    policy.keep(both)

    with CaptureQueriesContext(connection) as asked:
        assert seen(both) == {mine, granted}
        assert set(policy.scope(both, Encounter.objects.all())) == {stay}
        assert seen(both) == {mine, granted}

    assert sum(one["sql"].lstrip().startswith("WITH found") for one in asked) == 2


def test_a_closed_account_reaches_nobody() -> None:
    ward, someone = people.ward(), people.person()
    people.admitted(someone, ward)
    doctor = people.doctor_of(ward)

    doctor.is_active = False

    assert seen(doctor) == set()


def test_every_table_of_the_registry_is_registered() -> None:
    from django.apps import apps

    from labsys.lib.records import Record

    tables = {
        one for one in apps.get_app_config("patients").get_models() if issubclass(one, Record)
    }

    assert tables == set(reaches.MODELS)
    assert tables <= set(policy.registered_models())
    assert {view for view, _person in reaches.MODELS.values()} <= policy.permissions()
