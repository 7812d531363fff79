"""Recording who looked at whom."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import connection, models

from labsys.audit.context import Actor
from labsys.lib.lookups import array


def record(
    *,
    by: Actor,
    purpose: str,
    objects: Iterable[models.Model],
    person_id: int | Callable[[Any], int | None] | None,
) -> None:
    """Record that `by` was shown these objects; call it before the answer leaves the server.

    `person_id` is whose record they belong to, or says so of each where a list shows several.
    """
    rows = [
        (
            item._meta.label_lower,
            item.pk,
            person_id(item) if callable(person_id) else person_id,
        )
        for item in objects
    ]
    if not rows:
        return
    _write(by, purpose, *zip(*rows, strict=True))


def record_rows(
    *, by: Actor, purpose: str, model: type[models.Model], persons: Mapping[int, int | None]
) -> None:
    """Record the same of rows of one model, by key whose record each is, where nobody read objects."""
    if persons:
        label = model._meta.label_lower
        _write(by, purpose, [label] * len(persons), persons.keys(), persons.values())


def _write(
    by: Actor,
    purpose: str,
    models_read: Iterable[str],
    keys: Iterable[int],
    persons: Iterable[int | None],
) -> None:
    # One statement: a list shows hundreds.
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO read_event (actor, purpose, model, pk, person_id) "
            "SELECT %s, %s, * FROM unnest(%s::text[], %s::bigint[], %s::bigint[])",
            [by.pk, purpose, *map(array, (models_read, keys, persons))],
        )
