"""How moments and days are written; long lists hold hundreds, so without Django's general formats."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from functools import lru_cache
from html import escape

from django.utils import timezone
from django.utils.dates import MONTHS_3
from django.utils.safestring import SafeString
from django.utils.translation import get_language


def stamp(value: datetime | None) -> str:
    """Write a moment in the hospital's time zone, plainly: 01 Nov 2026 03:24."""
    return stamps([value])[0]


def stamps(values: Iterable[datetime | None]) -> list[str]:
    """Write many moments plainly; zone and language are asked for once."""
    zone, months = timezone.get_current_timezone(), _months(get_language())
    return ["–" if value is None else _stamp(value, zone, months) for value in values]


def _stamp(value: datetime, zone: tzinfo, months: tuple[str, ...]) -> str:
    local = value.astimezone(zone) if timezone.is_aware(value) else value
    return f"{local.day:02} {months[local.month - 1]} {_clock(local)}"


def written(value: datetime) -> str:
    """Write a moment of the zone it stands in: 1 Nov 2026 03:24."""
    return f"{value.day} {_month(value)} {_clock(value)}"


def timed(value: datetime | None) -> SafeString | str:
    """Write a moment in the hospital's time zone for a page, with what machines read of it."""
    if value is None:
        return "–"
    local = here(value)
    stated = local.isoformat(timespec="seconds")
    return SafeString(f'<time datetime="{stated}">{escape(written(local))}</time>')


def written_day(value: date) -> str:
    """Write a date: 1 Nov 2026."""
    return f"{value.day} {_month(value)} {value.year:04}"


def here(value: datetime) -> datetime:
    """Return the moment in the hospital's time zone."""
    return timezone.localtime(value) if timezone.is_aware(value) else value


def _clock(value: datetime) -> str:
    return f"{value.year:04} {value.hour:02}:{value.minute:02}"


def _month(value: date) -> str:
    return _months(get_language())[value.month - 1]


@lru_cache(maxsize=16)
def _months(_language: str | None) -> tuple[str, ...]:
    return tuple(str(MONTHS_3[number]).title() for number in range(1, 13))
