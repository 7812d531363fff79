"""What is done every so often about clearance, whoever asked for it or nobody."""

from __future__ import annotations

from consent.actions import (
    alerts,
    appointments,
    check_orders,
    deliveries,
    reminders,
    rounds,
    transitions,
)
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now
from labsys.work import periodic


@periodic.register("clinical alerts", every_seconds=15)
def escalate_clinical_alerts() -> None:
    """Record whom alerts that nobody has acknowledged came to."""
    alerts.escalate_due(by=Principal.objects.system("sweep"), at=database_now())


@periodic.register("second interviews", every_seconds=300)
def call_to_second_interviews() -> None:
    """Call a psychologist to second interviews that nobody held in half of their time."""
    alerts.call_interviewers(by=Principal.objects.system("sweep"), at=database_now())


@periodic.register("clearance watch", every_seconds=15)
def watch_clearances() -> None:
    """Ask for a look at those whose answer time alone may have changed."""
    transitions.watch(by=Principal.objects.system("sweep"), at=database_now())


@periodic.register("notifications that did not arrive", every_seconds=120)
def try_notifications_again() -> None:
    """Send what is parked once more, while it is news."""
    deliveries.try_again(by=Principal.objects.system("sweep"), at=database_now())


@periodic.register("clearances not watched", every_seconds=3_600)
def adopt_clearances() -> None:
    """Catch enrolments that nobody followed."""
    transitions.adopt(by=Principal.objects.system("sweep"), at=database_now())


@periodic.register("weekly round", every_seconds=rounds.EVERY_SECONDS)
def keep_rounds() -> None:
    """Bring some rounds up to date that no act has brought up to date itself."""
    rounds.catch_up(by=Principal.objects.system("sweep"), at=database_now())


@periodic.register("reminders", every_seconds=60)
def remind_of_rounds() -> None:
    """Remind whoever's round reached a step, and give up appointments of days that are over."""
    by, at = Principal.objects.system("sweep"), database_now()
    reminders.remind(by=by, at=at)
    appointments.give_up(by=by, at=at)


@periodic.register("panels of checks", every_seconds=300)
def order_panels_of_checks() -> None:
    """Order the panels of the medical checks that are booked for the next day."""
    check_orders.place_due(by=Principal.objects.system("sweep"), at=database_now())
