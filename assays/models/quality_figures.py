"""What the laboratory's own work is measured by: targets, versioned, and the counts of each day."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assays.models.orders import Priority
from assays.models.versioned import LIFE_FIELDS, Life, Versioned, life_of
from assays.rules.indicators import DEFINITIONS, Indicator, Measure
from assays.rules.turnaround import SEGMENT_LABELS, Cut, Segment
from labsys.lib.choices import choices
from labsys.lib.fields import ExactDecimalField
from labsys.lib.records import Audit, Export, Record

INDICATORS = [(one.value, _(DEFINITIONS[one].label)) for one in Indicator]
SEGMENTS = [(one.value, _(SEGMENT_LABELS[one])) for one in Segment]


class QualityTargets(Versioned):
    """One version of what the laboratory holds its turnaround and its indicators to."""

    LIFE = Life("quality.targets", key=("code",))
    EXPORT = {Export.TECHNICAL: f"id code number source {LIFE_FIELDS}"}

    code = models.SlugField(max_length=32, default="quality")
    source = models.TextField(help_text=_("Where it is from: insert, paper, own trial."))

    class Meta:
        verbose_name = _("quality targets")
        verbose_name_plural = _("quality targets")
        constraints = life_of("assays_qualitytargets", "code")

    def __str__(self) -> str:
        return f"{self.code} targets v{self.number}"


class TurnaroundTarget(Record):
    """Within how many minutes which share of results of one priority is to pass one segment."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id targets segment priority section minutes percent"}

    targets = models.ForeignKey(QualityTargets, on_delete=models.PROTECT, related_name="turnaround")
    segment = models.CharField(max_length=16, choices=SEGMENTS)
    priority = models.PositiveSmallIntegerField(choices=Priority.choices)
    section = models.CharField(
        max_length=16, blank=True, help_text=_("Blank: every section without a target of its own.")
    )
    minutes = models.PositiveIntegerField()
    percent = ExactDecimalField(help_text=_("Of the results that are to be done in this time."))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["targets", "segment", "priority", "section"],
                name="assays_turnaroundtarget_once",
            ),
            models.CheckConstraint(
                condition=Q(segment__in=[one.value for one in Segment])
                & Q(priority__in=Priority.values)
                & Q(minutes__gte=1, percent__gt=0, percent__lte=100),
                name="assays_turnaroundtarget_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.targets}: {self.get_segment_display()} {self.get_priority_display()}"


class IndicatorLimit(Record):
    """The share, in percent, that an indicator is to stay below, or to reach."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id targets indicator percent"}

    targets = models.ForeignKey(QualityTargets, on_delete=models.PROTECT, related_name="limits")
    indicator = models.CharField(max_length=16, choices=INDICATORS)
    percent = ExactDecimalField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["targets", "indicator"], name="assays_indicatorlimit_once"
            ),
            models.CheckConstraint(
                condition=Q(indicator__in=[one.value for one in Indicator])
                & Q(percent__gte=0, percent__lte=100),
                name="assays_indicatorlimit_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.targets}: {self.get_indicator_display()}"


class FiguresDay(Record):
    """A day of the hospital's calendar that was counted; counted anew until it is over."""

    AUDIT = Audit.OPERATIONAL
    EXPORT = {Export.TECHNICAL: "id day counted_at is_closed"}

    day = models.DateField(unique=True)
    counted_at = models.DateTimeField()
    is_closed = models.BooleanField(help_text=_("Counted after its end: it is not counted again."))

    def __str__(self) -> str:
        return f"{self.day}"


class TurnaroundDay(Record):
    """How long the results released on one day took, in classes of minutes, by one cut."""

    AUDIT = Audit.OPERATIONAL
    EXPORT = {
        Export.TECHNICAL: "id day cut value priority segment count judged within classes counts"
    }

    day = models.DateField()
    cut = models.CharField(max_length=7, choices=choices(Cut))
    value = models.CharField(
        max_length=32, blank=True, help_text=_("Section, assay code, ward or hour of the cut.")
    )
    priority = models.PositiveSmallIntegerField(choices=Priority.choices)
    segment = models.CharField(max_length=16, choices=SEGMENTS)
    count = models.PositiveIntegerField()
    judged = models.PositiveIntegerField(help_text=_("Those for which there was a target."))
    within = models.PositiveIntegerField(help_text=_("Those of them that met it."))
    classes = ArrayField(models.PositiveIntegerField())
    counts = ArrayField(models.PositiveIntegerField())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cut", "segment", "day", "value", "priority"],
                name="assays_turnaroundday_once",
            ),
            models.CheckConstraint(
                condition=Q(cut__in=[one.value for one in Cut])
                & Q(segment__in=[one.value for one in Segment]),
                name="assays_turnaroundday_known",
            ),
        ]
        indexes = [models.Index(fields=["day"], name="assays_turnaroundday_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.cut} {self.value}"


class IndicatorDay(Record):
    """How many of something there were on one day, by section or ward and a detail."""

    AUDIT = Audit.OPERATIONAL
    EXPORT = {Export.TECHNICAL: "id day measure section ward detail count"}

    day = models.DateField()
    measure = models.CharField(max_length=16, choices=choices(Measure))
    section = models.CharField(max_length=16, blank=True)
    ward = models.CharField(max_length=32, blank=True)
    detail = models.CharField(max_length=16, blank=True, help_text=_("Reason, or segment."))
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "measure", "section", "ward", "detail"],
                name="assays_indicatorday_once",
            ),
            models.CheckConstraint(
                condition=Q(measure__in=[one.value for one in Measure]),
                name="assays_indicatorday_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.measure}"
