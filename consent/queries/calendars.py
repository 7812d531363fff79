"""Calendars: a person's own appointments, or a clinician's without a name of anybody."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from consent.models import Appointment
from consent.queries import appointments
from consent.queries.clearances import entries_of
from consent.rules.appointments import AppointmentKind, AppointmentState
from consent.rules.calendars import Event, calendar
from labsys.accounts.models import Principal


def calendar_for(principal: Principal, *, at: datetime) -> str:
    """Return a participant's own calendar, or a clinician's without names."""
    account = getattr(principal, "person_account", None)
    if account is None:
        return calendar_with(principal, at=at)
    return calendar_of(entries_of([account.person_id], known_at=at)[account.person_id], at=at)


def calendar_of(entries: Iterable[int], *, at: datetime) -> str:
    """Return the calendar of one person's appointments."""
    rows = appointments.of_people(entries, at=at)
    return calendar((_event(row) for row in rows), name=_("Weekly round"))


def calendar_with(principal: Principal, *, at: datetime) -> str:
    """Return the calendar of a clinician's appointments; whom they are with stays in the house."""
    rows = appointments.with_whom(principal, at=at)
    return calendar(
        (_event(row, is_gone=row.is_given_away) for row in rows), name=_("Weekly round")
    )


def _event(row: Appointment, *, is_gone: bool = False) -> Event:
    is_cancelled = is_gone or row.state == AppointmentState.CANCELLED
    words = {
        AppointmentKind.MEDICAL: _("Medical check"),
        AppointmentKind.PSYCHOLOGICAL: _("Psychological check"),
        AppointmentKind.BOTH: _("Medical and psychological check"),
    }
    return Event(
        uid=f"{row.uid}@labsys",
        # Whoever cancels raises the sequence, so that readers take the earlier version away.
        sequence=row.sequence + is_cancelled,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        changed_at=row.ended_at or row.recorded_at,
        summary=words[AppointmentKind(row.kind)],
        location=row.place.name if row.place else "",
        is_cancelled=is_cancelled,
    )
