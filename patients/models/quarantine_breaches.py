"""Breaches of a quarantine: what was seen, where and by whom, and who was met meanwhile."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record
from patients.models.corrections import CorrectableQuerySet
from patients.models.exposures import Exposure
from patients.models.quarantine import QuarantineOrder


class QuarantineBreach(Record):
    """Somebody who is to stay apart did not, or was not left alone."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "seen_at until_at place witness",
        Export.CLINICAL: "kind note",
        Export.TECHNICAL: "id order corrects is_retraction recorded_at recorded_by",
    }

    class Kind(models.TextChoices):
        LEFT = "LEFT", _("left the place")
        VISITOR = "VISITOR", _("received a visitor")
        PRECAUTION = "PRECAUTION", _("precaution not kept")
        OTHER = "OTHER", _("other")

    order = models.ForeignKey(QuarantineOrder, on_delete=models.PROTECT, related_name="breaches")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    seen_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)
    place = models.CharField(max_length=200)
    witness = models.CharField(_("seen by"), max_length=120)
    note = models.TextField(blank=True)
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    is_retraction = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    objects = CorrectableQuerySet.as_manager()

    class Meta:
        verbose_name = _("breach of a quarantine")
        verbose_name_plural = _("breaches of quarantines")
        constraints = [
            models.CheckConstraint(
                condition=Q(until_at=None) | Q(until_at__gte=F("seen_at")),
                name="patients_quarantinebreach_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(is_retraction=False) | Q(corrects__isnull=False),
                name="patients_quarantinebreach_retracts_a_row",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.get_kind_display()}"


class QuarantineBreachContact(Record):
    """Somebody was met during a breach; the exposure says who, and is corrected like any other."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id breach exposure recorded_at recorded_by"}

    breach = models.ForeignKey(QuarantineBreach, on_delete=models.PROTECT, related_name="contacts")
    exposure = models.OneToOneField(
        Exposure, on_delete=models.PROTECT, related_name="breach_contact"
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("contact during a breach")
        verbose_name_plural = _("contacts during breaches")

    def __str__(self) -> str:
        return f"{self.breach}: {self.exposure}"
