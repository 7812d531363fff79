"""What was written down of somebody's follow-up, newest first, also what no longer holds."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from labsys.accounts.models import Principal
from labsys.lib.records import RecordQuerySet
from patients.models import FollowUpDecision, FollowUpVisit, Sighting

SHOWN = 200


@dataclass(frozen=True)
class Written:
    """What was written down of a person, under all their entries."""

    visits: list[FollowUpVisit]
    decisions: list[FollowUpDecision]
    # Where they were seen or looked for.
    sightings: list[Sighting]


def of(entries: Collection[int]) -> Written:
    """Return what was written down of the person to whom these entries belong."""
    visits = FollowUpVisit.objects.select_related("agent", "location")
    decisions = FollowUpDecision.objects.select_related("agent")
    sightings = Sighting.objects.select_related("location")
    found = Written(
        _newest(visits, entries, "visited_at"),
        _newest(decisions, entries, "decided_at"),
        _newest(sightings, entries, "seen_at"),
    )
    everything = [*found.visits, *found.decisions, *found.sightings]
    Principal.objects.fill_in(everything, "recorded_by")
    return found


def _newest(rows: RecordQuerySet, entries: Collection[int], moment: str) -> list[Any]:
    mine = rows.filter(person_id__in=list(entries), is_retraction=False)
    known = mine.annotate(is_corrected=Q(corrected_by__isnull=False))
    return list(known.order_by(f"-{moment}", "-id")[:SHOWN])
