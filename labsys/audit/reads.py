"""Recording who looked at whom."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, models

from labsys.audit.context import Actor


def record(
    *, by: Actor, purpose: str, objects: Iterable[models.Model], person_id: int | None
) -> None:
    """Record that `by` was shown these objects; call it before the answer leaves the server."""
    rows = [(by.pk, purpose, item._meta.label_lower, item.pk, person_id) for item in objects]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO read_event (actor, purpose, model, pk, person_id) VALUES (%s,%s,%s,%s,%s)",
            rows,
        )
