"""Every change of a fact or a state leaves one event, and nothing can be changed behind its back."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from labsys.accounts.models import Principal, RoleGrant, User
from labsys.accounts.roles import Role
from labsys.audit.context import acting
from labsys.audit.models import AuditEvent
from labsys.lib.clock import database_now
from labsys.lib.records import AppendOnlyError
from tests import factories

pytestmark = pytest.mark.django_db


def test_an_insert_leaves_one_event_per_row_with_actor_and_action() -> None:
    person = factories.principal(Role.TECHNOLOGIST, Role.NURSE)

    events = AuditEvent.objects.filter(model="accounts.rolegrant").order_by("id")

    assert [event.body["row"]["role"] for event in events] == ["technologist", "nurse"]
    assert {event.action for event in events} == {"accounts.role.grant"}
    assert {event.actor for event in events} == {factories.seed().pk}
    assert [event.body["row"]["principal_id"] for event in events] == [person.pk] * 2


def test_an_update_leaves_the_new_row_and_what_it_was() -> None:
    person = factories.principal(Role.NURSE)
    with acting(by=person, at=database_now(), action="accounts.user.rename", reason="married"):
        User.objects.filter(principal=person).update(full_name="Another Name")

    event = AuditEvent.objects.filter(model="accounts.user", op="UPDATE").get()

    assert event.body["row"]["full_name"] == "Another Name"
    assert event.body["was"] == {"full_name": person.name.title()}
    assert event.reason == "married"


def test_a_secret_never_reaches_an_event() -> None:
    person = factories.principal(Role.NURSE)

    event = AuditEvent.objects.filter(model="accounts.user", pk_of=person.user.pk).get()

    assert "password" not in event.body["row"]
    assert person.user.password not in str(event.body)


def test_a_write_without_an_actor_is_refused() -> None:
    with pytest.raises(DatabaseError, match="without an actor"), transaction.atomic():
        Principal.objects.create(kind="PERSON", name="nobody", created_at=database_now())


def test_a_nested_action_gives_the_outer_one_back() -> None:
    person = factories.principal()
    at = database_now()
    with acting(by=person, at=at, action="outer"):
        with acting(by=factories.seed(), at=at, action="inner"):
            Principal.objects.create(kind="PERSON", name="in", created_at=at)
        Principal.objects.create(kind="PERSON", name="out", created_at=at)

    events = AuditEvent.objects.filter(
        model="accounts.principal", body__row__name__in=["in", "out"]
    )

    assert {(e.body["row"]["name"], e.action, e.actor) for e in events} == {
        ("in", "inner", factories.seed().pk),
        ("out", "outer", person.pk),
    }


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_rolegrant SET role = 'auditor'",
        "DELETE FROM accounts_rolegrant",
        "TRUNCATE accounts_rolegrant CASCADE",
        "UPDATE accounts_principal SET name = 'x'",
        "DELETE FROM audit_event",
        "UPDATE audit_event SET actor = 1",
        "INSERT INTO audit_event (actor, action, op, model, pk, body, salt, leaf)"
        " VALUES (1, 'forged', 'INSERT', 'm', 1, '{}', '', '')",
        "SELECT setval('audit_event_id_seq', 1)",
        "ALTER TABLE accounts_rolegrant DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "CREATE TABLE mine (x int)",
        "CREATE TEMP TABLE mine (x int)",
    ],
)
def test_the_runtime_role_cannot_get_round_the_record(statement: str) -> None:
    factories.principal(Role.NURSE)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_models_refuse_changes_before_the_database_does() -> None:
    person = factories.principal(Role.NURSE)
    grant = person.role_grants.get()

    with pytest.raises(AppendOnlyError, match="role cannot be changed"):
        RoleGrant.objects.filter(pk=grant.pk).update(role="auditor")
    with pytest.raises(AppendOnlyError, match="never deleted"):
        grant.delete()
