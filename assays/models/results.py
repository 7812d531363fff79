"""Results: values that never change, their moves, holds and evaluations."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import MD5
from django.utils.translation import gettext_lazy as _

from assays.models.catalogue import Analyte, AssayVersion, ReferenceInterval
from assays.models.instruments import Instrument
from assays.models.orders import OrderItem, Priority
from assays.models.specimens import Specimen
from assays.models.transmissions import TransmissionItem
from assays.models.values import one_form_of_value
from assays.rules.flags import CRITICAL
from assays.rules.states import ResultStatus
from labsys.accounts.models import Principal
from labsys.lib.choices import choices
from labsys.lib.fields import ExactDecimalField
from labsys.lib.records import Audit, Export, Record
from patients.models import Person


class Recording(Record):
    """All results of one specimen recorded in one transaction: the subject of one evaluation."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id specimen door recorded_by recorded_at"}

    class Door(models.TextChoices):
        ADMIN = "ADMIN", _("typed in")
        HTTP = "HTTP", _("sent over HTTP")
        INSTRUMENT = "INSTRUMENT", _("sent by an instrument")
        CALCULATION = "CALCULATION", _("calculated")

    specimen = models.ForeignKey(Specimen, on_delete=models.PROTECT, related_name="recordings")
    door = models.CharField(max_length=11, choices=Door.choices)
    recorded_by = models.ForeignKey(
        Principal, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.specimen} {self.recorded_at:%Y-%m-%d %H:%M}"


class Comparator(models.TextChoices):
    LESS = "<", "<"
    LESS_OR_EQUAL = "<=", "≤"
    GREATER = ">", ">"
    GREATER_OR_EQUAL = ">=", "≥"


class Result(Record):
    """One value of one assay on one specimen. Only its status and who verified it ever change."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset(
        {"status", "verified_by", "verified_at", "released_by", "released_at", "signature"}
    )
    EXPORT = {
        Export.INDIRECT: "person specimen observed_at collected_at",
        Export.CLINICAL: "kind comparator value value_code value_text unit absent_reason as_sent "
        "reference flags_sent comment",
        Export.TECHNICAL: "id recording analyte section assay_version order_item transmission_item "
        "instrument run reference_interval range_signed priority status recorded_at recorded_by "
        "entered_by verified_by verified_at released_by released_at signature corrects",
    }

    class Kind(models.TextChoices):
        NUMERIC = "NUMERIC", _("number")
        CODED = "CODED", _("coded")
        TEXT = "TEXT", _("text")
        ABSENT = "ABSENT", _("no value")

    recording = models.ForeignKey(Recording, on_delete=models.PROTECT, related_name="results")
    specimen = models.ForeignKey(
        Specimen, on_delete=models.PROTECT, related_name="results", db_index=False
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="results", db_index=False
    )
    analyte = models.ForeignKey(Analyte, on_delete=models.PROTECT, related_name="results")
    section = models.CharField(max_length=16)
    assay_version = models.ForeignKey(
        AssayVersion, on_delete=models.PROTECT, related_name="results"
    )
    order_item = models.ForeignKey(
        OrderItem, on_delete=models.PROTECT, null=True, related_name="results"
    )
    transmission_item = models.OneToOneField(
        TransmissionItem, on_delete=models.PROTECT, null=True, related_name="result"
    )
    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    run = models.CharField(max_length=64, blank=True)

    kind = models.CharField(max_length=7, choices=Kind.choices)
    comparator = models.CharField(max_length=2, blank=True, choices=Comparator.choices)
    value = ExactDecimalField(null=True)
    unit = models.CharField(max_length=40, blank=True)
    value_code = models.CharField(max_length=64, blank=True)
    value_text = models.TextField(blank=True)
    absent_reason = models.CharField(max_length=40, blank=True)
    as_sent = models.JSONField(default=dict, help_text=_("Value, unit and flags exactly as sent."))
    flags_sent = models.CharField(max_length=80, blank=True)
    comment = models.TextField(blank=True)

    reference = models.JSONField(
        help_text=_("Range rows, limits and versions, frozen when recorded.")
    )
    reference_interval = models.ForeignKey(
        ReferenceInterval,
        on_delete=models.PROTECT,
        null=True,
        related_name="results",
        db_index=False,
    )
    range_signed = models.BooleanField(default=False)

    collected_at = models.DateTimeField()
    observed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        Principal, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    entered_by = models.ForeignKey(
        Principal,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Who supplied the value; for a calculation, who supplied its inputs."),
        db_index=False,
    )
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.ROUTINE)

    status = models.CharField(max_length=20, choices=choices(ResultStatus))
    verified_by = models.ForeignKey(
        Principal, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    verified_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(
        Principal, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    released_at = models.DateTimeField(null=True)
    signature = models.ForeignKey(
        "assays.Signature",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text=_("By which it was released."),
    )
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="corrected_by"
    )

    class Meta:
        constraints = [
            one_form_of_value("assays_result"),
            models.CheckConstraint(
                condition=Q(comparator__in=["", *Comparator.values]),
                name="assays_result_comparator_known",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in ResultStatus]),
                name="assays_result_status_known",
            ),
            models.CheckConstraint(
                condition=(Q(verified_by=None) | ~Q(verified_by=F("entered_by")))
                & (Q(verified_by=None) | ~Q(verified_by=F("recorded_by")))
                & (Q(released_by=None) | ~Q(released_by=F("entered_by")))
                & (Q(released_by=None) | ~Q(released_by=F("recorded_by"))),
                name="assays_result_verified_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(status="TECHNICALLY_VERIFIED")
                | Q(verified_by__isnull=False, verified_at__isnull=False),
                name="assays_result_verified_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(status="RELEASED")
                | Q(released_by__isnull=False, released_at__isnull=False),
                name="assays_result_released_by_someone",
            ),
            # No door can release without one. Values released before there were signatures stay.
            models.CheckConstraint(
                condition=~Q(status="RELEASED") | Q(signature__isnull=False),
                name="assays_result_released_under_a_signature",
            ),
            models.CheckConstraint(
                condition=Q(corrects=None) | ~Q(corrects=F("id")),
                name="assays_result_not_own_correction",
            ),
            # Filing finds a repetition and names it; no race and no second reading gets past this.
            # A text may be longer than a key can be.
            models.UniqueConstraint(
                "specimen",
                "instrument",
                "assay_version",
                "observed_at",
                "run",
                "kind",
                "comparator",
                "value",
                "unit",
                "value_code",
                MD5("value_text"),
                "absent_reason",
                condition=Q(instrument__isnull=False, corrects=None),
                nulls_distinct=False,
                name="assays_result_sent_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["section", "priority", "recorded_at", "id"],
                condition=Q(status__in=["RESULTED", "TECHNICALLY_VERIFIED"]),
                name="assays_result_worklist",
            ),
            models.Index(
                fields=["priority", "recorded_at", "id"],
                condition=Q(status__in=["RESULTED", "TECHNICALLY_VERIFIED"]),
                name="assays_result_worklist_all",
            ),
            models.Index(
                fields=["person", "analyte", "-collected_at"], name="assays_result_series"
            ),
            models.Index(fields=["person", "-id"], name="assays_result_by_person"),
            # The newest values of a patient whose history is long, whatever their analytes.
            models.Index(fields=["person", "-collected_at", "-id"], name="assays_result_newest"),
            models.Index(fields=["specimen", "id"], name="assays_result_by_specimen"),
            models.Index(
                fields=["instrument", "analyte", "observed_at", "id"],
                condition=Q(instrument__isnull=False),
                name="assays_result_measured",
            ),
            # What may refuse somebody's clearance before anybody looked at it.
            models.Index(
                fields=["person"],
                condition=Q(section="NANITE") & ~Q(status__in=["TECHNICALLY_VERIFIED", "RELEASED"]),
                name="assays_result_nanite_unseen",
            ),
            # What was released on a day: its turnaround is counted from these.
            models.Index(
                fields=["released_at"],
                condition=Q(released_at__isnull=False),
                name="assays_result_released",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.specimen} {self.analyte.code}"


class ResultEvent(Record):
    """One move of a result."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.TECHNICAL: "id result old new recorded_by recorded_at",
        Export.CLINICAL: "reason",
    }

    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="events")
    old = models.CharField(max_length=20)
    new = models.CharField(max_length=20)
    reason = models.TextField(blank=True)
    recorded_by = models.ForeignKey(
        Principal, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [
            # What ceased to stand a moment ago: whose pages were on their way is looked up then.
            models.Index(
                fields=["recorded_at"],
                condition=Q(new__in=["SUPERSEDED", "ENTERED_IN_ERROR", "CANCELLED"]),
                name="assays_resultevent_withdrawals",
            )
        ]

    def __str__(self) -> str:
        return f"{self.result}: {self.old} -> {self.new}"


class ResultHold(Record):
    """A reason why a result must not be verified or released yet."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id result kind recorded_by recorded_at", Export.CLINICAL: "reason"}

    class Kind(models.TextChoices):
        MANUAL = "MANUAL", _("set by a person")
        IMPLAUSIBLE = "IMPLAUSIBLE", _("outside the plausibility limits")
        DELTA = "DELTA", _("delta check failed")
        PREDECESSOR_PARKED = "PREDECESSOR_PARKED", _("an earlier analysis is parked")
        QC = "QC", _("the instrument is out of control")

    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="holds")
    kind = models.CharField(max_length=18, choices=Kind.choices)
    reason = models.TextField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["result", "kind"],
                condition=~Q(kind="MANUAL"),
                name="assays_resulthold_one_of_each_automatic_kind",
            )
        ]
        indexes = [
            models.Index(
                fields=["recorded_at"],
                condition=Q(kind="MANUAL"),
                name="assays_resulthold_by_people",
            )
        ]

    def __str__(self) -> str:
        return f"{self.result} held: {self.get_kind_display()}"


class ResultHoldClear(Record):
    """The end of a hold, with what was found."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id hold recorded_by recorded_at", Export.CLINICAL: "reason"}

    hold = models.OneToOneField(ResultHold, on_delete=models.PROTECT, related_name="clear")
    reason = models.TextField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.hold} cleared"


class Evaluation(Record):
    """What one version of the evaluation found for one result; appended, never edited."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.CLINICAL: "flags is_critical delta_verdict inputs trace",
        Export.TECHNICAL: "id result method_version worker task_id recorded_by recorded_at",
    }

    result = models.ForeignKey(
        Result, on_delete=models.PROTECT, related_name="evaluations", db_index=False
    )
    method_version = models.PositiveSmallIntegerField()
    flags = ArrayField(models.CharField(max_length=16), default=list)
    is_critical = models.BooleanField(default=False)
    delta_verdict = models.CharField(max_length=24)
    inputs = models.JSONField()
    trace = models.JSONField()
    worker = models.CharField(max_length=128)
    task_id = models.CharField(max_length=64)
    recorded_by = models.ForeignKey(
        Principal, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["result", "method_version"], name="assays_evaluation_once_per_version"
            ),
            models.CheckConstraint(
                condition=Q(is_critical=True) | ~Q(flags__overlap=sorted(CRITICAL)),
                name="assays_evaluation_critical_says_so",
            ),
        ]
        indexes = [
            models.Index(
                fields=["result"],
                condition=Q(is_critical=True),
                name="assays_evaluation_critical",
            )
        ]

    def __str__(self) -> str:
        return f"{self.result}: {' '.join(self.flags)}"
