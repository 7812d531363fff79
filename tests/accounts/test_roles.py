"""Roles are given and taken by others, one action each, and act at once."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from labsys.accounts.actions import roles, sessions, users
from labsys.accounts.models import Principal, RoleGrant
from labsys.accounts.roles import EXCLUSIVE, MACHINES, Role
from labsys.audit.models import AuditEvent
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed, Refusal
from tests import factories


@pytest.fixture
def administrator(db: None) -> Principal:
    return factories.principal(Role.ADMINISTRATOR)


def again(principal: Principal) -> Principal:
    """Load anew, as the next request does."""
    return Principal.objects.get(pk=principal.pk)


def test_a_role_acts_from_the_next_request_and_ends_the_sessions(administrator: Principal) -> None:
    person = factories.principal(Role.NURSE)
    session = sessions.start(
        user=person.user, session_key="k", address=None, by=person, at=database_now()
    )

    roles.grant(principal=person, role=Role.PATHOLOGIST, by=administrator, at=database_now())

    session.refresh_from_db()
    assert policy.can(again(person), "assays.result.release")
    assert session.end_reason == "ROLES"


def test_a_role_taken_away_acts_no_more(administrator: Principal) -> None:
    person = factories.principal(Role.PATHOLOGIST)
    session = sessions.start(
        user=person.user, session_key="k", address=None, by=person, at=database_now()
    )

    roles.revoke(
        grant=person.role_grants.get(), by=administrator, at=database_now(), reason="moved on"
    )

    session.refresh_from_db()
    event = AuditEvent.objects.get(model="accounts.rolerevocation")
    assert not policy.can(again(person), "assays.result.release")
    assert session.end_reason == "ROLES"
    assert (event.actor, event.reason) == (administrator.pk, "moved on")


def test_nobody_changes_their_own_roles(administrator: Principal) -> None:
    with pytest.raises(NotAllowed, match="own roles"):
        roles.grant(
            principal=administrator, role=Role.PATHOLOGIST, by=administrator, at=database_now()
        )
    with pytest.raises(NotAllowed, match="own roles"):
        roles.revoke(
            grant=administrator.role_grants.get(), by=administrator, at=database_now(), reason="x"
        )


def test_a_role_is_held_once_and_taken_once(administrator: Principal) -> None:
    person = factories.principal(Role.NURSE)
    grant = person.role_grants.get()

    with pytest.raises(Conflict, match="already"):
        roles.grant(principal=person, role=Role.NURSE, by=administrator, at=database_now())
    roles.revoke(grant=grant, by=administrator, at=database_now(), reason="x")
    with pytest.raises(Conflict, match="already"):
        roles.revoke(grant=grant, by=administrator, at=database_now(), reason="x")
    roles.grant(principal=person, role=Role.NURSE, by=administrator, at=database_now())
    assert again(person).roles == {"nurse"}


@pytest.mark.parametrize("alone", sorted(EXCLUSIVE - MACHINES))
def test_roles_that_are_held_alone_join_no_other(administrator: Principal, alone: Role) -> None:
    clinician, keeper = factories.principal(Role.WARD_DOCTOR), factories.principal(alone)

    for person, role in ((clinician, alone), (keeper, Role.WARD_DOCTOR)):
        with pytest.raises(InvalidInput, match="held alone"):
            roles.grant(principal=person, role=role, by=administrator, at=database_now())


def test_an_instrument_is_nothing_else_and_nobody_is_an_instrument(
    administrator: Principal,
) -> None:
    instrument = factories.instrument_principal()

    for principal, role in (
        (instrument, Role.NURSE),
        (factories.principal(), Role.INSTRUMENT),
        (factories.principal(), Role.HOSPITAL_SYSTEM),
        (factories.seed(), Role.ADMINISTRATOR),
    ):
        with pytest.raises(InvalidInput, match="is no role for"):
            roles.grant(principal=principal, role=role, by=administrator, at=database_now())


def test_the_last_administrator_keeps_the_role(administrator: Principal) -> None:
    second = factories.principal(Role.ADMINISTRATOR)
    users.deactivate(user=second.user, by=administrator, at=database_now(), reason="left")

    with pytest.raises(Conflict, match="last administrator"):
        roles.revoke(
            grant=administrator.role_grants.get(),
            by=factories.seed(),
            at=database_now(),
            reason="by mistake",
        )


def test_two_administrators_cannot_remove_each_other_at_once(fresh_database: str) -> None:
    pair = [factories.principal(Role.ADMINISTRATOR) for _ in range(2)]
    ready = threading.Barrier(2)
    refused: list[Refusal] = []

    def remove(by: Principal, other: Principal) -> None:
        ready.wait()
        try:
            roles.revoke(grant=other.role_grants.get(), by=by, at=database_now(), reason="race")
        except Refusal as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=remove, args=order) for order in (pair, pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    left = RoleGrant.objects.filter(role=Role.ADMINISTRATOR, revocation=None).count()
    assert (left, len(refused)) == (1, 1)
