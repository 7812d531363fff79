"""A return that nobody has evaluated is an open finding, from the moment somebody came back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from consent.models import PostingReturn
from consent.rules.facts import Finding


def findings_among(ids: Sequence[int]) -> dict[int, list[Finding]]:
    """Return the findings that the returns of these entries are, closed by who said: free to go."""
    found: dict[int, list[Finding]] = defaultdict(list)
    rows = PostingReturn.objects.filter(posting__person__in=ids).values_list(
        "posting__person_id", "id", "returned_at", "recorded_at", "freed_at"
    )
    for entry, *values in rows:
        found[entry].append(_finding(*values))
    return found


def _finding(
    id: int, returned_at: datetime, recorded_at: datetime, freed_at: datetime | None
) -> Finding:
    return Finding(
        id=f"return:{id}",
        result="",
        found_at=returned_at,
        recorded_at=recorded_at,
        cleared_at=freed_at,
    )
