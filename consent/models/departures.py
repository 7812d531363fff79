"""Departures that are planned, and who is to leave with each."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consent.models.programmes import Programme
from consent.rules.departures import DepartureState
from labsys.accounts.models import Principal
from labsys.lib.choices import choices
from labsys.lib.records import Audit, Export, Record
from patients.models import Person


class Departure(Record):
    """Several people are to leave together; each is decided alone, in the instant they leave."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"state", "ended_at"})
    EXPORT = {
        Export.INDIRECT: "destination leaves_at ended_at",
        Export.TECHNICAL: "id uid programme state recorded_at recorded_by",
    }

    uid = models.UUIDField(unique=True, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="departures")
    destination = models.CharField(_("destination"), max_length=120, blank=True)
    leaves_at = models.DateTimeField(_("leaves at"), help_text=_("As planned."))
    state = models.CharField(
        _("state"),
        max_length=9,
        choices=choices(DepartureState),
        default=DepartureState.PLANNED,
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="PLANNED", ended_at=None)
                | ~Q(state="PLANNED") & Q(ended_at__isnull=False),
                name="consent_departure_ended_when_over",
            )
        ]
        indexes = [
            models.Index(
                fields=["leaves_at", "id"],
                condition=Q(state="PLANNED"),
                name="consent_departure_planned",
            )
        ]

    def __str__(self) -> str:
        return f"{self.programme}, {self.leaves_at:%Y-%m-%d}"


class DepartureMember(Record):
    """Somebody is to leave with a departure."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"removed_at", "removed_by"})
    EXPORT = {
        Export.INDIRECT: "person",
        Export.TECHNICAL: "id departure removed_at removed_by recorded_at recorded_by",
    }

    departure = models.ForeignKey(Departure, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        Principal, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["departure", "person"],
                condition=Q(removed_at=None),
                name="consent_departuremember_once",
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None, removed_by=None)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="consent_departuremember_removed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} with {self.departure}"
