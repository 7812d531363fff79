"""The one list of everything that ever moved in the catalogue."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from assays.models.allele_frequencies import AlleleFrequencies
from assays.models.benefit_measures import BenefitMeasures
from assays.models.calculations import CalculationVersion
from assays.models.catalogue import Analyte, AssayVersion, PanelVersion, UnitConversion
from assays.models.coded_comments import CodedCommentVersion
from assays.models.communication import CommunicationTimes
from assays.models.control_rules import ControlPlan, ControlRuleSet
from assays.models.driver_families import DriverFamily
from assays.models.instruments import CodeMapping, PanelMapping
from assays.models.patient_averages import PatientAverage
from assays.models.quality_figures import QualityTargets
from assays.models.range_signatures import RangeSignature
from assays.models.reflexes import ReflexVersion
from assays.models.rulesets import RuleSet
from assays.models.stability import RetentionRule, StabilityLimit
from assays.models.versioned import Versioned
from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record

SUBJECTS = (
    "version",
    "panel_version",
    "conversion",
    "mapping",
    "signature",
    "control_rule_set",
    "control_plan",
    "stability",
    "retention",
    "rule_set",
    "patient_average",
    "calculation",
    "reflex",
    "communication_times",
    "quality_targets",
    "coded_comment",
    "analyte",
    "driver_family",
    "panel_mapping",
    "frequencies",
    "benefits",
)


def exactly_one_of(names: tuple[str, ...]) -> Q:
    """Return the condition that one of the columns is set and the others are not."""
    condition = Q()
    for name in names:
        condition |= Q(**{f"{other}__isnull": other != name for other in names})
    return condition


class CatalogueEvent(Record):
    """One move of anything versioned, or one signature; the newest id dates a cached catalogue.

    Ids become visible in their order: whoever adds one holds the catalogue's lock until the end
    of the transaction (see `assays.actions.versions`).
    """

    AUDIT = Audit.FACT
    EXPORT = {
        Export.TECHNICAL: "id version panel_version conversion mapping signature "
        "control_rule_set control_plan stability retention rule_set patient_average calculation "
        "reflex communication_times quality_targets coded_comment analyte driver_family "
        "panel_mapping frequencies benefits old new reason recorded_by recorded_at"
    }

    version = models.ForeignKey(
        AssayVersion, on_delete=models.PROTECT, null=True, related_name="events"
    )
    panel_version = models.ForeignKey(
        PanelVersion, on_delete=models.PROTECT, null=True, related_name="events"
    )
    conversion = models.ForeignKey(
        UnitConversion, on_delete=models.PROTECT, null=True, related_name="events"
    )
    mapping = models.ForeignKey(
        CodeMapping, on_delete=models.PROTECT, null=True, related_name="events"
    )
    signature = models.ForeignKey(
        RangeSignature, on_delete=models.PROTECT, null=True, related_name="events"
    )
    control_rule_set = models.ForeignKey(
        ControlRuleSet, on_delete=models.PROTECT, null=True, related_name="events"
    )
    communication_times = models.ForeignKey(
        CommunicationTimes, on_delete=models.PROTECT, null=True, related_name="events"
    )
    control_plan = models.ForeignKey(
        ControlPlan, on_delete=models.PROTECT, null=True, related_name="events"
    )
    stability = models.ForeignKey(
        StabilityLimit, on_delete=models.PROTECT, null=True, related_name="events"
    )
    retention = models.ForeignKey(
        RetentionRule, on_delete=models.PROTECT, null=True, related_name="events"
    )
    rule_set = models.ForeignKey(
        RuleSet, on_delete=models.PROTECT, null=True, related_name="events"
    )
    patient_average = models.ForeignKey(
        PatientAverage, on_delete=models.PROTECT, null=True, related_name="events"
    )
    calculation = models.ForeignKey(
        CalculationVersion, on_delete=models.PROTECT, null=True, related_name="events"
    )
    reflex = models.ForeignKey(
        ReflexVersion, on_delete=models.PROTECT, null=True, related_name="events"
    )
    quality_targets = models.ForeignKey(
        QualityTargets, on_delete=models.PROTECT, null=True, related_name="events"
    )
    coded_comment = models.ForeignKey(
        CodedCommentVersion, on_delete=models.PROTECT, null=True, related_name="events"
    )
    analyte = models.ForeignKey(Analyte, on_delete=models.PROTECT, null=True, related_name="events")
    driver_family = models.ForeignKey(
        DriverFamily, on_delete=models.PROTECT, null=True, related_name="events"
    )
    panel_mapping = models.ForeignKey(
        PanelMapping, on_delete=models.PROTECT, null=True, related_name="events"
    )
    frequencies = models.ForeignKey(
        AlleleFrequencies, on_delete=models.PROTECT, null=True, related_name="events"
    )
    benefits = models.ForeignKey(
        BenefitMeasures, on_delete=models.PROTECT, null=True, related_name="events"
    )
    old = models.CharField(max_length=9, blank=True)
    new = models.CharField(max_length=9, blank=True)
    reason = models.TextField(blank=True)
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=exactly_one_of(SUBJECTS),
                name="assays_catalogueevent_one_subject",
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject}: {self.old} -> {self.new}"

    @property
    def subject(self) -> models.Model:
        """What moved."""
        found: models.Model = next(
            value for name in SUBJECTS if (value := getattr(self, name)) is not None
        )
        return found


def _columns() -> dict[type[models.Model], str]:
    fields = {name: CatalogueEvent._meta.get_field(name) for name in SUBJECTS}
    return {field.remote_field.model: name for name, field in fields.items()}  # type: ignore[misc]


# Which column names what moved, by its model; and everything versioned, in the order of the columns.
COLUMNS = _columns()
VERSIONED: tuple[type[Versioned], ...] = tuple(one for one in COLUMNS if issubclass(one, Versioned))
