"""What was ordered for the medical check of a round, and decisions about whom NEWS2 leaves out."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from assays.models import Order
from consent.models.checks import Check
from consent.models.rounds import RoundSlot
from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record


class CheckOrder(Record):
    """An order of what the programme's panels still wanted in one round."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id slot order recorded_at recorded_by"}

    slot = models.ForeignKey(RoundSlot, on_delete=models.PROTECT, related_name="check_orders")
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="check_order")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("order of a check")
        verbose_name_plural = _("orders of checks")

    def __str__(self) -> str:
        return f"{self.slot}: {self.order}"


class IndividualDecision(Record):
    """Two clinicians decided about somebody whom NEWS2 was not made for, by other criteria.

    It holds for the check that it stands beside, and for no later one.
    """

    AUDIT = Audit.FACT
    EXPORT = {
        Export.CLINICAL: "obstacles criteria",
        Export.TECHNICAL: "id of_check second_clinician recorded_at recorded_by",
    }

    of_check = models.OneToOneField(
        Check, on_delete=models.PROTECT, related_name="individual_decision"
    )
    obstacles = models.JSONField()
    criteria = models.TextField(
        _("criteria"), help_text=_("By what was decided instead, such as a maternity score.")
    )
    second_clinician = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("individual decision")
        verbose_name_plural = _("individual decisions")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(second_clinician=models.F("recorded_by")),
                name="consent_individualdecision_two_clinicians",
            ),
            models.CheckConstraint(
                condition=~models.Q(criteria=""), name="consent_individualdecision_criteria"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.of_check}"
