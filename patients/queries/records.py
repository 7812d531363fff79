"""What was written down of somebody's follow-up, newest first, also what no longer holds."""

from __future__ import annotations

from collections.abc import Collection

from labsys.accounts.models import Principal
from labsys.lib.records import RecordQuerySet
from patients.models import FollowUpDecision, FollowUpVisit, Sighting

SHOWN = 200


def visits(entries: Collection[int]) -> list[FollowUpVisit]:
    """Return visits to a person, under all their entries."""
    return _newest(FollowUpVisit.objects.select_related("agent", "location"), entries, "visited_at")


def decisions(entries: Collection[int]) -> list[FollowUpDecision]:
    """Return what was decided of a person's follow-up."""
    return _newest(FollowUpDecision.objects.select_related("agent"), entries, "decided_at")


def sightings(entries: Collection[int]) -> list[Sighting]:
    """Return where a person was seen or looked for."""
    return _newest(Sighting.objects.select_related("location"), entries, "seen_at")


def _newest(rows: RecordQuerySet, entries: Collection[int], moment: str) -> list:  # type: ignore[type-arg]
    mine = rows.filter(person_id__in=list(entries), is_retraction=False)
    found = list(mine.select_related("corrected_by").order_by(f"-{moment}", "-id")[:SHOWN])
    Principal.objects.fill_in(found, "recorded_by")
    return found
