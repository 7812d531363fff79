"""Runs of analyses: what was asked of which inputs, part by part, and what came of it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assays.rules.analyses.runs import AnalysisKind, RunStatus
from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record
from patients.models import Person

KINDS = [
    (AnalysisKind.KINETICS.value, _("kinetics of the nanite load")),
    (AnalysisKind.EPIDEMIC.value, _("cases in the population")),
    (AnalysisKind.DRIFT.value, _("drift of nanite profiles")),
    (AnalysisKind.TRIAL.value, _("trial of removals")),
    (AnalysisKind.PLATE.value, _("plate of an immunoassay")),
    (AnalysisKind.MICROGRAPHS.value, _("micrographs of a specimen")),
    (AnalysisKind.AGREEMENT.value, _("agreement of counts with readers")),
    (AnalysisKind.SEARCH.value, _("search of the profile catalogue")),
    (AnalysisKind.GROUPS.value, _("hosts with factors in common")),
    (AnalysisKind.REPROFILE.value, _("all profiles read again")),
]
STATUSES = [
    (RunStatus.QUEUED.value, _("waiting")),
    (RunStatus.RUNNING.value, _("running")),
    (RunStatus.DONE.value, _("done")),
    (RunStatus.FAILED.value, _("failed")),
    (RunStatus.CANCELLED.value, _("cancelled")),
]


class AnalysisRun(Record):
    """One wish for an analysis: its parameters, its inputs by hash, and what it is made with.

    A repetition names the run whose inputs it took over; it shows whether the same comes out.
    """

    AUDIT = Audit.STATE
    MUTABLE = frozenset(
        {"status", "started_at", "ended_at", "outcome", "outcome_digest", "refusal", "ended_by"}
    )
    LARGE = frozenset({"outcome"})
    EXPORT = {
        Export.CLINICAL: "parameters outcome refusal reason",
        Export.TECHNICAL: "id uid kind made_with inputs_digest priority status total repeats sent_digest "
        "asked_by asked_at started_at ended_at ended_by outcome_digest",
    }

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=16, choices=KINDS)
    parameters = models.JSONField()
    made_with = models.JSONField()
    inputs_digest = models.CharField(max_length=64)
    priority = models.PositiveSmallIntegerField()
    total = models.PositiveIntegerField()
    sent_digest = models.CharField(
        max_length=64, blank=True, help_text=_("Of the message that asked, where it had a key.")
    )
    repeats = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="repetitions"
    )
    reason = models.CharField(max_length=500, blank=True)
    asked_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    status = models.CharField(max_length=9, choices=STATUSES, default=RunStatus.QUEUED.value)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Principal, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.JSONField(null=True)
    outcome_digest = models.CharField(max_length=64, blank=True)
    refusal = models.JSONField(
        null=True, help_text=_("Why the parts gave nothing together, where some could be used.")
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=[one.value for one in RunStatus]),
                name="assays_analysisrun_status_known",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[one.value for one in AnalysisKind]),
                name="assays_analysisrun_kind_known",
            ),
            models.CheckConstraint(condition=Q(total__gt=0), name="assays_analysisrun_has_parts"),
            models.CheckConstraint(
                condition=Q(status=RunStatus.DONE.value, outcome__isnull=False)
                & ~Q(outcome_digest="")
                | ~Q(status=RunStatus.DONE.value) & Q(outcome=None, outcome_digest=""),
                name="assays_analysisrun_outcome_when_done",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[RunStatus.QUEUED.value, RunStatus.RUNNING.value],
                    ended_at=None,
                    ended_by=None,
                )
                | Q(
                    status__in=[
                        RunStatus.DONE.value,
                        RunStatus.FAILED.value,
                        RunStatus.CANCELLED.value,
                    ],
                    ended_at__isnull=False,
                    ended_by__isnull=False,
                ),
                name="assays_analysisrun_ended_whole",
            ),
            models.CheckConstraint(
                condition=Q(refusal=None) | Q(status=RunStatus.FAILED.value),
                name="assays_analysisrun_refusal_when_failed",
            ),
            models.CheckConstraint(
                condition=Q(repeats=None) | ~Q(repeats=F("id")),
                name="assays_analysisrun_repeats_another",
            ),
        ]
        indexes = [models.Index(fields=["kind", "-id"], name="assays_analysisrun_by_kind")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.asked_at:%Y-%m-%d %H:%M}"


class AnalysisPart(Record):
    """One part of a run, done by one worker at once: its input as it was, and what came of it."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"done_at", "milliseconds", "outcome", "refusal", "worker", "task_id"})
    LARGE = frozenset({"given", "outcome"})
    RECORDED_AT = "run__asked_at"
    EXPORT = {
        Export.INDIRECT: "person",
        Export.CLINICAL: "given outcome refusal",
        Export.TECHNICAL: "id run position given_digest done_at milliseconds worker task_id",
    }

    run = models.ForeignKey(
        AnalysisRun, on_delete=models.PROTECT, related_name="parts", db_index=False
    )
    position = models.PositiveIntegerField()
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="analysis_parts"
    )
    given = models.JSONField()
    given_digest = models.CharField(max_length=64)
    done_at = models.DateTimeField(null=True)
    milliseconds = models.PositiveIntegerField(null=True)
    outcome = models.JSONField(null=True)
    refusal = models.JSONField(null=True)
    worker = models.CharField(max_length=128, blank=True)
    task_id = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="assays_analysispart_place"),
            models.CheckConstraint(
                condition=Q(done_at=None, outcome=None, refusal=None, milliseconds=None)
                | Q(done_at__isnull=False, outcome__isnull=False, refusal=None)
                | Q(done_at__isnull=False, outcome=None, refusal__isnull=False),
                name="assays_analysispart_done_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["run"], condition=Q(done_at=None), name="assays_analysispart_to_do"
            )
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.position}"
