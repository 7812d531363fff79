"""The bench's records in the admin: what is added goes through the actions of its page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from assays.actions import calibrations, eqa, maintenance, patient_averages, reagents
from assays.admin.assay_choice import OfAssayAdmin
from assays.admin.moves import VERSION_MOVES
from assays.models import (
    Calibration,
    EqaFollowUp,
    EqaResult,
    EqaRound,
    EqaScheme,
    EqaScore,
    MaintenanceRecord,
    MaintenanceTask,
    PatientAverage,
    Reagent,
    ReagentLot,
    ReagentMovement,
    ReagentPeriod,
    ReagentPlace,
)
from assays.pages.bench_acts import EQA_RECORD, EQA_SCORE, MANAGE, RECORD


class BenchAdmin(OfAssayAdmin):
    """Newest first."""

    ordering = ("-id",)


@admin.register(Reagent)
class ReagentAdmin(BenchAdmin):
    """Products that assays are measured with."""

    add_permission = MANAGE
    add_fields = ("name", "maker", "catalogue_number", "kind", "counted_in", "days_open")
    list_display = ("name", "maker", "kind", "is_active")
    list_filter = ("kind", "is_active")
    search_fields = ("name",)

    def add(self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest) -> Reagent:
        return reagents.add(by=by, at=at, **data)


@admin.register(ReagentPlace)
class ReagentPlaceAdmin(BenchAdmin):
    """What reagents serve."""

    list_display = ("reagent", "instrument", "assay", "is_active")
    list_filter = ("instrument",)
    list_select_related = ("reagent", "instrument", "assay__analyte", "assay__specimen_type")


@admin.register(ReagentLot)
class ReagentLotAdmin(BenchAdmin):
    """Lots of reagents."""

    list_display = ("reagent", "number", "expires_on", "opened_at", "ended_at")
    list_select_related = ("reagent",)
    search_fields = ("=number",)


@admin.register(ReagentMovement)
class ReagentMovementAdmin(BenchAdmin):
    """The stock of lots as it moved."""

    list_display = ("lot", "kind", "change", "happened_at", "recorded_by")
    list_filter = ("kind",)
    list_select_related = ("lot__reagent", "recorded_by")


@admin.register(ReagentPeriod)
class ReagentPeriodAdmin(BenchAdmin):
    """Which lot was in use when."""

    list_display = ("lot", "instrument", "assay", "since", "until", "was_expired")
    list_filter = ("instrument",)
    list_select_related = ("lot__reagent", "instrument", "assay__analyte", "assay__specimen_type")


@admin.register(Calibration)
class CalibrationAdmin(BenchAdmin):
    """Calibrations."""

    add_permission = RECORD
    add_fields = (
        "instrument",
        "assay",
        "performed_at",
        "calibrator_lot",
        "outcome",
        "next_due_on",
        "remark",
    )
    list_display = ("instrument", "assay", "performed_at", "outcome", "next_due_on", "annulled_at")
    list_filter = ("instrument", "outcome")
    list_select_related = ("instrument", "assay__analyte", "assay__specimen_type")

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> Calibration:
        return calibrations.record(by=by, at=at, **data)


@admin.register(MaintenanceTask)
class MaintenanceTaskAdmin(BenchAdmin):
    """What instruments need done regularly."""

    add_permission = MANAGE
    add_fields = ("instrument", "name", "kind", "every_days", "instructions")
    list_display = ("instrument", "name", "kind", "every_days", "is_active")
    list_filter = ("instrument", "is_active")
    list_select_related = ("instrument",)

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> MaintenanceTask:
        return maintenance.add_task(by=by, at=at, **data)


@admin.register(MaintenanceRecord)
class MaintenanceRecordAdmin(BenchAdmin):
    """The maintenance log."""

    add_permission = RECORD
    add_fields = ("instrument", "task", "kind", "assay", "what", "performed_at", "next_due_on")
    list_display = ("instrument", "kind", "what", "performed_at", "annulled_at")
    list_filter = ("instrument", "kind")
    list_select_related = ("instrument",)

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> MaintenanceRecord:
        return maintenance.record(by=by, at=at, **data)


@admin.register(PatientAverage)
class PatientAverageAdmin(BenchAdmin):
    """Settings of patients' moving averages, version by version."""

    add_permission = "assays.catalogue.draft"
    add_fields = (
        "assay",
        "method",
        "weight",
        "block",
        "truncate_low",
        "truncate_high",
        "target",
        "sd",
        "limit_sd",
        "note",
    )
    list_display = ("assay", "number", "method", "status", "active_from", "drafted_by")
    list_filter = ("status",)
    list_select_related = ("assay__analyte", "assay__specimen_type", "drafted_by")
    moves = VERSION_MOVES

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> PatientAverage:
        return patient_averages.draft(by=by, at=at, **data)


@admin.register(EqaScheme)
class EqaSchemeAdmin(BenchAdmin):
    """Schemes of external quality assessment."""

    add_permission = EQA_SCORE
    add_fields = ("name", "provider")
    list_display = ("name", "provider", "is_active")

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> EqaScheme:
        return eqa.add_scheme(by=by, at=at, **data)


@admin.register(EqaRound)
class EqaRoundAdmin(BenchAdmin):
    """Rounds of schemes."""

    add_permission = EQA_RECORD
    add_fields = ("scheme", "code", "closes_on")
    list_display = ("scheme", "code", "closes_on")
    list_filter = ("scheme",)
    list_select_related = ("scheme",)

    def add(self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest) -> EqaRound:
        return eqa.open_round(by=by, at=at, **data)


@admin.register(EqaResult)
class EqaResultAdmin(BenchAdmin):
    """Own results in rounds."""

    list_display = ("round", "sample", "assay", "value", "unit", "annulled_at")
    list_select_related = ("round__scheme", "assay__analyte", "assay__specimen_type")


@admin.register(EqaScore)
class EqaScoreAdmin(BenchAdmin):
    """What own results scored."""

    list_display = ("result", "assigned", "z", "verdict", "annulled_at")
    list_filter = ("verdict",)
    list_select_related = ("result__round__scheme", "result__assay__analyte")


@admin.register(EqaFollowUp)
class EqaFollowUpAdmin(BenchAdmin):
    """What followed a score."""

    list_display = ("score", "what", "recorded_by", "recorded_at")
    list_select_related = ("score__result__round__scheme", "recorded_by")
