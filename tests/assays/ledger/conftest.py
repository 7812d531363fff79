"""A driver of plain messages, and a way to act as the owner of the tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import connection, connections

from tests.assays.interpreting import plain


@pytest.fixture
def driver(monkeypatch) -> None:
    plain.install(monkeypatch)


@pytest.fixture
def become_owner(fresh_database, monkeypatch) -> Iterator[Callable[[], None]]:
    """Give a way to go on as the owner of the tables, in a copy of the database."""

    def become() -> None:
        connection.close()
        for key in ("USER", "PASSWORD"):
            monkeypatch.setitem(connection.settings_dict, key, owner[key])

    owner = connections["owner"].settings_dict
    yield become
    connection.close()
