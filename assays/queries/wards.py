"""What the laboratory adds to the wards: critical values that wait, and the beds to come."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assays.models import AnalysisRun, CriticalCall
from assays.queries.analyses import epidemic
from assays.rules.communication import CallState
from assays.rules.ward_forecasts import Forecast, forecast
from labsys.accounts.models import Principal
from labsys.lib import policy
from labsys.lib.clock import hospital_day
from patients.models import CanonicalPerson
from patients.queries.wards import Counted


@dataclass(frozen=True)
class Projected:
    """The newest analysis of the whole population, and what it says of the beds to come."""

    run: AnalysisRun
    forecast: Forecast
    growth: Mapping[
        str, Any
    ]  # how the cases grew, with the doubling time and its limits; or why not


def critical_waiting(by: Any, persons: Collection[int]) -> dict[int, int]:
    """Return how many critical values nobody was told of yet, of persons by the entry that is read."""
    rows = CanonicalPerson.objects.filter(canonical_id__in=list(persons))
    entries = dict(rows.values_list("person_id", "canonical_id"))
    calls = CriticalCall.objects.filter(state=CallState.OPEN, result__person_id__in=list(entries))
    found: dict[int, int] = {}
    for person in policy.scope(by, calls).values_list("result__person_id", flat=True):
        found[entries[person]] = found.get(entries[person], 0) + 1
    return found


def projected(by: Principal | None, found: Counted, *, at: datetime) -> Projected | None:
    """Return what the newest run that counts everybody projects against the capacity there is now."""
    part = epidemic.newest(by, at=at)
    if part is None:
        return None
    today = hospital_day(at)
    ahead = forecast(
        *(part.given, part.outcome),
        capacity=found.whole.capacity or 0,
        people=found.whole.people,
        elsewhere=found.without_capacity,
        today=today,
    )
    return Projected(part.run, ahead, part.outcome["growth"])
