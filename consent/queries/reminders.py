"""Whose round reached a step, or whose appointment is near, and who was not reminded of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When

from consent.models import Appointment, Reminder, RoundSlot
from consent.queries.boards import away
from consent.queries.clearances import entries_of
from consent.rules.appointments import REMINDED_BEFORE, AppointmentState
from consent.rules.rounds import ReminderStep, SlotState, reminder_step
from patients.models import PersonAccount


def waiting(at: datetime) -> QuerySet[RoundSlot]:
    """Return the open rounds whose present step nobody was reminded of, the longest open first."""
    step = Case(
        When(lapses_at__lte=at, then=Value(ReminderStep.LAPSED.value)),
        When(due_at__lte=at, then=Value(ReminderStep.DUE.value)),
        default=Value(ReminderStep.OPENS.value),
        output_field=CharField(),
    )
    told = Reminder.objects.filter(slot=OuterRef("pk"), step=OuterRef("present_step")).filter(
        Q(lapses_at=OuterRef("lapses_at")) | Q(lapses_at=None)
    )
    rows = RoundSlot.objects.filter(state=SlotState.OPEN, opens_at__lte=at).exclude(away())
    return rows.annotate(present_step=step).exclude(Exists(told)).order_by("opens_at", "pk")


def near(at: datetime) -> QuerySet[Appointment]:
    """Return the appointments of the next hours that nobody was reminded of, the first in front."""
    rows = Appointment.objects.filter(state=AppointmentState.BOOKED, reminder=None)
    rows = rows.filter(starts_at__gt=at, starts_at__lte=at + REMINDED_BEFORE).exclude(away())
    return rows.order_by("starts_at", "pk")


def newest(entries: Sequence[int], *, at: datetime) -> list[Reminder]:
    """Return what somebody is reminded of now: the step each round is at, and what is booked."""
    mine = Reminder.objects.filter(slot__person__in=entries, slot__state=SlotState.OPEN)
    rows = mine.select_related("slot__programme", "appointment__place")
    rows = rows.prefetch_related("slot__programme__versions")
    told = rows.filter(appointment=None).order_by("pk")
    steps = {one.slot_id: one for one in told if one.step == step_of(one.slot, at)}
    booked = rows.filter(
        appointment__state=AppointmentState.BOOKED, appointment__ends_at__gt=at
    ).order_by("appointment__starts_at")
    return [*booked, *steps.values()]


def addresses_of(reminder_ids: Collection[int], *, at: datetime) -> dict[int, set[str]]:
    """Return the e-mail addresses of the logins of whoever each of these reminders concerns."""
    rows = Reminder.objects.filter(pk__in=reminder_ids)
    people = dict(rows.values_list("pk", "slot__person_id"))
    entries = entries_of(people.values(), known_at=at)
    every = {entry for linked in entries.values() for entry in linked}
    accounts = PersonAccount.objects.filter(person__in=every, principal__is_active=True)
    mails = dict(accounts.values_list("person_id", "principal__user__email"))
    found = {
        pk: {mails[entry] for entry in entries[person] if mails.get(entry)}
        for pk, person in people.items()
    }
    return {pk: addresses for pk, addresses in found.items() if addresses}


def step_of(slot: RoundSlot, at: datetime) -> ReminderStep | None:
    """Return the step that a round has reached."""
    return reminder_step(
        opens_at=slot.opens_at, due_at=slot.due_at, lapses_at=slot.lapses_at, at=at
    )
