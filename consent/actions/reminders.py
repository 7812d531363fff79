"""Reminding people of their round and appointments: once of each, and never whoever is away."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from consent.actions import deliveries
from consent.models import Reminder
from consent.queries import reminders as queries
from consent.rules.rounds import ReminderStep
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import bulk, policy

MOST = 5_000


def remind(*, by: Principal, at: datetime) -> int:
    """Record what each open round and each appointment reached; return how many were told.

    Whoever's login has an e-mail address is told there too, in the same transaction's queue.
    """
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
        ids = bulk.new_ids({Reminder: len(rows)})[Reminder]
        new = [{"id": id_, **row, **made} for id_, row in zip(ids, rows, strict=True)]
        with acting(by=by, at=at, action="consent.reminder.remind"):
            bulk.insert(Reminder, new, is_repeatable=True)
            # Of those that another beat wrote down meanwhile, that one tells.
            mails = queries.addresses_of(ids, at=at)
            deliveries.tell_of_reminders(mails=mails, by=by, at=at)
    return len(rows)
