"""Control measurements: what was found in control material, how it was judged, where it came from."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assays.models.catalogue import Assay
from assays.models.control_rules import ControlRuleSet
from assays.models.controls import ControlLevel, ControlTarget
from assays.models.instruments import Instrument
from assays.models.results import Comparator
from assays.models.transmissions import TransmissionItem
from assays.models.values import one_form_of_value
from assays.rules.controls import ControlVerdict, Delivery
from labsys.accounts.models import Principal
from labsys.lib.choices import choices
from labsys.lib.fields import ExactDecimalField
from labsys.lib.records import Audit, Export, Record


class ControlMeasurement(Record):
    """One value of one level by one assay on one instrument; a correction is a new row."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.TECHNICAL: "id instrument assay level kind comparator value unit value_code value_text "
        "absent_reason as_sent flags_sent comment run run_sent observed_at recorded_at recorded_by "
        "entered_by transmission_item corrects correction_reason"
    }

    class Kind(models.TextChoices):
        NUMERIC = "NUMERIC", _("number")
        CODED = "CODED", _("code")
        TEXT = "TEXT", _("text")
        ABSENT = "ABSENT", _("no value")

    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    assay = models.ForeignKey(Assay, on_delete=models.PROTECT, related_name="+")
    level = models.ForeignKey(ControlLevel, on_delete=models.PROTECT, related_name="measurements")
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
    run = models.CharField(max_length=64, help_text=_("Levels of one run are judged together."))
    run_sent = models.CharField(max_length=64, blank=True, help_text=_("The run as it was named."))
    observed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    entered_by = models.ForeignKey(
        Principal,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Who supplied the value."),
    )
    transmission_item = models.OneToOneField(
        TransmissionItem, on_delete=models.PROTECT, null=True, related_name="control_measurement"
    )
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="corrected_by"
    )
    correction_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            one_form_of_value("assays_controlmeasurement"),
            models.CheckConstraint(
                condition=Q(comparator__in=["", *Comparator.values]),
                name="assays_controlmeasurement_comparator_known",
            ),
            # What is sent again, or typed twice, is no second measurement.
            models.UniqueConstraint(
                fields=[
                    *("instrument", "assay", "level", "observed_at", "run_sent"),
                    *("kind", "comparator", "value", "value_code", "absent_reason"),
                ],
                condition=Q(corrects=None),
                nulls_distinct=False,
                name="assays_controlmeasurement_once",
            ),
            models.CheckConstraint(
                condition=Q(corrects=None, correction_reason="")
                | (~Q(corrects=F("id")) & Q(corrects__isnull=False) & ~Q(correction_reason="")),
                name="assays_controlmeasurement_corrected_with_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["instrument", "assay", "observed_at", "id"],
                name="assays_control_series",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assay} {self.level} {self.observed_at:%Y-%m-%d %H:%M}"


class ControlItem(Record):
    """What became of a control value that an instrument sent: exactly one row per item."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset(
        {"delivery", "reason_code", "reason", "measurement", "decided_by", "decided_at", "decision"}
    )
    EXPORT = {
        Export.TECHNICAL: "id item instrument control_text code_text observed_at delivery reason_code "
        "reason measurement decided_by decided_at decision recorded_by recorded_at"
    }

    item = models.OneToOneField(
        TransmissionItem, on_delete=models.PROTECT, related_name="control_item"
    )
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+")
    control_text = models.CharField(max_length=200, blank=True)
    code_text = models.CharField(max_length=200, blank=True)
    observed_at = models.DateTimeField()
    delivery = models.CharField(max_length=9, choices=choices(Delivery))
    reason_code = models.CharField(max_length=32, blank=True)
    reason = models.TextField(blank=True)
    measurement = models.ForeignKey(
        ControlMeasurement, on_delete=models.PROTECT, null=True, related_name="deliveries"
    )
    decided_by = models.ForeignKey(Principal, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision = models.TextField(blank=True)
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(delivery__in=["RECORDED", "REPEATED"], measurement__isnull=False)
                | Q(delivery="WAITING", measurement=None, decided_by=None) & ~Q(reason_code="")
                | Q(delivery="DISMISSED", measurement=None, decided_by__isnull=False)
                & ~Q(decision=""),
                name="assays_controlitem_one_end",
            )
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(delivery="WAITING"), name="assays_controlitem_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.control_text} {self.code_text}"


class ControlEvaluation(Record):
    """How one control measurement was judged: by which target and rule set, with what verdict."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.TECHNICAL: "id measurement target rule_set z verdict reason recorded_by recorded_at"
    }

    measurement = models.OneToOneField(
        ControlMeasurement, on_delete=models.PROTECT, related_name="evaluation"
    )
    target = models.ForeignKey(
        ControlTarget, on_delete=models.PROTECT, null=True, related_name="evaluations"
    )
    rule_set = models.ForeignKey(
        ControlRuleSet, on_delete=models.PROTECT, null=True, related_name="evaluations"
    )
    z = ExactDecimalField(null=True, help_text=_("Distance from the target's mean in its SD."))
    verdict = models.CharField(max_length=10, choices=choices(ControlVerdict))
    reason = models.TextField(blank=True, help_text=_("Why it was not judged."))
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(verdict="NOT_JUDGED") & ~Q(reason=""))
                | Q(target__isnull=False, rule_set__isnull=False),
                name="assays_controlevaluation_judged_by_something",
            )
        ]

    def __str__(self) -> str:
        return f"{self.measurement}: {self.verdict}"


class ControlViolation(Record):
    """One rule that a measurement completed, with the measurements it took."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id evaluation rule rejects run members recorded_by recorded_at"}

    evaluation = models.ForeignKey(
        ControlEvaluation, on_delete=models.PROTECT, related_name="violations"
    )
    rule = models.CharField(max_length=16)
    rejects = models.BooleanField()
    run = models.CharField(max_length=64)
    members = ArrayField(models.BigIntegerField(), help_text=_("The measurements it took."))
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "rule", "members"], name="assays_controlviolation_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.evaluation}"
