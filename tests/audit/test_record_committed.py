"""What holds of the record across real commits, for the owner role too."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, connections

from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests import factories


def test_an_actor_does_not_outlive_its_transaction(fresh_database: str) -> None:
    factories.principal(Role.NURSE)

    with pytest.raises(DatabaseError, match="without an actor"):
        Principal.objects.create(kind="PERSON", name="later", created_at=database_now())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_rolegrant SET role = 'auditor'",
        "DELETE FROM accounts_rolegrant",
        "TRUNCATE accounts_rolegrant CASCADE",
        "UPDATE accounts_principal SET name = 'x'",
        "DELETE FROM audit_event",
        "UPDATE audit_event SET actor = 1",
    ],
)
def test_even_the_owner_is_stopped_by_the_triggers(fresh_database: str, statement: str) -> None:
    factories.principal(Role.NURSE)
    owner = connections["owner"]
    owner.settings_dict["NAME"] = fresh_database

    with pytest.raises(DatabaseError, match="labsys"), owner.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', '{guard}', false)")
        cursor.execute(statement)
    owner.close()


def test_the_leaf_covers_the_event(fresh_database: str) -> None:
    factories.principal(Role.NURSE)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE leaf = labsys_audit_leaf(salt, at, actor,"
            " on_behalf_of, action, reason, op, model, pk, body)),"
            " count(*) FILTER (WHERE leaf = labsys_audit_leaf(salt, at, actor, on_behalf_of, action,"
            " reason || 'x', op, model, pk, body)), count(DISTINCT salt) FROM audit_event"
        )
        events, right, altered, salts = cursor.fetchone()

    assert events == right == salts > 0
    assert altered == 0
