"""When the beds run out: the projection of an analysis against the capacity there is.

The analysis projects the beds that cases need, with 95 % limits. The days to come begin with the
people who are in wards today, whatever was so when the analysis was made: those of them beyond the
cases that it projects for today are taken to stay as many. So are those in places without a recorded
capacity, and they are left out: what is compared with a capacity is who takes of it. Capacity is
reached on the first day on which as many people stay as there are places. The earliest day is that of the upper limit, the latest that of the lower one: each day's
limits hold for that day alone, so that both are days and no confidence interval of a day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from labsys.lib.wording import Refused
from labsys.lib.wording import gettext_noop as _

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Day:
    """How many people are expected in places with a capacity on a day, with limits."""

    day: date
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """The days to come; `why_not` says why nothing can be determined, as a row keeps it.

    Of `expected`, `earliest` and `latest` each is None where that day lies beyond the last one.
    """

    capacity: int
    made_on: date | None = None
    others: int = 0
    elsewhere: int = 0
    days: Sequence[Day] = ()
    expected: date | None = None
    earliest: date | None = None
    latest: date | None = None
    why_not: Json | None = None

    @property
    def last(self) -> date | None:
        return self.days[-1].day if self.days else None


def forecast(
    given: Json,
    outcome: Json | None,
    *,
    capacity: int,
    people: int,
    elsewhere: int = 0,
    today: date,
) -> Forecast:
    """Return the days from today on, and when as many people stay as there are places.

    `people` are in wards today, `elsewhere` of them in places without a recorded capacity. Of today
    itself that is known, and so without limits.
    """
    try:
        return _forecast(given, outcome, capacity, people, elsewhere, today)
    except Refused as why:
        return Forecast(capacity, why_not=why.to_json())


def _forecast(
    given: Json, outcome: Json | None, capacity: int, people: int, elsewhere: int, today: date
) -> Forecast:
    if outcome is None:
        raise Refused("FAILED", _("The newest analysis of the population gave no projection."))
    if "days" not in outcome["wards"]:
        return Forecast(capacity, why_not=outcome["wards"]["refusal"])
    if capacity <= 0:
        raise Refused("NO_BEDS", _("No open bed is on record: there is nothing to compare with."))
    first = date.fromisoformat(outcome["first_day"])
    projected = {
        first + timedelta(days=one["day"] - 1): one["beds"] for one in outcome["wards"]["days"]
    }
    if today not in projected:
        raise Refused(
            "OVER",
            _("The newest projection, of %(day)s, does not reach today: ask for a new one."),
            day=given["today"],
        )
    others = max(0, people - round(projected[today]["value"]))
    ahead = {day: beds for day, beds in sorted(projected.items()) if day > today}
    here = float(people - elsewhere)
    known = Day(today, here, here, here)
    days = [known, *(_day(day, beds, others - elsewhere) for day, beds in ahead.items())]
    return Forecast(
        capacity,
        made_on=date.fromisoformat(given["today"]),
        others=others,
        elsewhere=elsewhere,
        days=days,
        expected=_reached([(one.day, one.value) for one in days], capacity),
        earliest=_reached([(one.day, one.high) for one in days], capacity),
        latest=_reached([(one.day, one.low) for one in days], capacity),
    )


def _day(day: date, beds: Json, others: int) -> Day:
    value, low, high = (max(0.0, float(others + beds[name])) for name in ("value", "low", "high"))
    return Day(day, value, low, high)


def _reached(days: Sequence[tuple[date, float]], capacity: int) -> date | None:
    return next((day for day, people in days if people >= capacity), None)
