"""Deaths as facts of clearance: each as it was recorded, until the entry was set right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from consent.rules.facts import Death
from labsys.lib.clock import bounds_of_day
from patients.models import DeathRecord


def facts_among(ids: Sequence[int]) -> dict[int, list[Death]]:
    """Return what was recorded of deaths of these entries; an entry's next record replaces one."""
    rows = DeathRecord.objects.filter(person__in=ids).order_by("person", "recorded_at", "id")
    found: dict[int, list[Death]] = defaultdict(list)
    for row, following in pairwise([*rows, None]):
        if row.death is None:
            continue
        day = row.death.span.earliest
        is_replaced = following is not None and following.person_id == row.person_id
        fact = Death(
            id=str(row.pk),
            died_at=None if day is None else bounds_of_day(day)[0],
            recorded_at=row.recorded_at,
            replaced_at=following.recorded_at if is_replaced else None,
        )
        found[row.person_id].append(fact)
    return found
