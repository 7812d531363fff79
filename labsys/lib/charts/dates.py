"""Ticks of a time axis: round moments of the hospital's wall clock, at most two lines of text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import Enum

from labsys.lib.charts.words import ENGLISH, Words


class Unit(Enum):
    """Roughly how many seconds one of it takes."""

    HOUR = 3600
    DAY = 86_400
    MONTH = 2_629_746
    YEAR = 31_556_952


STEPS = (
    (Unit.HOUR, 1),
    (Unit.HOUR, 3),
    (Unit.HOUR, 6),
    (Unit.HOUR, 12),
    (Unit.DAY, 1),
    (Unit.DAY, 2),
    (Unit.DAY, 7),
    (Unit.DAY, 14),
    (Unit.MONTH, 1),
    (Unit.MONTH, 3),
    (Unit.MONTH, 6),
    (Unit.YEAR, 1),
    (Unit.YEAR, 2),
    (Unit.YEAR, 5),
    (Unit.YEAR, 10),
    (Unit.YEAR, 50),
)


@dataclass(frozen=True, slots=True)
class TimeTick:
    """A moment on the axis, its text, and a second line where something larger begins."""

    at: datetime
    text: str
    context: str = ""


def time_ticks(
    start: datetime, end: datetime, zone: tzinfo, *, target: int, words: Words = ENGLISH
) -> list[TimeTick]:
    """Return the finest round ticks between two moments that number about `target` at most."""
    seconds = (end - start).total_seconds()
    unit, count = next(
        (step for step in STEPS if seconds / (step[0].value * step[1]) <= target), STEPS[-1]
    )
    first = start.astimezone(zone).date()
    last = end.astimezone(zone).date()
    ticks: list[TimeTick] = []
    context = ""
    for local in _moments(unit, count, first, last, zone):
        if start <= local <= end:
            text, larger = _texts(local, unit, words)
            ticks.append(TimeTick(local, text, larger if larger != context else ""))
            context = larger
    return ticks


def _moments(unit: Unit, count: int, first: date, last: date, zone: tzinfo) -> Iterator[datetime]:
    """Yield round moments of the wall clock, in order, that cover the days from first to last."""
    if unit is Unit.YEAR:
        for year in range(first.year - first.year % count, last.year + 1, count):
            yield _at(date(max(year, 1), 1, 1), 0, zone)
    elif unit is Unit.MONTH:
        for month in range(first.year * 12, last.year * 12 + last.month):
            if month % count == 0:
                yield _at(date(month // 12, month % 12 + 1, 1), 0, zone)
    else:
        yield from _days_and_hours(unit, count, first, last, zone)


def _days_and_hours(
    unit: Unit, count: int, first: date, last: date, zone: tzinfo
) -> Iterator[datetime]:
    day = first
    while day <= last:
        if unit is Unit.DAY:
            # 1 January of year 1 was a Monday, so weeks begin on Mondays.
            if (day.toordinal() - 1) % count == 0:
                yield _at(day, 0, zone)
        else:
            for hour in range(0, 24, count):
                moment = _at(day, hour, zone)
                if moment.hour == hour:  # an hour that a change of clocks leaves out is not drawn
                    yield moment
        day += timedelta(days=1)


def _at(day: date, hour: int, zone: tzinfo) -> datetime:
    wall = datetime(day.year, day.month, day.day, hour, tzinfo=zone)
    return wall.astimezone(UTC).astimezone(zone)


def _texts(local: datetime, unit: Unit, words: Words) -> tuple[str, str]:
    month = words.months[local.month - 1]
    if unit is Unit.HOUR:
        return f"{local:%H:%M}", f"{local.day} {month} {local.year}"
    if unit is Unit.DAY:
        return f"{local.day} {month}", str(local.year)
    return (month, str(local.year)) if unit is Unit.MONTH else (str(local.year), "")
