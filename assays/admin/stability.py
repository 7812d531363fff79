"""How long specimens may be measured and are kept: drafted, approved by another, in force."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from assays.actions import stability
from assays.admin.assay_choice import OfAssayAdmin
from assays.admin.moves import VERSION_MOVES
from assays.models import RetentionRule, StabilityLimit
from assays.rules.storage import Temperature
from labsys.lib.admin import RecordAdmin

LIFE = (
    "number",
    "status",
    "drafted_by",
    "drafted_at",
    "approved_by",
    "approved_at",
    "active_from",
    "active_until",
)
HOURS = {temperature: f"{temperature.lower()}_hours" for temperature in Temperature}


@admin.register(StabilityLimit)
class StabilityLimitAdmin(OfAssayAdmin):
    """For how many hours an assay may be measured; blank: not established, 0: never kept so."""

    add_permission = "assays.catalogue.draft"
    add_fields = ("assay", *HOURS.values(), "source")
    fields = (*add_fields, *LIFE)
    list_display = ("assay", *HOURS.values(), "number", "status")
    list_filter = ("status",)
    list_select_related = ("assay__analyte",)
    search_fields = ("=assay__analyte__code",)
    ordering = ("-id",)
    moves = VERSION_MOVES

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> StabilityLimit:
        hours = {temperature: data[name] for temperature, name in HOURS.items()}
        return stability.draft_limit(
            assay=data["assay"], hours=hours, by=by, at=at, source=data["source"]
        )


@admin.register(RetentionRule)
class RetentionRuleAdmin(RecordAdmin):
    """For how many days after receipt specimens of a type are kept."""

    add_permission = "assays.catalogue.draft"
    add_fields = ("specimen_type", "days", "source")
    fields = (*add_fields, *LIFE)
    list_display = ("specimen_type", "days", "number", "status")
    list_filter = ("status",)
    list_select_related = ("specimen_type",)
    ordering = ("-id",)
    moves = VERSION_MOVES

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> RetentionRule:
        return stability.draft_retention(by=by, at=at, **data)
