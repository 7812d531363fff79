"""The two database roles and the database they share.

`labsys_owner` owns the tables and migrates; `labsys_runtime` is what web and workers use: it
creates nothing, owns nothing, and is no superuser.
"""

import re
from typing import Any

from labsys.launch.errors import LaunchError

OWNER = "labsys_owner"
RUNTIME = "labsys_runtime"
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")


def ensure_roles(superuser_url: str, *, owner_password: str, runtime_password: str) -> None:
    """Create both roles, or bring them back to what they must be."""
    with _connect(superuser_url) as connection:
        _ensure_role(connection, OWNER, owner_password, "CREATEDB")
        _ensure_role(connection, RUNTIME, runtime_password, "NOCREATEDB")


def ensure_database(superuser_url: str, name: str) -> bool:
    """Create the database if it is missing and close it to the public; True when created."""
    with _connect(superuser_url) as connection:
        exists = connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [name]
        ).fetchone()
        if not exists:
            connection.execute(f"CREATE DATABASE {_checked(name)} OWNER {OWNER}")
        close_to_public(connection, name)
    with _connect(superuser_url, name) as connection:
        connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    return not exists


def close_to_public(connection: Any, name: str) -> None:
    """Only the two roles connect, nobody makes temporary tables (they could shadow ours).

    PostgreSQL does not copy a template's database privileges, so a copy needs this again.
    """
    connection.execute(f"REVOKE ALL ON DATABASE {_checked(name)} FROM PUBLIC")
    connection.execute(f"GRANT CONNECT ON DATABASE {_checked(name)} TO {OWNER}, {RUNTIME}")


def _ensure_role(connection: Any, role: str, password: str, ability: str) -> None:
    from psycopg import sql

    exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    verb = "ALTER" if exists else "CREATE"
    # The server stores only the SCRAM verifier; sent as one, the password itself stays here.
    verifier = connection.pgconn.encrypt_password(
        password.encode(), role.encode(), b"scram-sha-256"
    ).decode()
    connection.execute(
        sql.SQL(
            "{verb} ROLE {role} LOGIN NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS "
            "{ability} PASSWORD {verifier}"
        ).format(
            verb=sql.SQL(verb),
            role=sql.Identifier(role),
            ability=sql.SQL(ability),
            verifier=sql.Literal(verifier),
        )
    )


def _connect(url: str, database: str | None = None) -> Any:
    import psycopg

    target = psycopg.conninfo.make_conninfo(url, **({"dbname": database} if database else {}))
    try:
        return psycopg.connect(target, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise LaunchError(f"The database refused the connection: {error}") from error


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise LaunchError(f"{name!r} is not a database name labsys would use.")
    return name
