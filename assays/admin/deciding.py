"""What decides about results as versions, to look at; drafted and moved on the catalogue's pages."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from assays.admin.linked import LinkedAdmin
from assays.models import (
    AlleleFrequencies,
    BenefitMeasures,
    CalculationVersion,
    CatalogueImport,
    CodedCommentVersion,
    LedgerCount,
    RangeRefusal,
    RangeSignature,
    ReflexVersion,
    RuleSet,
    RuleSetMode,
)

LIFE = ("status", "drafted_by", "approved_by", "active_from", "active_until")
ROWS = (
    "interval__version__assay__analyte",
    "critical_limit__version__assay__analyte",
    "plausibility__assay__analyte",
    "reportable__assay__analyte",
)


@admin.register(CalculationVersion)
class CalculationVersionAdmin(LinkedAdmin):
    """Formulas, version by version."""

    address = "calculation"
    leads_to = _("The formula")
    exclude = ("definition",)
    list_display = ("assay", "formula", "number", *LIFE)
    list_filter = ("status",)
    list_select_related = ("assay__analyte", "assay__specimen_type", "drafted_by", "approved_by")
    search_fields = ("=assay__analyte__code",)


@admin.register(ReflexVersion)
class ReflexVersionAdmin(LinkedAdmin):
    """Reflex rules, version by version."""

    address = "reflex"
    leads_to = _("The rule")
    list_display = ("rule", "number", "match", *LIFE)
    list_filter = ("status",)
    list_select_related = ("rule", "drafted_by", "approved_by")
    search_fields = ("=rule__code",)


@admin.register(CodedCommentVersion)
class CodedCommentVersionAdmin(LinkedAdmin):
    """Interpretation comments, version by version."""

    address = "coded-comment"
    leads_to = _("The comment")
    list_display = ("comment", "number", "analyte", "condition", *LIFE)
    list_filter = ("status",)
    list_select_related = ("comment", "analyte", "drafted_by", "approved_by")
    search_fields = ("=comment__code",)


@admin.register(AlleleFrequencies)
class AlleleFrequenciesAdmin(LinkedAdmin):
    """Tables of allele frequencies, version by version."""

    address = "allele-frequencies"
    leads_to = _("The table")
    exclude = ("table",)
    list_display = ("code", "number", "population", "people", *LIFE)
    list_filter = ("status",)
    list_select_related = ("drafted_by", "approved_by")
    search_fields = ("=code",)


@admin.register(BenefitMeasures)
class BenefitMeasuresAdmin(LinkedAdmin):
    """Measures of benefits, version by version."""

    address = "benefit-measures"
    leads_to = _("The measures")
    list_display = ("code", "number", "agent", *LIFE)
    list_filter = ("status",)
    list_select_related = ("drafted_by", "approved_by")


@admin.register(RuleSet)
class RuleSetAdmin(LinkedAdmin):
    """Rule sets of autoverification, version by version."""

    address = "ruleset"
    leads_to = _("The rule set")
    exclude = ("rules",)
    list_display = ("code", "number", "name", *LIFE)
    list_filter = ("status",)
    list_select_related = ("drafted_by", "approved_by")
    search_fields = ("=code",)


@admin.register(RuleSetMode)
class RuleSetModeAdmin(LinkedAdmin):
    """Since when a rule set only watched, or released."""

    list_display = ("rule_set", "mode", "reason", "recorded_by", "recorded_at")
    list_filter = ("mode",)
    list_select_related = ("rule_set", "recorded_by")


@admin.register(CatalogueImport)
class CatalogueImportAdmin(LinkedAdmin):
    """Files of the catalogue that were handed in."""

    address = "catalogue-import"
    leads_to = _("What it would change, or changed")
    exclude = ("tables",)
    list_display = ("id", "note", "is_complete", "recorded_by", "recorded_at")
    list_select_related = ("recorded_by",)


@admin.register(RangeSignature)
class RangeSignatureAdmin(LinkedAdmin):
    """Who answers for which row of limits."""

    list_display = (
        *("interval", "critical_limit", "plausibility", "reportable"),
        *("note", "signed_by", "recorded_at"),
    )
    list_select_related = ("signed_by",)
    apart = ROWS


@admin.register(RangeRefusal)
class RangeRefusalAdmin(LinkedAdmin):
    """Who declined which row of limits, and why."""

    list_display = (
        *("interval", "critical_limit", "plausibility", "reportable"),
        *("reason", "refused_by", "recorded_at"),
    )
    list_select_related = ("refused_by",)
    apart = ROWS


@admin.register(LedgerCount)
class LedgerCountAdmin(LinkedAdmin):
    """When everything was counted, how long it took, and whether it balanced."""

    exclude = ("content",)
    list_display = ("asked_at", "asked_by", "counted_at", "took_ms", "is_sound")
    list_filter = ("is_sound",)
    list_select_related = ("asked_by",)
