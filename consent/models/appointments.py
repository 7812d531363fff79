"""Appointments for the checks of a round, and whom the round reminded."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from consent.models.rounds import RoundSlot
from consent.rules.appointments import AppointmentKind, AppointmentState
from consent.rules.rounds import ReminderStep
from labsys.accounts.models import Principal
from labsys.lib.choices import choices
from labsys.lib.records import Audit, Export, Record
from patients.models import Location, Person

_RANGE = DateTimeRangeField()
CLINICIAN_ONCE = "consent_appointment_clinician_once"
PERSON_ONCE = "consent_appointment_person_once"


def _once(whose: str, name: str) -> ExclusionConstraint:
    """Return the constraint that nobody is booked for two times that overlap; an end is no overlap."""
    times = Func(F("starts_at"), F("ends_at"), function="TSTZRANGE", output_field=_RANGE)
    return ExclusionConstraint(
        name=name,
        expressions=[(whose, RangeOperators.EQUAL), (times, RangeOperators.OVERLAPS)],
        condition=Q(state="BOOKED", **{f"{whose}__isnull": False}),
    )


class Appointment(Record):
    """When and where somebody is to be examined; moved, it goes on as the next row of its `uid`."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"state", "ended_at", "reason"})
    EXPORT = {
        Export.INDIRECT: "person starts_at ends_at place ended_at reason",
        Export.TECHNICAL: "id uid sequence slot kind with_whom make_up_of state recorded_at "
        "recorded_by",
    }

    uid = models.UUIDField(editable=False)
    sequence = models.PositiveIntegerField(default=0)
    slot = models.ForeignKey(RoundSlot, on_delete=models.PROTECT, related_name="appointments")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="appointments", db_index=False
    )
    kind = models.CharField(_("for"), max_length=13, choices=choices(AppointmentKind))
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    place = models.ForeignKey(
        Location, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    with_whom = models.ForeignKey(
        Principal,
        verbose_name=_("with"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    make_up_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="made_up_by"
    )
    state = models.CharField(
        _("state"),
        max_length=9,
        choices=choices(AppointmentState),
        default=AppointmentState.BOOKED,
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = [
            models.UniqueConstraint(
                fields=["slot", "kind"],
                condition=Q(state="BOOKED"),
                name="consent_appointment_one_booked",
            ),
            _once("with_whom", CLINICIAN_ONCE),
            _once("person", PERSON_ONCE),
            models.UniqueConstraint(
                fields=["uid", "sequence"], name="consent_appointment_sequence"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="consent_appointment_ends_later"
            ),
            models.CheckConstraint(
                condition=Q(state="BOOKED", ended_at=None)
                | ~Q(state="BOOKED") & Q(ended_at__isnull=False),
                name="consent_appointment_ended_when_over",
            ),
        ]
        indexes = [
            models.Index(fields=["starts_at", "id"], name="consent_appointment_by_day"),
            # Whom to remind, and what a past day left booked.
            models.Index(
                fields=["starts_at"],
                condition=Q(state="BOOKED"),
                name="consent_appointment_booked",
            ),
            models.Index(fields=["person", "-starts_at"], name="consent_appointment_by_person"),
            models.Index(fields=["with_whom", "starts_at"], name="consent_appointment_with"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.kind} {self.starts_at:%Y-%m-%d %H:%M}"


class Reminder(Record):
    """A round reached a step, or an appointment is near, and whoever it concerns is told: once.

    A check moves the window of its round: `lapses_at` is that of the window whose step it was.
    """

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "slot appointment",
        Export.TECHNICAL: "id step lapses_at recorded_at recorded_by",
    }

    slot = models.ForeignKey(RoundSlot, on_delete=models.PROTECT, related_name="reminders")
    step = models.CharField(_("step"), max_length=11, choices=choices(ReminderStep))
    appointment = models.OneToOneField(
        Appointment, on_delete=models.PROTECT, null=True, blank=True, related_name="reminder"
    )
    lapses_at = models.DateTimeField(_("lapses at"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("reminded at"))
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(
                fields=["slot", "step", "lapses_at"],
                condition=Q(appointment=None),
                name="consent_reminder_once",
            ),
            models.CheckConstraint(
                condition=Q(step="APPOINTMENT", appointment__isnull=False)
                | ~Q(step="APPOINTMENT") & Q(appointment=None),
                name="consent_reminder_of_its_appointment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slot}: {self.step}"
