"""What was done to a patient, as marks in drawings of what was measured, read and seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from labsys.lib import charts
from patients.models import Intervention

# Lines of one kind have one dash, so that kinds differ without colour.
DASHES: Mapping[str, str | None] = {
    "FILTRATION": None,
    "CHARCOAL": "8 4",
    "KILL_CODE": "2 3",
    "SET_POINT": "10 3 2 3",
    "SEDATION": "1 5",
    "HORMONE_LOWERING": "12 6",
    "TRANSFUSION": "6 2 1 2 1 2",
    "TRAUMA_CARE": "4 4",
    "OTHER": "3 7",
}


def marks(interventions: Sequence[Intervention]) -> list[charts.Mark]:
    """Return what was done, numbered in the order of time as the list below the drawing is."""
    return [
        charts.Mark(
            at=one.started_at,
            label=one.get_kind_display(),
            until=one.ended_at,
            detail=one.detail,
            sign=str(place),
            dash=DASHES.get(one.kind, "3 7"),
        )
        for place, one in enumerate(interventions, start=1)
    ]


def during(found: Iterable[Intervention], first: datetime, last: datetime) -> list[Intervention]:
    """Return what was done between two moments, to be drawn and listed."""
    return [one for one in found if one.started_at <= last and _end(one) >= first]


def _end(one: Intervention) -> datetime:
    return one.ended_at or one.started_at
