"""Alerts that call a clinician to somebody at once, and who is on call."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from consent.models.programmes import Programme
from consent.rules.alerts import AlertAnswer, AlertKind, AlertState, AlertStep
from labsys.accounts.models import Principal
from labsys.lib.choices import choices
from labsys.lib.records import Audit, Export, Record
from patients.models import Person

LONGEST_SHIFT = timedelta(days=7)
KINDS = [
    (AlertKind.VITAL_SIGNS.value, _("vital signs need a clinician now")),
    (AlertKind.REVIEW.value, _("a clinician has to see this person today")),
    (AlertKind.INTERVIEW.value, _("a second interview is to be held")),
]
ANSWERS = [
    (AlertAnswer.SEEN.value, _("seen in person")),
    (AlertAnswer.SPOKEN_TO.value, _("spoken to")),
    (AlertAnswer.HANDED_OVER.value, _("handed over to another service")),
    (AlertAnswer.RAISED_IN_ERROR.value, _("raised in error: what was typed was wrong")),
]
STEPS = [
    (AlertStep.ON_CALL.value, _("clinician on call")),
    (AlertStep.ON_CALL_AGAIN.value, _("clinician on call, again")),
    (AlertStep.CLINICIANS.value, _("every clinician")),
    (AlertStep.SCREENING.value, _("screening staff")),
]


class ClinicalAlert(Record):
    """A check called for a clinician: about whom and since when, without what was found."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset(
        {"state", "acknowledged_by", "acknowledged_at", "closed_by", "closed_at", "answer"}
    )
    EXPORT = {
        Export.INDIRECT: "person recorded_at",
        Export.CLINICAL: "kind answer",
        Export.TECHNICAL: "id uid programme sitting state recorded_by acknowledged_by "
        "acknowledged_at closed_by closed_at",
    }

    uid = models.UUIDField(unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="clinical_alerts")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=11, choices=KINDS)
    sitting = models.UUIDField(help_text=_("The form it came from: scored again it is told once."))
    state = models.CharField(max_length=12, choices=choices(AlertState))
    acknowledged_by = models.ForeignKey(
        Principal, on_delete=models.PROTECT, null=True, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Principal, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=15, choices=ANSWERS, blank=True)
    recorded_at = models.DateTimeField(help_text=_("When it was raised; its clock runs from here."))
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("clinical alert")
        verbose_name_plural = _("clinical alerts")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[one.value for one in AlertKind]),
                name="consent_clinicalalert_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(state="OPEN", acknowledged_at=None, closed_at=None, answer="")
                | Q(state="ACKNOWLEDGED", acknowledged_at__isnull=False, closed_at=None, answer="")
                | (
                    Q(state="CLOSED", acknowledged_at__isnull=False, closed_at__isnull=False)
                    & ~Q(answer="")
                ),
                name="consent_clinicalalert_moves_in_order",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at=None, acknowledged_by=None)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="consent_clinicalalert_acknowledged_by_name",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="consent_clinicalalert_closed_by_name",
            ),
            models.UniqueConstraint(
                fields=["person", "kind"],
                condition=Q(state="OPEN"),
                name="consent_clinicalalert_open_once",
            ),
            models.UniqueConstraint(
                fields=["person", "kind", "sitting"], name="consent_clinicalalert_sitting_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["recorded_at", "id"],
                condition=~Q(state="CLOSED"),
                name="consent_clinicalalert_waiting",
            )
        ]

    def __str__(self) -> str:
        return (
            f"{self.person}"  # when it was raised tells who raised it, and so of which kind it is
        )


class AlertEscalation(Record):
    """An alert that nobody had acknowledged was put before the next."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id alert step due_at recorded_by recorded_at"}

    alert = models.ForeignKey(ClinicalAlert, on_delete=models.PROTECT, related_name="escalations")
    step = models.CharField(max_length=13, choices=STEPS)
    due_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("escalation of an alert")
        verbose_name_plural = _("escalations of alerts")
        constraints = [
            models.UniqueConstraint(fields=["alert", "step"], name="consent_alertescalation_once"),
            models.CheckConstraint(
                condition=Q(step__in=[one.value for one in AlertStep]),
                name="consent_alertescalation_step_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()} {self.due_at:%Y-%m-%d %H:%M}"


class OnCall(Record):
    """A clinician is on call from one moment to another."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"ended_at", "ended_by"})
    EXPORT = {
        Export.TECHNICAL: "id principal since until ended_at ended_by recorded_by recorded_at"
    }

    principal = models.ForeignKey(
        Principal, on_delete=models.PROTECT, related_name="on_call", verbose_name=_("clinician")
    )
    since = models.DateTimeField(verbose_name=_("from"))
    until = models.DateTimeField(verbose_name=_("until"))
    ended_at = models.DateTimeField(null=True, help_text=_("Ended before its time."))
    ended_by = models.ForeignKey(Principal, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("clinician on call")
        verbose_name_plural = _("clinicians on call")
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=F("since")) & Q(until__lte=F("since") + LONGEST_SHIFT),
                name="consent_oncall_a_week_at_most",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="consent_oncall_ended_by_name",
            ),
        ]
        indexes = [models.Index(fields=["until"], name="consent_oncall_current")]

    def __str__(self) -> str:
        return f"{self.principal} {self.since:%Y-%m-%d %H:%M}"
