"""Passes that were issued, and every scan at the gate."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from consent.models.programmes import Programme
from consent.rules.gates import GateStatus
from labsys.accounts.models import Principal
from labsys.lib.choices import choices
from labsys.lib.records import Audit, Export, Record
from patients.models import Person


class GatePass(Record):
    """A pass for the gate, issued to somebody who was cleared at that moment.

    Its text is not kept: it follows from the row and the key, and is worth what it says for a
    quarter of an hour at most.
    """

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "person issued_at expires_at",
        Export.TECHNICAL: "id uid programme key_id recorded_at recorded_by",
    }

    uid = models.UUIDField(unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(_("issued at"))
    expires_at = models.DateTimeField(_("expires at"))
    key_id = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = _("gate passes")
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("issued_at"))
                & Q(expires_at__lte=F("issued_at") + timedelta(minutes=15)),
                name="consent_gatepass_short",
            )
        ]
        indexes = [models.Index(fields=["expires_at"], name="consent_gatepass_running")]

    def __str__(self) -> str:
        return f"{self.person} {self.issued_at:%Y-%m-%d %H:%M}"


class GateScan(Record):
    """Somebody asked at the gate, and the word that was given."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "person scanned_at asked",
        Export.TECHNICAL: "id uid gate_pass programme status as_of truth recorded_at recorded_by",
    }

    uid = models.UUIDField(unique=True, editable=False)
    gate_pass = models.ForeignKey(
        GatePass, on_delete=models.PROTECT, null=True, blank=True, related_name="scans"
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    asked = models.CharField(
        _("asked"),
        max_length=12,
        blank=True,
        help_text=_("The number that was typed, or the beginning of what was read."),
    )
    status = models.CharField(_("answer"), max_length=11, choices=choices(GateStatus))
    scanned_at = models.DateTimeField(
        _("asked at"), help_text=_("Without a network: by the clock of the gate.")
    )
    as_of = models.DateTimeField(
        _("as of the list of"),
        null=True,
        blank=True,
        help_text=_("Of when the list was that it was answered by; empty: answered live."),
    )
    truth = models.CharField(
        _("true answer"),
        max_length=11,
        blank=True,
        choices=choices(GateStatus),
        help_text=_("Of its moment, as known when it was put on record; empty: answered live."),
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["person", "-id"], name="consent_gatescan_by_person"),
        ]

    @property
    def who(self) -> str:
        """Whom it was about, as far as that is known: a record number, or what was read of it."""
        return self.asked if self.person is None else str(self.person.mrn)

    @property
    def is_untrue(self) -> bool:
        """Whether somebody was called cleared without a network who was not."""
        cleared = GateStatus.CLEARED.value
        return self.status == cleared and self.truth not in ("", cleared)

    def __str__(self) -> str:
        return f"{self.asked} {self.status}"
