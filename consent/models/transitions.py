"""What was written down of changed clearances. The answer itself is never here: it is decided anew."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consent.models.programmes import Programme
from consent.rules.answers import Status
from consent.rules.transitions import Change
from labsys.accounts.models import Principal
from labsys.lib.choices import choices
from labsys.lib.records import Audit, Export, Record
from patients.models import Person

CHANGES = [
    (Change.FIRST.value, _("first answer")),
    (Change.REGAINED.value, _("cleared")),
    (Change.REVOKED.value, _("no longer cleared")),
    (Change.CHANGED.value, _("other reasons")),
]


class ClearanceTransition(Record):
    """From this moment the answer about somebody was this; written down when it was noticed.

    Of two rows of one moment the later one holds: something was known that was not committed yet
    when the first was written.
    """

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "person changed_at",
        Export.CLINICAL: "status reasons come gone change",
        Export.TECHNICAL: "id programme cause recorded_at recorded_by",
    }

    class Cause(models.TextChoices):
        ACT = "ACT", _("an act about this person")
        TOLD = "TOLD", _("a result, or something the registry recorded")
        TIME = "TIME", _("time, or a rule that came into force")

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="clearance_transitions"
    )
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="transitions")
    changed_at = models.DateTimeField()
    status = models.CharField(max_length=11, choices=choices(Status))
    reasons = models.JSONField(default=list)
    come = models.JSONField(default=list)
    gone = models.JSONField(default=list)
    change = models.CharField(max_length=8, choices=CHANGES)
    cause = models.CharField(max_length=4, choices=Cause.choices)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("change of a clearance")
        verbose_name_plural = _("changes of clearances")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=[one.value for one in Status]),
                name="consent_clearancetransition_status_known",
            ),
            models.CheckConstraint(
                condition=Q(status="CLEARED", reasons=[])
                | (Q(status="NOT_CLEARED") & ~Q(reasons=[])),
                name="consent_clearancetransition_refused_with_reasons",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person", "programme", "changed_at"], name="consent_transition_by_person"
            ),
            models.Index(
                fields=["-id"], condition=Q(change="REVOKED"), name="consent_transition_revoked"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.changed_at:%Y-%m-%d %H:%M}"


class RevocationSeen(Record):
    """Somebody took note of a lost clearance."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id transition recorded_at recorded_by"}

    transition = models.OneToOneField(
        ClearanceTransition, on_delete=models.PROTECT, related_name="seen"
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("lost clearance taken note of")
        verbose_name_plural = _("lost clearances taken note of")

    def __str__(self) -> str:
        return f"{self.transition}"


class ClearanceWatch(Record):
    """When somebody's answer has to be looked at again; nothing is decided from it."""

    AUDIT = Audit.OPERATIONAL
    EXPORT = {Export.TECHNICAL: "id person programme checked_at next_at"}

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(help_text=_("Everything up to here is written down."))
    next_at = models.DateTimeField(help_text=_("The next moment at which the answer may change."))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "programme"], name="consent_clearancewatch_one_each"
            )
        ]
        indexes = [models.Index(fields=["next_at"], name="consent_clearancewatch_due")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.next_at:%Y-%m-%d %H:%M}"


class ClearanceTouch(Record):
    """Something happened that may change answers: about a person, a programme, or time went by."""

    AUDIT = Audit.OPERATIONAL
    EXPORT = {Export.TECHNICAL: "id person programme recorded_at"}

    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.person_id or ''} {self.programme_id or ''} {self.recorded_at:%Y-%m-%d %H:%M}"
