"""A PostgreSQL and a broker that somebody else runs: asked once before anything starts."""

import os

from labsys.launch.errors import LaunchError
from labsys.launch.postgres import OLDEST_MAJOR


def check_database() -> None:
    """Both roles can connect, to a PostgreSQL new enough, and they are two."""
    names = {}
    for variable in ("DATABASE_URL", "MIGRATE_DATABASE_URL"):
        names[variable] = _ask(variable)
    if len(set(names.values())) == 1:
        raise LaunchError(
            f"DATABASE_URL and MIGRATE_DATABASE_URL both log in as {names['DATABASE_URL']}. "
            "labsys needs two roles: one that owns the tables, one that only uses them."
        )


def _ask(variable: str) -> str:
    import psycopg

    try:
        with psycopg.connect(os.environ[variable], connect_timeout=5) as connection:
            if connection.info.server_version // 10000 < OLDEST_MAJOR:
                raise LaunchError(
                    f"The server of {variable} is PostgreSQL "
                    f"{connection.info.server_version // 10000}; labsys needs {OLDEST_MAJOR} "
                    "or newer."
                )
            return connection.info.user
    except psycopg.Error as error:
        raise LaunchError(f"The database of {variable} does not answer: {error}") from error


def check_broker() -> None:
    """The broker of REDIS_URL answers."""
    from kombu.connection import Connection

    try:
        with Connection(  # type: ignore[no-untyped-call]
            os.environ["REDIS_URL"], connect_timeout=3
        ) as connection:
            connection.ensure_connection(max_retries=1, interval_start=0.2, timeout=5)
    except Exception as error:  # noqa: BLE001 (every transport has errors of its own)
        # The error's text may repeat the URL with its password: its kind is enough.
        raise LaunchError(
            f"The broker of REDIS_URL does not answer ({type(error).__name__}). Correct it, or "
            "leave REDIS_URL unset for the embedded one."
        ) from None
