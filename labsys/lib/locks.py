"""Named locks: what no row stands for yet is decided by one transaction after the other."""

from __future__ import annotations

from django.db import connection


def hold(name: str) -> None:
    """Hold a name to the end of the transaction; whoever asks for the same name waits.

    A second reading of what a unique or exclusion constraint guards belongs behind it: of the
    constraint alone, two who write at once would wait for each other until the database ends one.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
