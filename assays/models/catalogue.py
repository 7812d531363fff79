"""What can be measured, how, and what the numbers mean: versioned, and never edited in place."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assays.models.versioned import Life, Versioned, life_of
from assays.rules.catalogue import ValueKind
from assays.rules.states import VersionStatus
from labsys.lib.choices import choices
from labsys.lib.fields import ExactDecimalField
from labsys.lib.records import Audit, Export, Record


class SpecimenType(Record):
    """A kind of specimen and the container it is drawn into."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"name", "container", "additive"})
    EXPORT = {Export.TECHNICAL: "id code name container additive hl7_code"}

    code = models.SlugField(max_length=32, unique=True)
    name = models.CharField(max_length=80)
    container = models.CharField(max_length=80, blank=True)
    additive = models.CharField(max_length=80, blank=True)
    hl7_code = models.CharField(max_length=16, blank=True, help_text=_("HL7 table 0487"))

    def __str__(self) -> str:
        return self.name


class Analyte(Record):
    """What is measured, whatever the method."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"name", "loinc", "section"})
    EXPORT = {Export.TECHNICAL: "id code name loinc section"}

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=120)
    loinc = models.CharField(max_length=10, blank=True)
    section = models.CharField(max_length=16, help_text=_("Worklist section, e.g. CBC."))

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Assay(Record):
    """An analyte measured by one method in one specimen type."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id analyte specimen_type method"}

    analyte = models.ForeignKey(Analyte, on_delete=models.PROTECT, related_name="assays")
    specimen_type = models.ForeignKey(SpecimenType, on_delete=models.PROTECT, related_name="assays")
    method = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["analyte", "specimen_type", "method"], name="assays_assay_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.analyte.code} ({self.method})"


class AssayVersion(Versioned):
    """Everything a result of an assay rests on: unit, decimals, limits and, by rows, its ranges."""

    LIFE = Life("catalogue.version", key=("assay",))
    EXPORT = {
        Export.TECHNICAL: "id assay number status kind unit answers decimals amr_low amr_high lob lod loq "
        "plausible_low plausible_high method_cv_percent within_person_cv_percent delta_percent "
        "delta_absolute delta_per_day delta_window_hours tea_percent tea_source measuring_source note "
        "drafted_by drafted_at approved_by approved_at active_from active_until"
    }

    assay = models.ForeignKey(Assay, on_delete=models.PROTECT, related_name="versions")
    kind = models.CharField(
        max_length=7, choices=choices(ValueKind), default=ValueKind.NUMERIC.value
    )
    unit = models.CharField(max_length=40, blank=True, help_text=_("UCUM"))
    answers = models.JSONField(
        default=list,
        blank=True,
        help_text=_("Codes that may be reported: instead of a number, or of a coded assay."),
    )
    decimals = models.PositiveSmallIntegerField(default=0)
    amr_low = ExactDecimalField(null=True, blank=True)
    amr_high = ExactDecimalField(null=True, blank=True)
    lob = ExactDecimalField(null=True, blank=True)
    lod = ExactDecimalField(null=True, blank=True)
    loq = ExactDecimalField(null=True, blank=True)
    plausible_low = ExactDecimalField(null=True, blank=True)
    plausible_high = ExactDecimalField(null=True, blank=True)
    method_cv_percent = ExactDecimalField(null=True, blank=True)
    within_person_cv_percent = ExactDecimalField(null=True, blank=True)
    delta_percent = ExactDecimalField(null=True, blank=True)
    delta_absolute = ExactDecimalField(null=True, blank=True)
    delta_per_day = ExactDecimalField(null=True, blank=True)
    delta_window_hours = models.PositiveIntegerField(null=True, blank=True)
    tea_percent = ExactDecimalField(null=True, blank=True)
    tea_source = models.CharField(max_length=300, blank=True)
    measuring_source = models.CharField(
        max_length=300,
        blank=True,
        help_text=_("Where the measuring range and the limits of blank to quantitation are from."),
    )
    note = models.TextField(blank=True, help_text=_("Why this version was made."))

    class Meta:
        constraints = [
            *life_of("assays_assayversion", "assay"),
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in VersionStatus]),
                name="assays_assayversion_status_known",
            ),
            models.CheckConstraint(
                condition=Q(kind="NUMERIC") & ~Q(unit="") | Q(kind="CODED", unit=""),
                name="assays_assayversion_number_with_unit",
            ),
            models.CheckConstraint(
                condition=Q(tea_percent=None) | Q(tea_percent__gt=0) & ~Q(tea_source=""),
                name="assays_assayversion_tea_with_source",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assay} v{self.number}"


class RangeRow(Record):
    """What every row of a range table carries: the partition it covers."""

    species = models.CharField(max_length=32, help_text=_("Species code, * = every species"))
    sex = models.CharField(max_length=1, help_text=_("F, M or * for every sex"))
    age_low_days = models.PositiveIntegerField()
    age_high_days = models.PositiveIntegerField(null=True, help_text=_("Half-open; empty = no end"))
    state = models.CharField(max_length=48, blank=True, help_text=_("Cycle phase, trimester, ..."))
    low = ExactDecimalField(null=True, blank=True)
    high = ExactDecimalField(null=True, blank=True)
    source = models.TextField()

    class Meta:
        abstract = True


class ReferenceInterval(RangeRow):
    """A reference interval of one partition, or the statement that none is established."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.TECHNICAL: "id version species sex age_low_days age_high_days state low high source "
        "established reason copied_from"
    }

    version = models.ForeignKey(AssayVersion, on_delete=models.PROTECT, related_name="intervals")
    established = models.BooleanField(default=True)
    reason = models.CharField(max_length=200, blank=True)
    copied_from = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text=_("The same row of the version before; its signature holds on."),
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(established=False, low=None, high=None) & ~Q(reason="")
                | (Q(established=True) & (Q(low__isnull=False) | Q(high__isnull=False))),
                name="assays_referenceinterval_stated",
            ),
            models.CheckConstraint(
                condition=Q(low=None) | Q(high=None) | Q(low__lte=F("high")),
                name="assays_referenceinterval_low_below_high",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.species} {self.sex} {self.low}–{self.high}"


class CriticalLimit(RangeRow):
    """Critical limits of one partition: apart from the reference intervals, adults first."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.TECHNICAL: "id version species sex age_low_days age_high_days state low high source "
        "copied_from"
    }

    version = models.ForeignKey(
        AssayVersion, on_delete=models.PROTECT, related_name="critical_limits"
    )
    copied_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(low__isnull=False) | Q(high__isnull=False),
                name="assays_criticallimit_stated",
            )
        ]

    def __str__(self) -> str:
        return f"{self.version} critical {self.low}–{self.high}"


class Panel(Record):
    """Assays that are ordered together."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"name", "is_active"})
    EXPORT = {Export.TECHNICAL: "id code name is_active"}

    code = models.SlugField(max_length=32, unique=True)
    name = models.CharField(max_length=80)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class PanelVersion(Versioned):
    """What a panel holds from one moment on."""

    LIFE = Life("catalogue.panel", key=("panel",))
    EXPORT = {
        Export.TECHNICAL: "id panel number status note drafted_by drafted_at approved_by approved_at "
        "active_from active_until"
    }

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="versions")
    note = models.TextField(blank=True)

    class Meta:
        constraints = life_of("assays_panelversion", "panel")

    def __str__(self) -> str:
        return f"{self.panel} v{self.number}"


class PanelMember(Record):
    """One assay of a panel version, in its place."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id version assay position"}

    version = models.ForeignKey(PanelVersion, on_delete=models.PROTECT, related_name="members")
    assay = models.ForeignKey(Assay, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "assay"], name="assays_panelmember_once")
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.assay}"


class UnitConversion(Versioned):
    """An approved way to read a value given in another unit: value x factor + offset."""

    LIFE = Life("catalogue.conversion", key=("analyte", "from_unit", "to_unit"))
    EXPORT = {
        Export.TECHNICAL: "id analyte number from_unit to_unit factor offset source status drafted_by "
        "drafted_at approved_by approved_at active_from active_until"
    }

    analyte = models.ForeignKey(Analyte, on_delete=models.PROTECT, related_name="conversions")
    from_unit = models.CharField(max_length=40)
    to_unit = models.CharField(max_length=40)
    factor = ExactDecimalField()
    offset = ExactDecimalField(default=0)
    source = models.TextField()

    class Meta:
        constraints = [
            *life_of("assays_unitconversion", "analyte", "from_unit", "to_unit"),
            models.CheckConstraint(
                condition=~Q(from_unit=F("to_unit")) & Q(factor__gt=0),
                name="assays_unitconversion_converts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.analyte.code}: {self.from_unit} -> {self.to_unit}"
