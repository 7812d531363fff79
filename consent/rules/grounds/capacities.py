"""Whether somebody can decide about taking part, as clinicians found."""

from __future__ import annotations

from datetime import datetime

from consent.rules.facts import CapacityFinding
from consent.rules.views import Known


def lacking(view: Known, moment: datetime) -> list[CapacityFinding]:
    """Return the findings by which somebody could not decide at a moment up to the one asked about.

    A finding holds until a later assessment finds otherwise; of two of one moment it wins. Who was
    never assessed is presumed to be able.
    """
    able = [
        one.assessed_at
        for one in view.facts.capacities
        if not one.lacks and view.speaks_for(one.assessed_at, recorded_at=one.recorded_at)
    ]
    return [
        one
        for one in view.facts.capacities
        if one.lacks
        and view.speaks_against(one.assessed_at, recorded_at=one.recorded_at)
        and _since(one) <= moment
        and not any(_since(one) < later <= moment for later in able)
    ]


def _since(one: CapacityFinding) -> datetime:
    return min(one.assessed_at, one.recorded_at)
