"""Recalls: who is away and no longer cleared, and how far they are on their way back."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consent.models.postings import Posting
from consent.models.programmes import Programme
from consent.models.transitions import ClearanceTransition
from consent.rules.recalls import RecallState
from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record
from patients.models import Person

STATES = [
    (RecallState.OPEN.value, _("open")),
    (RecallState.LOCATED.value, _("located")),
    (RecallState.INFORMED.value, _("informed")),
    (RecallState.RETURNED.value, _("returned")),
    (RecallState.EXAMINED.value, _("examined")),
    (RecallState.CANCELLED.value, _("cancelled")),
]
ENDED = [RecallState.EXAMINED.value, RecallState.CANCELLED.value]


class Recall(Record):
    """Somebody who is away lost their clearance and is to be brought back by a moment."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"state", "ended_at"})
    EXPORT = {
        Export.INDIRECT: "person due_at ended_at",
        Export.TECHNICAL: "id uid programme posting transition state recorded_at recorded_by",
    }

    uid = models.UUIDField(unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="recalls")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="recalls")
    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="recalls")
    transition = models.ForeignKey(
        ClearanceTransition,
        on_delete=models.PROTECT,
        related_name="recalls",
        help_text=_("The change that was noticed."),
    )
    due_at = models.DateTimeField(_("to be back by"))
    state = models.CharField(max_length=9, choices=STATES)
    ended_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(_("opened at"))
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("recall")
        verbose_name_plural = _("recalls")
        constraints = [
            models.UniqueConstraint(
                fields=["posting"], condition=Q(ended_at=None), name="consent_recall_open_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[one.value for one in RecallState]),
                name="consent_recall_state_known",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=ENDED) & Q(ended_at__isnull=False))
                | (~Q(state__in=ENDED) & Q(ended_at=None)),
                name="consent_recall_ends_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"], condition=Q(ended_at=None), name="consent_recall_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.recorded_at:%Y-%m-%d %H:%M}"


class RecallStep(Record):
    """How a recall went on: what happened when, as it was written down, perhaps later."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "happened_at note",
        Export.TECHNICAL: "id recall old new recorded_at recorded_by",
    }

    recall = models.ForeignKey(Recall, on_delete=models.PROTECT, related_name="steps")
    old = models.CharField(max_length=9, choices=STATES)
    new = models.CharField(max_length=9, choices=STATES)
    happened_at = models.DateTimeField()
    note = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("step of a recall")
        verbose_name_plural = _("steps of recalls")
        constraints = [
            models.UniqueConstraint(fields=["recall", "new"], name="consent_recallstep_once")
        ]

    def __str__(self) -> str:
        return f"{self.recall} {self.new}"
