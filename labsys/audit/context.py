"""The one function that opens a transaction and says who acts: every audited write happens in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol

from django.db import connections, transaction

SETTINGS = "set_config('labsys.{}', %s, true)"
STATEMENT = "SELECT " + ", ".join(
    SETTINGS.format(name) for name in ("actor", "on_behalf_of", "action", "reason")
)


class Actor(Protocol):
    """Whoever can act: a principal (see labsys.accounts)."""

    @property
    def pk(self) -> int: ...


@contextmanager
def acting(
    *,
    by: Actor,
    at: datetime,
    action: str,
    reason: str = "",
    on_behalf_of: Actor | None = None,
    savepoint: bool = True,
    using: str = "default",
) -> Iterator[None]:
    """Run one action in one transaction, recorded as done `by` a principal.

    Nested actions keep their own action name and give the outer one back when they end. The
    settings are local to the transaction, so a pooled connection carries nothing over. Without a
    `savepoint` a nested action that fails takes the outer one with it.
    """
    if at.tzinfo is None:
        raise ValueError("`at` must be an aware moment read from the database clock")
    outer: tuple[str, str, str, str] | None = getattr(connections[using], "labsys_actor", None)
    behalf = str(on_behalf_of.pk) if on_behalf_of is not None else ""
    mine = (str(by.pk), behalf, action, reason)
    connection = connections[using]
    with transaction.atomic(using=using, savepoint=savepoint):
        nested = outer if outer is not None and connection.in_atomic_block else None
        _set(connection, mine)
        try:
            yield
            if nested is not None:
                _set(connection, nested)
        finally:
            connection.labsys_actor = outer  # type: ignore[attr-defined]


def _set(connection, values: tuple[str, str, str, str]) -> None:  # type: ignore[no-untyped-def]
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, values)
    connection.labsys_actor = values
