"""The one clock: doors read it once per request and pass the moment on as `at`."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from django.db import connection
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _

from labsys.lib.errors import InvalidInput

WORLD_TOLERANCE = timedelta(minutes=2)


def database_now() -> datetime:
    """Return the database's wall clock (aware, UTC): workers' and senders' clocks are not trusted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (now,) = cursor.fetchone()
    moment: datetime = now
    return moment.astimezone(UTC)


def hospital_day(moment: datetime) -> date:
    """Return the calendar day of a moment where the hospital is: ages and gestations count these."""
    return moment.astimezone(get_default_timezone()).date()


def bounds_of_day(day: date) -> tuple[datetime, datetime]:
    """Return when a calendar day begins and ends where the hospital is, by the wall clock (UTC)."""
    zone = get_default_timezone()
    start, end = (
        datetime.combine(one, time.min, tzinfo=zone).astimezone(UTC)
        for one in (day, day + timedelta(days=1))
    )
    return start, end


def check_world_moment(moment: datetime, *, at: datetime, field: str) -> datetime:
    """Return `moment` if it can have happened by `at`; refuse naive and future moments.

    Raises InvalidInput where `moment` has no time zone or lies more than two minutes ahead of `at`.
    """
    if moment.tzinfo is None:
        raise InvalidInput(
            _("%(field)s: %(moment)s has no time zone.")
            % {"field": field, "moment": moment.isoformat()},
            field=field,
        )
    if moment > at + WORLD_TOLERANCE:
        raise InvalidInput(
            _(
                "%(field)s: %(moment)s lies in the future (it is now %(now)s); check the clock it "
                "was read from."
            )
            % {"field": field, "moment": moment.isoformat(), "now": at.isoformat()},
            field=field,
        )
    return moment
