"""Asked of the database itself: what the application's role may do to each table."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection

from labsys.lib.records import Audit, Record

pytestmark = pytest.mark.django_db
AUDITED = [
    model
    for model in apps.get_models()
    if issubclass(model, Record) and model.AUDIT in (Audit.FACT, Audit.STATE)
]
_MAY = """
SELECT c.relname, p FROM pg_class c, unnest(ARRAY['DELETE', 'TRUNCATE', 'TRIGGER', 'REFERENCES']) p
WHERE c.relname = ANY(%s) AND has_table_privilege(current_user, c.oid, p)
"""
_MAY_UPDATE = """
SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relname = ANY(%s) AND a.attnum > 0 AND NOT a.attisdropped
  AND has_column_privilege(current_user, a.attrelid, a.attnum, 'UPDATE')
"""
_PARTS = """
SELECT i.inhrelid::regclass::text, p
FROM pg_inherits i, unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) p
WHERE has_table_privilege(current_user, i.inhrelid, p)
"""


def asked(question: str, *given: object) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, given or None)
        return list(cursor.fetchall())


def test_no_row_of_an_audited_table_can_be_deleted() -> None:
    tables = [model._meta.db_table for model in AUDITED]

    assert asked(_MAY, tables) == []


def test_only_the_columns_that_a_table_declares_can_be_changed() -> None:
    declared = {
        (model._meta.db_table, model._meta.get_field(name).column)
        for model in AUDITED
        if model.AUDIT is Audit.STATE
        for name in model.MUTABLE
    }

    found = set(asked(_MAY_UPDATE, [model._meta.db_table for model in AUDITED]))

    assert found
    assert found <= declared, sorted(found - declared)


def test_a_part_of_a_table_is_no_way_round_the_table() -> None:
    assert asked(_PARTS) == []
