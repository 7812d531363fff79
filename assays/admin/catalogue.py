"""What can be measured, how it is grouped, and what its numbers mean."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from assays.actions import catalogue
from assays.admin.moves import VERSION_MOVES
from assays.models import (
    Analyte,
    Assay,
    CatalogueEvent,
    Panel,
    PanelVersion,
    ReferenceInterval,
    SpecimenType,
    UnitConversion,
)
from assays.rules.states import VersionStatus
from labsys.lib.admin import RecordAdmin, RecordForm
from labsys.lib.quantities import plain


@admin.register(SpecimenType)
class SpecimenTypeAdmin(RecordAdmin):
    """Kinds of specimens and their containers."""

    list_display = ("code", "name", "container", "additive")
    ordering = ("code",)


@admin.register(Analyte)
class AnalyteAdmin(RecordAdmin):
    """What is measured, whatever the method."""

    list_display = ("code", "name", "loinc", "section")
    list_filter = ("section",)
    search_fields = ("=code", "name", "=loinc")
    ordering = ("code",)


@admin.register(Assay)
class AssayAdmin(RecordAdmin):
    """An analyte by one method in one specimen type."""

    list_display = ("analyte", "method", "specimen_type")
    list_select_related = ("analyte", "specimen_type")
    search_fields = ("=analyte__code", "analyte__name")
    ordering = ("analyte__code", "id")


class SignedFilter(admin.SimpleListFilter):
    """Unsigned intervals in force, to be worked off."""

    title = _("signature")
    parameter_name = "signed"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("in force and unsigned"))]

    def queryset(self, request: Any, queryset: Any) -> Any:
        if self.value() != "no":
            return queryset
        return queryset.filter(
            established=True,
            version__status=VersionStatus.ACTIVE,
            signature=None,
            copied_from__signature=None,
        )


@admin.register(ReferenceInterval)
class ReferenceIntervalAdmin(RecordAdmin):
    """Reference intervals; each is somebody's responsibility once it is signed, on its own page."""

    fields = (
        "version",
        "species",
        "sex",
        "age_low_days",
        "age_high_days",
        "state",
        "limits",
        "established",
        "reason",
        "source",
        "signed_by",
    )
    readonly_fields = ("limits", "signed_by")
    list_display = ("version", "species", "sex", "age_low_days", "state", "limits", "signed_by")
    list_filter = (SignedFilter, "established")
    list_select_related = (
        "version__assay__analyte",
        "signature__signed_by",
        "copied_from__signature__signed_by",
    )
    search_fields = ("=version__assay__analyte__code",)
    ordering = ("-version", "id")

    @admin.display(description=_("limits"))
    def limits(self, row: ReferenceInterval) -> str:
        low, high = (None if limit is None else plain(limit) for limit in (row.low, row.high))
        if low is None:
            return "–" if high is None else f"≤ {high}"
        return f"≥ {low}" if high is None else f"{low} – {high}"

    @admin.display(description=_("signed by"))
    def signed_by(self, row: ReferenceInterval) -> str:
        for holder in (row, row.copied_from):
            if holder is not None and hasattr(holder, "signature"):
                return str(holder.signature.signed_by)
        return "–"


@admin.register(Panel)
class PanelAdmin(RecordAdmin):
    """Panels that can be ordered."""

    add_permission = "assays.catalogue.draft"
    add_fields = ("code", "name")
    list_display = ("code", "name", "is_active")
    ordering = ("code",)

    def add(self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest) -> Panel:
        return catalogue.add_panel(by=by, at=at, **data)


class PanelVersionForm(RecordForm):
    """What a panel is to hold, by the codes of its analytes in order."""

    assays = forms.CharField(
        label=_("Assays"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Codes in their order, such as: WBC RBC HGB"),
    )

    def clean_assays(self) -> list[Assay]:
        codes = self.cleaned_data["assays"].replace(",", " ").split()
        rows = Assay.objects.filter(analyte__code__in=codes).select_related("analyte")
        known = {assay.analyte.code: assay for assay in rows}
        missing = [code for code in codes if code not in known]
        if missing:
            raise forms.ValidationError(
                _("No assay has the code %(codes)s.") % {"codes": ", ".join(missing)}
            )
        return [known[code] for code in codes]


@admin.register(PanelVersion)
class PanelVersionAdmin(RecordAdmin):
    """What a panel holds, version by version."""

    form = PanelVersionForm
    add_permission = "assays.catalogue.draft"
    add_fields = ("panel", "assays", "note")
    fields = (
        "panel",
        "number",
        "status",
        "holds",
        "note",
        "drafted_by",
        "drafted_at",
        "approved_by",
        "approved_at",
        "active_from",
        "active_until",
    )
    readonly_fields = ("holds",)
    list_display = ("panel", "number", "status", "active_from", "drafted_by")
    list_filter = ("status",)
    list_select_related = ("panel", "drafted_by")
    ordering = ("-id",)
    moves = VERSION_MOVES

    @admin.display(description=_("assays"))
    def holds(self, version: PanelVersion) -> str:
        members = version.members.select_related("assay__analyte")
        return " ".join(member.assay.analyte.code for member in members)

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> PanelVersion:
        return catalogue.draft_panel_version(by=by, at=at, **data)


@admin.register(UnitConversion)
class UnitConversionAdmin(RecordAdmin):
    """How values of an analyte in another unit are read."""

    add_permission = "assays.catalogue.draft"
    add_fields = ("analyte", "from_unit", "to_unit", "factor", "offset", "source")
    fields = (
        "analyte",
        "from_unit",
        "to_unit",
        "formula",
        "source",
        "number",
        "status",
        "drafted_by",
        "drafted_at",
        "approved_by",
        "approved_at",
        "active_from",
        "active_until",
    )
    readonly_fields = ("formula",)
    list_display = ("analyte", "from_unit", "to_unit", "formula", "number", "status")
    list_filter = ("status",)
    list_select_related = ("analyte",)
    search_fields = ("=analyte__code",)
    ordering = ("analyte__code", "from_unit", "-number")
    moves = VERSION_MOVES

    @admin.display(description=_("value in the second unit"))
    def formula(self, row: UnitConversion) -> str:
        shift = f" + {plain(row.offset)}" if row.offset else ""
        return f"x {plain(row.factor)}{shift}"

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> UnitConversion:
        return catalogue.draft_conversion(by=by, at=at, **data)


@admin.register(CatalogueEvent)
class CatalogueEventAdmin(RecordAdmin):
    """Everything that ever moved in the catalogue."""

    list_display = ("what", "old", "new", "reason", "recorded_by", "recorded_at")
    list_select_related = ("recorded_by",)
    ordering = ("-id",)
    # Fetched apart: forty tables in one join take longer to plan than all of it to read.
    subjects = (
        "version__assay__analyte",
        "panel_version__panel",
        "conversion__analyte",
        "mapping__assay__analyte",
        "mapping__instrument",
        "signature__interval__version__assay__analyte",
        "stability__assay__analyte",
        "retention__specimen_type",
        "control_rule_set",
        "control_plan__assay__analyte",
        "communication_times",
        "rule_set",
        "patient_average__assay__analyte",
        "calculation__assay__analyte",
        "reflex__rule",
        "quality_targets",
        "coded_comment__comment",
        "analyte",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related(*self.subjects)

    @admin.display(description=_("what"))
    def what(self, event: CatalogueEvent) -> str:
        return str(event.subject)
