"""Logins are made with a password nobody chose, and closed, never deleted."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.hashers import check_password
from pytest_django import DjangoAssertNumQueries

from labsys.accounts.actions import sessions, users
from labsys.accounts.models import LoginSession, Principal, RoleGrant, User
from labsys.accounts.roles import Role
from labsys.audit.models import AuditEvent
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> Principal:
    return factories.principal(Role.ADMINISTRATOR)


def make(by: Principal, **given: Any) -> users.NewLogin:
    facts = {"username": "n.new", "full_name": "Nova New", "by": by, "at": database_now()}
    return users.create(**{**facts, **given})


def test_a_login_is_made_with_its_roles_and_a_random_password(administrator: Principal) -> None:
    first = make(administrator, first_roles=(Role.NURSE, Role.SCREENING_OFFICER))
    second = make(administrator, username="o.other")

    assert first.user.principal.roles == {"nurse", "screening_officer"}
    assert check_password(first.password, first.user.password)
    assert first.password != second.password
    assert len(first.password) >= 20
    assert first.user.must_change_password


def test_the_password_stands_in_no_audit_event(administrator: Principal) -> None:
    made = make(administrator)

    event = AuditEvent.objects.get(model="accounts.user", pk_of=made.user.pk)

    assert event.actor == administrator.pk
    assert made.password not in str(event.body)
    assert made.user.password not in str(event.body)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_but_an_administrator_makes_logins(role: Role) -> None:
    person = factories.principal(role)

    with pytest.raises(NotAllowed):
        make(person)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"username": "x"}, "username"),
        ({"username": "system:seed"}, "username"),
        ({"full_name": "  "}, "full_name"),
        ({"password": "short"}, "password"),
        ({"full_name": "Nova Newcomer-Long", "password": "nova newcomer-long"}, "password"),
        ({"first_roles": (Role.ADMINISTRATOR, Role.PATHOLOGIST)}, "role"),
        ({"first_roles": (Role.INSTRUMENT,)}, "role"),
    ],
)
def test_what_cannot_be_a_login_is_refused_with_its_field(
    administrator: Principal, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        make(administrator, **given)

    assert refusal.value.field == field
    assert not User.objects.filter(full_name__startswith="Nova").exists()


def test_a_username_is_given_once_however_it_is_written(administrator: Principal) -> None:
    make(administrator)

    with pytest.raises(Conflict, match="taken"):
        make(administrator, username=" N.NEW ")


def test_a_new_password_ends_every_session_and_must_be_changed(administrator: Principal) -> None:
    user = factories.principal(Role.NURSE).user
    session = logged_in(user)

    made = users.reset_password(user=user, by=administrator, at=database_now(), reason="forgotten")

    user.refresh_from_db()
    session.refresh_from_db()
    assert check_password(made.password, user.password)
    assert user.must_change_password
    assert session.end_reason == "PASSWORD"


def test_people_choose_their_own_password_and_nobody_elses(administrator: Principal) -> None:
    user = factories.principal(Role.NURSE).user
    session = logged_in(user)
    new = "four plain words here"

    with pytest.raises(NotAllowed):
        users.change_password(user=user, new=new, by=administrator, at=database_now())
    users.change_password(user=user, new=new, by=user.principal, at=database_now())

    user.refresh_from_db()
    session.refresh_from_db()
    assert check_password(new, user.password)
    assert session.ended_at is not None


@pytest.mark.parametrize(
    "new", ["short", factories.PASSWORD, "password12345678", "123456789012345", "abababababababab"]
)
def test_a_weak_or_the_same_password_is_refused(new: str) -> None:
    user = factories.principal(Role.NURSE).user

    with pytest.raises(InvalidInput):
        users.change_password(user=user, new=new, by=user.principal, at=database_now())


def test_a_closed_login_acts_no_more_and_can_be_opened_again(administrator: Principal) -> None:
    user = factories.principal(Role.NURSE).user
    session = logged_in(user)

    users.deactivate(user=user, by=administrator, at=database_now(), reason="left")

    session.refresh_from_db()
    assert Principal.objects.get(pk=user.principal_id).roles == frozenset()
    assert session.end_reason == "DEACTIVATED"
    with pytest.raises(Conflict, match="already closed"):
        users.deactivate(user=user, by=administrator, at=database_now(), reason="again")
    users.reactivate(user=user, by=administrator, at=database_now(), reason="came back")
    assert Principal.objects.get(pk=user.principal_id).roles == {"nurse"}


def test_nobody_closes_opens_or_resets_their_own_login(administrator: Principal) -> None:
    for action in (users.deactivate, users.reactivate, users.reset_password):
        with pytest.raises(NotAllowed):
            action(user=administrator.user, by=administrator, at=database_now(), reason="me")


@pytest.mark.parametrize("action", [users.deactivate, users.reactivate, users.reset_password])
def test_a_reason_is_needed(administrator: Principal, action: Any) -> None:
    user = factories.principal(Role.NURSE).user

    with pytest.raises(InvalidInput, match="Say why"):
        action(user=user, by=administrator, at=database_now(), reason="  ")


def test_the_last_administrator_stays(administrator: Principal) -> None:
    with pytest.raises(Conflict, match="last administrator"):
        users.deactivate(
            user=administrator.user, by=factories.seed(), at=database_now(), reason="by mistake"
        )


def logged_in(user: User) -> LoginSession:
    return sessions.start(
        user=user, session_key=f"key {user.pk}", address=None, by=user.principal, at=database_now()
    )


def test_whoever_acted_is_shown_by_name() -> None:
    person = factories.principal(Role.NURSE, name="okafor")
    machine = factories.instrument_principal("xn-1000")

    shown = [one.display_name for one in (person, machine, factories.seed())]

    assert shown == ["Okafor", "xn-1000", "system:seed"]


def test_who_acted_in_many_rows_is_fetched_in_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    given = factories.principal(Role.NURSE, name="okafor")
    rows = list(RoleGrant.objects.filter(principal=given)) * 2

    with django_assert_num_queries(1):
        Principal.objects.fill_in(rows, "principal", "granted_by")
        shown = {(one.principal.display_name, one.granted_by.display_name) for one in rows}

    assert shown == {("Okafor", "system:seed")}
