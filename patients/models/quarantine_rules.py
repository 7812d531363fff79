"""Rules of quarantine: how long, how often reviewed, and what has to be found before release."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record
from patients.rules.quarantine import MOST_DAYS, MOST_REVIEW_DAYS


class QuarantineKind(models.TextChoices):
    """Where somebody stays apart."""

    HOME = "HOME", _("home")
    INSTITUTIONAL = "INSTITUTIONAL", _("institutional")
    HOSPITAL = "HOSPITAL", _("hospital")
    OTHER = "OTHER", _("other")


class QuarantineRule(Record):
    """What holds for orders that name an agent, for one kind of quarantine; one rule at a time.

    It counts from `in_force_from`, once a second person has approved it, until the next one does. An
    order keeps the rule that was in force when it was ordered.
    """

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"approved_by", "approved_at", "in_force_from"})
    EXPORT = {
        Export.CLINICAL: "agent kind days review_every_days criteria signs_gone until_lifted source",
        Export.TECHNICAL: "id approved_by approved_at in_force_from recorded_at recorded_by",
    }

    agent = models.CharField(max_length=80)
    kind = models.CharField(max_length=13, choices=QuarantineKind.choices)
    days = models.PositiveSmallIntegerField(_("days after the last exposure"))
    review_every_days = models.PositiveSmallIntegerField(_("review every (days)"))
    criteria = models.JSONField(_("results needed for release"), default=list, blank=True)
    signs_gone = models.BooleanField(_("signs must be gone for release"), default=False)
    until_lifted = models.BooleanField(
        _("ends only when lifted"),
        default=False,
        help_text=_(
            "Time alone does not end it: past its planned end it stays until it is lifted."
        ),
    )
    source = models.CharField(
        max_length=300, help_text=_("Where these figures are from, so that they can be checked.")
    )
    approved_by = models.ForeignKey(
        Principal, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    in_force_from = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField(_("drafted at"))
    recorded_by = models.ForeignKey(
        Principal, on_delete=models.PROTECT, related_name="+", verbose_name=_("drafted by")
    )

    class Meta:
        verbose_name = _("quarantine rule")
        verbose_name_plural = _("quarantine rules")
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by=None, approved_at=None, in_force_from=None)
                | Q(
                    approved_by__isnull=False,
                    approved_at__isnull=False,
                    in_force_from__gte=F("approved_at"),
                ),
                name="patients_quarantinerule_approved_whole",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("recorded_by")),
                name="patients_quarantinerule_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(days__gte=1, days__lte=MOST_DAYS)
                & Q(review_every_days__gte=1, review_every_days__lte=MOST_REVIEW_DAYS),
                name="patients_quarantinerule_in_bounds",
            ),
            models.UniqueConstraint(
                Upper("agent"),
                "kind",
                "in_force_from",
                name="patients_quarantinerule_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent}, {self.get_kind_display()}: {self.days} d"
