"""Staff are assigned to places, visitors granted patients; nobody opens a record to themselves."""

from __future__ import annotations

import pytest

from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed, NotFound
from patients.actions import care
from tests import factories
from tests.patients import people
from tests.patients.people import DAY, HOUR

pytestmark = pytest.mark.django_db


def test_an_assignment_ends_now_and_once() -> None:
    by, at, place = people.administrator(), database_now(), people.ward()
    nurse = factories.principal(Role.NURSE)
    made = care.assign(by=by, at=at, principal=nurse, location=place, since=at - HOUR)

    care.end_assignment(by=by, at=at, assignment=made, reason="moved")

    made.refresh_from_db()
    assert made.until == at
    with pytest.raises(Conflict, match="ended already"):
        care.end_assignment(by=by, at=at, assignment=made, reason="moved")


def test_an_assignment_that_has_not_begun_never_begins() -> None:
    by, at, place = people.administrator(), database_now(), people.ward()
    nurse = factories.principal(Role.NURSE)
    made = care.assign(by=by, at=at, principal=nurse, location=place, since=at + DAY)

    care.end_assignment(by=by, at=at, assignment=made, reason="not coming")

    assert made.since == made.until == at + DAY


def test_a_grant_ends_early() -> None:
    by, at = factories.principal(Role.PATHOLOGIST), database_now()
    visitor = factories.principal(Role.VISITING_CLINICIAN)
    made = care.grant(
        by=by,
        at=at,
        principal=visitor,
        person=people.person(),
        reason="second opinion",
        since=at,
        until=at + DAY,
    )

    care.end_grant(by=by, at=at + HOUR, grant=made, reason="done")

    made.refresh_from_db()
    assert made.until == at + HOUR
    with pytest.raises(Conflict, match="ended already"):
        care.end_grant(by=by, at=at + 2 * HOUR, grant=made, reason="done")


def test_an_assignment_that_makes_no_sense_is_refused() -> None:
    by, at, place = people.administrator(), database_now(), people.ward()
    nurse = factories.principal(Role.NURSE)

    with pytest.raises(InvalidInput, match="after the beginning"):
        care.assign(by=by, at=at, principal=nurse, location=place, since=at, until=at)
    with pytest.raises(InvalidInput, match="no time zone"):
        care.assign(by=by, at=at, principal=nurse, location=place, since=at.replace(tzinfo=None))
    with pytest.raises(InvalidInput, match="Nobody opens"):
        care.assign(by=by, at=at, principal=by, location=place, since=at)
    with pytest.raises(InvalidInput, match="may log in"):
        care.assign(by=by, at=at, principal=factories.seed(), location=place, since=at)
    with pytest.raises(NotAllowed):
        care.assign(by=nurse, at=at, principal=by, location=place, since=at)


def test_a_grant_that_makes_no_sense_is_refused() -> None:
    by, at, someone = factories.principal(Role.PATHOLOGIST), database_now(), people.person()
    visitor = factories.principal(Role.VISITING_CLINICIAN)
    sound = {"by": by, "principal": visitor, "person": someone, "reason": "advice"}
    period = {"since": at, "until": at + DAY}

    with pytest.raises(InvalidInput, match="Only a visiting clinician"):
        care.grant(at=at, **{**sound, "principal": factories.principal(Role.NURSE)}, **period)
    with pytest.raises(InvalidInput, match="what the visit is for"):
        care.grant(at=at, **{**sound, "reason": " "}, **period)
    with pytest.raises(InvalidInput, match="over already"):
        care.grant(at=at + 2 * DAY, **sound, **period)
    with pytest.raises(InvalidInput, match="after the beginning"):
        care.grant(at=at, **sound, since=at, until=at - HOUR)
    with pytest.raises(NotAllowed):
        care.grant(at=at, **{**sound, "by": visitor}, **period)
    with pytest.raises(NotAllowed):
        care.grant(at=at, **{**sound, "by": people.administrator()}, **period)


def test_a_ward_doctor_grants_the_patients_in_their_care_alone() -> None:
    ward, mine, other, at = people.ward(), people.person(), people.person(), database_now()
    people.admitted(mine, ward)
    facts = {
        "by": people.doctor_of(ward),
        "at": at,
        "principal": factories.principal(Role.VISITING_CLINICIAN),
        "reason": "advice",
        "since": at,
        "until": at + DAY,
    }

    assert care.grant(person=mine, **facts).pk
    with pytest.raises(NotFound):
        care.grant(person=other, **facts)
