"""What was done to a person, as far as somebody may read it."""

from __future__ import annotations

from collections.abc import Iterable

from labsys.lib import policy
from labsys.lib.policy import Principal
from patients.models import Intervention


def of_persons(person_ids: Iterable[int], by: Principal) -> list[Intervention]:
    """Return what was done to a person (all entries), in the order of time, for marks in drawings."""
    rows = Intervention.objects.standing().filter(person_id__in=list(person_ids))
    return list(policy.scope(by, rows).order_by("started_at", "id"))
