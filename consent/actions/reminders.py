"""Reminding people of their round and appointments: once of each, and never whoever is away."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from consent.models import Reminder
from consent.queries import reminders as queries
from consent.rules.rounds import ReminderStep
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import bulk, policy

MOST = 5_000


def remind(*, by: Principal, at: datetime) -> int:
    """Record what each open round and each appointment reached; return how many were told."""
    policy.check(by, "consent.round.generate")
    steps: list[dict[str, Any]] = [
        {
            "slot_id": slot.pk,
            "step": step.value,
            "lapses_at": slot.lapses_at,
            "appointment_id": None,
        }
        for slot in queries.waiting(at)[:MOST]
        if (step := queries.step_of(slot, at)) is not None
    ]
    near = [
        {
            "slot_id": one.slot_id,
            "step": ReminderStep.APPOINTMENT.value,
            "lapses_at": None,
            "appointment_id": one.pk,
        }
        for one in queries.near(at)[:MOST]
    ]
    rows = steps + near
    if rows:
        made = {"recorded_at": at, "recorded_by_id": by.pk}
        with acting(by=by, at=at, action="consent.reminder.remind"):
            bulk.insert(Reminder, [{**row, **made} for row in rows], is_repeatable=True)
    return len(rows)
