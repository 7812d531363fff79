"""What the runtime role may touch: derived from each table's audit class, applied after migrations.

The runtime role owns nothing. It may insert facts but never change them, change only the mutable
columns of state tables, and neither write nor alter the audit events.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, models

from labsys.lib.records import Audit, Record
from labsys.lib.triggers import columns

READ_WRITE = "SELECT, INSERT, UPDATE, DELETE"
EVENT_TABLES = {
    "audit_event": "SELECT",
    "read_event": "SELECT, INSERT",
    "transmission_frame": "SELECT, INSERT",
    "django_migrations": "SELECT",
    "patients_canonicalperson": "SELECT",  # a view
}


def privileges(model: type[models.Model]) -> str:
    """Return the privileges of the runtime role on a model's table."""
    if not issubclass(model, Record) or model.AUDIT in (Audit.OPERATIONAL, Audit.FRAMEWORK):
        return READ_WRITE
    if model.AUDIT is Audit.FACT or not model.MUTABLE:
        return "SELECT, INSERT"
    return f"SELECT, INSERT, UPDATE ({', '.join(columns(model, model.MUTABLE))})"


def statements(role: str, database: str, quote: Any) -> list[str]:
    """Return the GRANT statements, most general first."""
    who = quote(role)
    made = [
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        f"REVOKE TEMP ON DATABASE {quote(database)} FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA public TO {who}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {who}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {who}",
        f"REVOKE ALL ON SEQUENCE audit_event_id_seq FROM {who}",
        f"GRANT EXECUTE ON FUNCTION labsys_ensure_partitions(date) TO {who}",
    ]
    for table, allowed in EVENT_TABLES.items():
        made.append(f"GRANT {allowed} ON {quote(table)} TO {who}")
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            made.append(f"GRANT {privileges(model)} ON {quote(model._meta.db_table)} TO {who}")
    return made


def apply(*, using: str, **kwargs: Any) -> None:
    """Give the runtime role its grants (runs as the owner, after every migrate)."""
    role = connections.databases[DEFAULT_DB_ALIAS]["USER"]
    connection = connections[using]
    if role == connection.settings_dict["USER"]:
        if not settings.LABSYS_SINGLE_ROLE_ALLOWED:
            raise RuntimeError(
                "The runtime role and the owner role of the database are the same; "
                "DATABASE_URL and MIGRATE_DATABASE_URL must name two roles."
            )
        return
    with connection.cursor() as cursor:
        for statement in statements(
            role, str(connection.settings_dict["NAME"]), connection.ops.quote_name
        ):
            cursor.execute(statement)
