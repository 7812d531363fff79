"""The weekly round in words; one way for every page."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from consent.rules.appointments import AppointmentKind, AppointmentState
from consent.rules.rounds import DayState, ReminderStep

register = template.Library()

DAY: dict[str, tuple[str, Any]] = {
    "TO_EXAMINE": ("info", _("to be examined")),
    DayState.RECALLED: ("critical", _("recalled")),
    DayState.AWAY: ("muted", _("away")),
    DayState.OVERDUE: ("critical", _("overdue")),
    DayState.DUE: ("info", _("due")),
    DayState.DONE: ("good", _("done")),
}

BOOKINGS: dict[str, tuple[str, Any]] = {
    AppointmentState.BOOKED: ("info", _("booked")),
    AppointmentState.KEPT: ("good", _("came")),
    AppointmentState.MISSED: ("critical", _("missed")),
    AppointmentState.MOVED: ("muted", _("moved")),
    AppointmentState.CANCELLED: ("muted", _("cancelled")),
}
KINDS: dict[str, Any] = {
    AppointmentKind.MEDICAL: _("medical check"),
    AppointmentKind.PSYCHOLOGICAL: _("psychological check"),
    AppointmentKind.BOTH: _("medical and psychological check"),
}
STEPS: dict[str, Any] = {
    ReminderStep.OPENS: _("Your next check may take place now."),
    ReminderStep.DUE: _("Your check is due today."),
    ReminderStep.APPOINTMENT: _("You have an appointment:"),
    ReminderStep.LAPSED: _("Your check has lapsed. Please come to the screening office."),
}


@register.filter
def appointment_words(kind: str) -> Any:
    """Return what an appointment is for, in words."""
    return KINDS[kind]


@register.filter
def booking_words(state: str) -> Any:
    """Return how an appointment stands, in words."""
    return BOOKINGS[state][1]


@register.filter
def booking_tone(state: str) -> str:
    """Return the tone of how an appointment stands."""
    return BOOKINGS[state][0]


@register.filter
def reminder_words(step: str) -> Any:
    """Return what somebody is reminded of, in words."""
    return STEPS[step]


@register.filter
def day_words(state: str) -> Any:
    """Return how somebody stands on a day, in words."""
    return DAY[state][1]


@register.filter
def day_tone(state: str) -> str:
    """Return the tone of how somebody stands on a day."""
    return DAY[state][0]
