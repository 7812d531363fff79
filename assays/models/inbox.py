"""What is put before those who answer for a patient, and before those who saw what was corrected."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assays.models.look_backs import LookBackDecision
from assays.models.orders import Order, Priority
from assays.models.reports import ReportVersion
from assays.models.result_comments import ResultComment
from assays.models.results import Result, ResultHold, ResultHoldClear
from assays.rules.communication import InboxState, NoticeState
from labsys.accounts.models import Principal
from labsys.lib.choices import choices
from labsys.lib.records import Audit, Export, Record
from patients.models import Person


class InboxEntry(Record):
    """A value as it was told: preliminary, because it is critical, or released.

    An acknowledgement covers this value at this stage and nothing else: the release of a
    preliminary value and a correction are entries of their own.
    """

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"state"})
    EXPORT = {
        Export.INDIRECT: "person",
        Export.CLINICAL: "severity",
        Export.TECHNICAL: "id result stage order requester priority due_at state recorded_by "
        "recorded_at",
    }

    class Stage(models.TextChoices):
        PRELIMINARY = "PRELIMINARY", _("preliminary")
        RELEASED = "RELEASED", _("released")

    result = models.ForeignKey(
        Result, on_delete=models.PROTECT, related_name="inbox_entries", db_index=False
    )
    stage = models.CharField(max_length=11, choices=Stage.choices)
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, null=True, related_name="inbox_entries"
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="inbox_entries", db_index=False
    )
    requester = models.ForeignKey(
        Principal, on_delete=models.PROTECT, related_name="inbox_entries", db_index=False
    )
    severity = models.PositiveSmallIntegerField(help_text=_("0 critical, 1 abnormal, 2 other"))
    priority = models.PositiveSmallIntegerField(choices=Priority.choices)
    due_at = models.DateTimeField(
        null=True,
        help_text=_("Acknowledged until then, or escalated; a preliminary value by its call."),
    )
    state = models.CharField(max_length=12, choices=choices(InboxState))
    recorded_by = models.ForeignKey(
        Principal, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("inbox entry")
        verbose_name_plural = _("inbox entries")
        constraints = [
            models.UniqueConstraint(
                fields=["result", "stage"], name="assays_inboxentry_once_per_stage"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[one.value for one in InboxState]),
                name="assays_inboxentry_state_known",
            ),
            models.CheckConstraint(
                condition=Q(severity__lte=2), name="assays_inboxentry_severity_known"
            ),
        ]
        indexes = [
            # My orders' and my wards' values that wait, then all that wait too long.
            models.Index(
                fields=["requester", "severity"],
                condition=Q(state="OPEN"),
                name="assays_inboxentry_of_requester",
            ),
            models.Index(
                fields=["person", "severity"],
                condition=Q(state="OPEN"),
                name="assays_inboxentry_of_person",
            ),
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state="OPEN", due_at__isnull=False),
                name="assays_inboxentry_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.result}"


class ResultAcknowledgement(Record):
    """Somebody took note of a value, in their own name and for exactly the stage they saw."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.CLINICAL: "note plan",
        Export.TECHNICAL: "id entry result stage report_version by at",
    }

    entry = models.ForeignKey(InboxEntry, on_delete=models.PROTECT, related_name="acknowledgements")
    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="acknowledgements")
    stage = models.CharField(max_length=11, choices=InboxEntry.Stage.choices)
    report_version = models.ForeignKey(
        ReportVersion,
        on_delete=models.PROTECT,
        null=True,
        related_name="acknowledgements",
        help_text=_("The newest version that gave this value then."),
    )
    note = models.TextField(blank=True)
    plan = models.TextField(blank=True)
    by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "by"], name="assays_resultacknowledgement_once_each"
            )
        ]
        indexes = [models.Index(fields=["by", "-id"], name="assays_acknowledgement_by")]

    def __str__(self) -> str:
        return f"{self.result} {self.by}"


# What a notice says happened to the value; with none of them set it was withdrawn.
NOTICE_SUBJECTS = ("replacement", "comment", "doubt", "hold", "cleared")


class CorrectionNotice(Record):
    """One reader of a value that no longer stands has to hear of it, and of what holds instead.

    `replacement` is the released correction; without one the value was withdrawn, or, with a
    `comment`, it stands and what was said beside it was amended or added to, or, with a `doubt`, a
    look-back found that it may be wrong. Of a value that was told before its release a `hold` says
    that it is being checked, and `cleared` that it stands. Whoever has no login and heard the value by telephone is
    named by the attempt that told them.
    """

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"state"})
    EXPORT = {
        Export.INDIRECT: "person",
        Export.CLINICAL: "severity reason",
        Export.TECHNICAL: "id withdrawn replacement comment doubt hold cleared reader told_in ways seen_at "
        "due_at state recorded_by recorded_at",
    }

    withdrawn = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="notices")
    replacement = models.ForeignKey(
        Result, on_delete=models.PROTECT, null=True, related_name="notices_as_replacement"
    )
    comment = models.ForeignKey(
        ResultComment, on_delete=models.PROTECT, null=True, related_name="notices"
    )
    doubt = models.ForeignKey(
        LookBackDecision, on_delete=models.PROTECT, null=True, related_name="notices"
    )
    hold = models.ForeignKey(
        ResultHold, on_delete=models.PROTECT, null=True, related_name="notices"
    )
    cleared = models.ForeignKey(
        ResultHoldClear, on_delete=models.PROTECT, null=True, related_name="notices"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="correction_notices")
    reader = models.ForeignKey(
        Principal, on_delete=models.PROTECT, null=True, related_name="correction_notices"
    )
    told_in = models.ForeignKey(
        "assays.ContactAttempt",
        on_delete=models.PROTECT,
        null=True,
        related_name="notices_that_follow",
        help_text=_("The telephone call in which somebody without a login was told the value."),
    )
    ways = ArrayField(
        models.CharField(max_length=24), help_text=_("How the value came to the reader.")
    )
    seen_at = models.DateTimeField(help_text=_("When it last came to the reader."))
    reason = models.TextField()
    severity = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=choices(NoticeState))
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("correction notice")
        verbose_name_plural = _("correction notices")
        constraints = [
            models.CheckConstraint(
                condition=Q(reader__isnull=False, told_in=None)
                | Q(reader=None, told_in__isnull=False),
                name="assays_correctionnotice_one_reader",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[one.value for one in NoticeState]),
                name="assays_correctionnotice_state_known",
            ),
            models.UniqueConstraint(
                fields=["withdrawn", *NOTICE_SUBJECTS, "reader", "told_in"],
                nulls_distinct=False,
                name="assays_correctionnotice_once_per_reader",
            ),
        ]
        indexes = [
            models.Index(
                fields=["reader", "id"],
                condition=Q(state="OPEN"),
                name="assays_correctionnotice_of",
            ),
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state="OPEN"),
                name="assays_correctionnotice_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.withdrawn}"

    @property
    def stands(self) -> bool:
        """Whether the value was not taken back: something else is said of it."""
        return any((self.comment_id, self.doubt_id, self.hold_id, self.cleared_id))


class CorrectionAcknowledgement(Record):
    """A reader took note, in their own name, that a value they saw no longer stands."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id notice by at", Export.CLINICAL: "note"}

    notice = models.OneToOneField(
        CorrectionNotice, on_delete=models.PROTECT, related_name="acknowledgement"
    )
    note = models.TextField(blank=True)
    by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("acknowledged correction")
        verbose_name_plural = _("acknowledged corrections")

    def __str__(self) -> str:
        return f"{self.notice} {self.by}"


class NoticeClosure(Record):
    """A laboratory doctor gave up telling a reader, and said why; it acknowledges nothing."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id notice by at", Export.CLINICAL: "reason"}

    notice = models.OneToOneField(
        CorrectionNotice, on_delete=models.PROTECT, related_name="closure"
    )
    reason = models.TextField()
    by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("given-up notice")
        verbose_name_plural = _("given-up notices")

    def __str__(self) -> str:
        return f"{self.notice} {self.by}"
