"""From what is known of a birth to the moment at which an age can be shown."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum


class BirthPrecision(StrEnum):
    """How well a birth date is known; the names are those of the registry."""

    DAY = "DAY"
    MONTH = "MONTH"
    YEAR = "YEAR"
    ESTIMATED = "ESTIMATED"
    UNKNOWN = "UNKNOWN"


def latest_birth_date(
    birth_date: date | None, *, precision: BirthPrecision, uncertainty_days: int | None = None
) -> date | None:
    """Return the last day on which the person may have been born; None when that is unknown."""
    if birth_date is None or precision is BirthPrecision.UNKNOWN:
        return None
    if precision is BirthPrecision.DAY:
        return birth_date
    if precision is BirthPrecision.MONTH:
        days = calendar.monthrange(birth_date.year, birth_date.month)[1]
        return birth_date.replace(day=days)
    if precision is BirthPrecision.YEAR:
        return birth_date.replace(month=12, day=31)
    if uncertainty_days is None:
        return None
    return birth_date + timedelta(days=uncertainty_days)


def reaches_age_at(latest_birth: date, *, years: int, zone: tzinfo) -> datetime:
    """Return the moment at which somebody born that day is `years` old beyond doubt.

    It is the midnight that begins the birthday in `zone`. Who was born on 29 February has the
    birthday on 1 March in a common year: the later of the two readings.
    """
    year = latest_birth.year + years
    try:
        birthday = latest_birth.replace(year=year)
    except ValueError:
        birthday = date(year, 3, 1)
    return datetime.combine(birthday, time.min, tzinfo=zone).astimezone(UTC)
