"""The rounds of everybody enrolled: one that is open, and those that are over."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from consent.models.programmes import Enrolment, Programme
from consent.rules.rounds import SlotState
from labsys.accounts.models import Principal
from labsys.lib.choices import choices
from labsys.lib.records import Audit, Export, Record
from patients.models import Person


class RoundSlot(Record):
    """One round of somebody enrolled: when their next check opens, is due and lapses.

    It follows from the checks and is brought up to date with each of them; who is cleared is never
    read from it. Its window moves while it is open, as when one of two checks is passed.
    """

    AUDIT = Audit.STATE
    MUTABLE = frozenset(
        {"state", "closed_at", "opens_at", "due_at", "lapses_at", "overdue_at", "basis"}
    )
    EXPORT = {
        Export.INDIRECT: "person opens_at due_at lapses_at overdue_at closed_at",
        Export.TECHNICAL: "id enrolment programme basis state recorded_at recorded_by",
    }

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="rounds")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="rounds", db_index=True
    )
    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    opens_at = models.DateTimeField(_("opens at"))
    due_at = models.DateTimeField(
        _("due from"),
        help_text=_("The beginning of the day in which it lapses; the enrolment, if never passed."),
    )
    lapses_at = models.DateTimeField(_("lapses at"))
    overdue_at = models.DateTimeField(
        _("overdue from"), help_text=_("The lapse and the programme's grace.")
    )
    basis = models.CharField(
        _("follows from"), max_length=64, help_text=_("What lapses first: a check, a result.")
    )
    state = models.CharField(
        _("state"), max_length=5, choices=choices(SlotState), default=SlotState.OPEN
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        constraints = [
            # Whoever generates rounds twice, or at once with somebody else, doubles none.
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=Q(state="OPEN"),
                name="consent_roundslot_one_open",
            ),
            models.CheckConstraint(
                condition=Q(opens_at__lte=F("due_at"))
                & Q(due_at__lte=F("lapses_at"))
                & Q(lapses_at__lte=F("overdue_at")),
                name="consent_roundslot_in_order",
            ),
            models.CheckConstraint(
                condition=Q(state="OPEN", closed_at=None)
                | Q(state__in=["DONE", "ENDED"], closed_at__isnull=False),
                name="consent_roundslot_closed_when_over",
            ),
        ]
        indexes = [
            # The board of a day: in the order in which they lapse, and who is due.
            models.Index(
                fields=["programme", "lapses_at", "id"],
                condition=Q(state="OPEN"),
                name="consent_roundslot_open",
            ),
            models.Index(
                fields=["programme", "due_at", "id"],
                condition=Q(state="OPEN"),
                name="consent_roundslot_due",
            ),
            # Whom to remind: who reached a step since.
            models.Index(
                fields=["opens_at"], condition=Q(state="OPEN"), name="consent_roundslot_opens"
            ),
            models.Index(
                fields=["programme", "closed_at", "id"],
                condition=Q(state="DONE"),
                name="consent_roundslot_done",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, lapses {self.lapses_at:%Y-%m-%d}"
