"""Set-points: drafted by one, in force once two others have signed what they saw."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from labsys.accounts.actions.step_ups import PasswordNeeded
from labsys.accounts.roles import Role
from labsys.audit.context import acting
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from patients.actions import links, set_points
from patients.actions.control_signatures import SignedTwice
from patients.models import SetPoint, SetPointSignature
from patients.queries import entries
from patients.queries.control_signatures import digest_of, is_intact
from patients.queries.controllers import in_force_for
from tests import factories, signing
from tests.patients import controls, people

pytestmark = pytest.mark.django_db


def force(made: SetPoint) -> int | None:
    found = in_force_for(entries(made.person_id), made.quantity, at=database_now())
    return found.id if found else None


def test_it_counts_once_two_others_have_signed() -> None:
    made = controls.drafted(people.person(), controls.quantity())

    controls.sign(made)
    assert force(made) is None
    controls.sign(made)

    assert force(made) == made.pk
    assert list(made.signatures.order_by("position").values_list("position", flat=True)) == [
        0,
        1,
        2,
    ]
    with pytest.raises(Conflict, match="Two people"):
        controls.sign(made)


def test_three_different_people_stand_under_it() -> None:
    author, second = controls.physician(), controls.physician()
    made = controls.drafted(people.person(), controls.quantity(), by=author)

    with pytest.raises(SignedTwice):
        controls.sign(made, author)
    controls.sign(made, second)
    with pytest.raises(SignedTwice):
        controls.sign(made, second)


@pytest.mark.parametrize("position", [1, 2])
def test_the_database_refuses_the_same_person_twice(position: int) -> None:
    author = controls.physician()
    made = controls.drafted(people.person(), controls.quantity(), by=author)
    at, proof = database_now(), signing.step_up(author)

    named = {"signed_by": author, "signed_name": "x", "signed_at": at, "step_up": proof}
    with (
        pytest.raises(IntegrityError, match="once_each"),
        acting(by=author, at=at, action="test"),
    ):
        SetPointSignature.objects.create(
            set_point=made, position=position, algorithm=1, sha256="0" * 64, **named
        )


def test_nobody_signs_without_a_password_or_what_they_did_not_see() -> None:
    made, by = controls.drafted(people.person(), controls.quantity()), controls.physician()
    given = {"set_point": made, "by": by, "at": database_now()}

    with pytest.raises(PasswordNeeded):
        set_points.sign(**given, seen=digest_of(made), step_up=None)
    with pytest.raises(PasswordNeeded):
        other = signing.step_up(controls.physician())
        set_points.sign(**given, seen=digest_of(made), step_up=other)
    with pytest.raises(Conflict, match="not what the page showed"):
        set_points.sign(**given, seen="0" * 64, step_up=signing.step_up(by))
    assert made.signatures.count() == 1


def test_an_older_draft_cannot_take_over() -> None:
    someone, what = people.person(), controls.quantity()
    older = controls.drafted(someone, what)
    controls.in_force(someone, what, "1.5")

    with pytest.raises(Conflict, match="Version 2 is in force"):
        controls.sign(older)


def test_a_draft_below_what_two_signed_waits_no_more() -> None:
    someone, what = people.person(), controls.quantity()
    older, other = controls.drafted(someone, what), controls.drafted(someone, controls.quantity())
    controls.in_force(someone, what, "1.5")
    newer, elsewhere = controls.drafted(someone, what), controls.drafted(people.person(), what)
    controls.sign(newer)

    waiting = SetPoint.objects.to_sign()

    assert set(waiting) == {other, newer, elsewhere}
    assert older not in waiting


def test_a_draft_is_discarded_and_what_is_in_force_is_not() -> None:
    someone, what, at = people.person(), controls.quantity(), database_now()
    made, draft = controls.in_force(someone, what), controls.drafted(someone, what)
    given = {"reason": "not wanted", "by": controls.physician(), "at": at}

    set_points.discard(set_point=draft, **given)
    with pytest.raises(Conflict, match="discarded"):
        controls.sign(draft)
    with pytest.raises(Conflict, match="Two people signed"):
        set_points.discard(set_point=made, **given)
    assert force(made) == made.pk


def test_a_signature_does_not_stand_under_other_content() -> None:
    made = controls.in_force(people.person(), controls.quantity())
    assert is_intact(made)

    made.value = Decimal("2.9")
    assert not is_intact(made)
    with (
        pytest.raises(Exception, match="cannot be changed|permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE patients_setpoint SET value = 9")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"low": Decimal("2.1")}, "low"),
        ({"high": Decimal("1.9")}, "high"),
        ({"value": "2.05"}, "value"),
        ({"value": "NaN"}, "value"),
        ({"value": "1E+40"}, ""),
        ({"value": None, "low": Decimal(1)}, "value"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        controls.drafted(people.person(), controls.quantity(), **change)  # type: ignore[arg-type]

    assert refused.value.field == field
    assert not SetPoint.objects.exists()


def test_entries_of_one_person_share_what_is_in_force() -> None:
    one, other, what = people.person(), people.person(), controls.quantity()
    first, second = controls.in_force(one, what), controls.in_force(other, what, "1.5")
    by = people.infection_control()
    link = links.link(by=by, at=database_now(), duplicate=one, survivor=other, reason="same face")

    assert force(first) == force(second) == second.pk  # signed last
    links.unlink(by=by, at=database_now(), link=link, reason="two people")
    assert (force(first), force(second)) == (first.pk, second.pk)


def test_a_ward_doctor_signs_for_their_ward_alone() -> None:
    ward = people.ward()
    doctor, someone = people.doctor_of(ward), people.person()
    made = controls.drafted(someone, controls.quantity())

    with pytest.raises(Exception, match="reach"):
        controls.sign(made, doctor)
    people.admitted(someone, ward)
    controls.sign(made, doctor)
    with pytest.raises(NotAllowed):
        controls.sign(made, factories.principal(Role.TECHNOLOGIST))
