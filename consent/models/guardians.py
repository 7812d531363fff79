"""Whose login is a guardian's of which minor."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record
from patients.models import Person


class Guardianship(Record):
    """Somebody's login is recorded as that of a guardian of a minor, until it is ended."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"ended_at", "ended_by"})
    EXPORT = {
        Export.INDIRECT: "person relationship basis recorded_at ended_at",
        Export.TECHNICAL: "id principal recorded_by ended_by",
    }

    principal = models.ForeignKey(
        Principal,
        on_delete=models.PROTECT,
        related_name="guardianships",
        verbose_name=_("guardian's login"),
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="guardianships", verbose_name=_("minor")
    )
    relationship = models.CharField(
        _("relationship"),
        max_length=80,
        help_text=_("What the guardian is to the minor: mother, or guardian appointed by a court."),
    )
    basis = models.CharField(
        _("how it was checked"),
        max_length=200,
        help_text=_("What was seen (birth certificate, court order), not its number."),
    )
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        Principal, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("guardian's login")
        verbose_name_plural = _("guardians' logins")
        constraints = [
            models.UniqueConstraint(
                fields=["principal", "person"],
                condition=Q(ended_at=None),
                name="consent_guardianship_once",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="consent_guardianship_ended_by_name",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.principal}: {self.relationship}"
