"""Alarms of controllers: raised with the reading, acknowledged by name, closed with what was done."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict
from patients.actions.gateway import insert, required
from patients.models import ControllerAlarm, ControllerReading

ANSWER = "patients.alarm.answer"


def raise_for(*, reading: ControllerReading, by: Principal, at: datetime) -> ControllerAlarm | None:
    """Open the alarm of a reading outside its band; called in its transaction, under its lock.

    Where one of the same side is open already it tells of this reading as well.
    """
    mine = {
        "assignment": reading.assignment,
        "quantity": reading.quantity,
        "side": reading.verdict,
    }
    if ControllerAlarm.objects.open().filter(**mine).exists():
        return None
    with acting(by=by, at=at, action="patients.controller_alarm.raise"):
        return insert(ControllerAlarm(**mine, reading=reading, recorded_at=at, recorded_by=by))


def acknowledge(*, alarm: ControllerAlarm, by: Principal, at: datetime) -> ControllerAlarm:
    """Say that one looks after an alarm; the first who says so is named."""
    policy.check(by, ANSWER, alarm.assignment.person)
    with acting(by=by, at=at, action="patients.controller_alarm.acknowledge"):
        rows = ControllerAlarm.objects.filter(pk=alarm.pk, acknowledged_at=None)
        if not rows.update(acknowledged_at=at, acknowledged_by=by):
            raise Conflict(_("Somebody acknowledged this alarm already."))
    alarm.refresh_from_db()
    return alarm


def close(
    *, alarm: ControllerAlarm, what_was_done: str, by: Principal, at: datetime
) -> ControllerAlarm:
    """Close an alarm with what was done; that a later reading lies within the band is not enough."""
    policy.check(by, ANSWER, alarm.assignment.person)
    done = required(what_was_done, field="what_was_done", what=_("Say what was done."))
    with acting(by=by, at=at, action="patients.controller_alarm.close"):
        rows = ControllerAlarm.objects.filter(pk=alarm.pk, closed_at=None)
        rows = rows.filter(acknowledged_at__isnull=False)
        if not rows.update(closed_at=at, closed_by=by, what_was_done=done):
            raise Conflict(_("Only an alarm that is acknowledged and still open is closed."))
    alarm.refresh_from_db()
    return alarm
