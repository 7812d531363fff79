"""Databases for the tests: one migrated template, a copy of it for whoever needs one.

The owner role migrates the template; tests connect as the runtime role, with its grants. Ordinary
tests roll back in a copy shared by their process. Tests that commit, or that start processes, ask
for `fresh_database` and get a copy of their own.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.utils import translation
from hypothesis import settings as hypothesis_settings
from pytest_django.plugin import blocking_manager_key

from labsys.work import doorbell
from tests.workers import (
    pytest_collection_finish,
    pytest_collection_modifyitems,
    pytest_xdist_make_scheduler,
)

__all__ = [
    "pytest_collection_finish",
    "pytest_collection_modifyitems",
    "pytest_xdist_make_scheduler",
]

TEMPLATE = "labsys_template"

# A slow machine is no counter-example.
hypothesis_settings.register_profile("labsys", deadline=None)
hypothesis_settings.load_profile("labsys")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        with config.stash[blocking_manager_key].unblock():
            make_template()


def owner_execute(statement: str) -> None:
    """Run one statement as the owner role, outside any of the databases under test."""
    with psycopg.connect(settings.SERVERS.owner_url("postgres"), autocommit=True) as line:
        line.execute(statement)


def make_template() -> None:
    """Create and migrate the template database, as the owner."""
    owner_execute(f'CREATE DATABASE "{TEMPLATE}"')
    call_command("migrate", database="owner", verbosity=0, interactive=False)
    for connection in connections.all():
        connection.close()


def copy_template(name: str) -> None:
    """Make a database that equals the template."""
    owner_execute(f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}" STRATEGY file_copy')
    owner_execute(f'REVOKE TEMP ON DATABASE "{name}" FROM PUBLIC')  # not copied with the template


def drop_database(name: str) -> None:
    gc.collect()  # connections of threads that ended are closed with what held them
    try:
        # Waits up to five seconds for backends of connections that were just closed.
        owner_execute(f'DROP DATABASE IF EXISTS "{name}"')
    except psycopg.errors.ObjectInUse:
        end_sessions(name)
        owner_execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def end_sessions(name: str) -> None:
    """End what the runtime role left open in a database: the owner may not, it is another role."""
    with psycopg.connect(settings.SERVERS.runtime_url(TEMPLATE), autocommit=True) as line:
        found = line.execute(
            "SELECT pid, state, left(query, 100), pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = %s AND usename = current_user",
            [name],
        )
        for left in found.fetchall():
            print("left open in", name, left)  # noqa: T201 - shown where the drop fails all the same


def point_at(name: str) -> None:
    """Let Django's connections of this process use another database."""
    doorbell.BELL.close()
    for connection in connections.all():
        connection.close()
        connection.settings_dict["NAME"] = name


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Take the place of pytest-django's own setup: the runtime role may not create databases.

    The shared database holds the shipped catalogue; a `fresh_database` holds what migrations leave.
    """
    name = f"labsys_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with django_db_blocker.unblock():
        copy_template(name)
        point_at(name)
        call_command("load_catalogue", verbosity=0)  # once, instead of in every test
        yield
        point_at(TEMPLATE)
        drop_database(name)


@pytest.fixture
def fresh_database(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: pytest.FixtureRequest
) -> Iterator[str]:
    """A database of its own for one test, in which commits are real."""
    before = connections["default"].settings_dict["NAME"]
    name = f"{before}_{abs(hash(request.node.nodeid)) % 10**8}"
    with django_db_blocker.unblock():
        copy_template(name)
        point_at(name)
        yield name
        point_at(before)
        drop_database(name)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Speak English again: a request leaves the language it was answered in to its thread."""
    yield
    translation.activate(settings.LANGUAGE_CODE)
