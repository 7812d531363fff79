"""Critical calls, attempts, notices of corrections and files taken out, to look at; the times of all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from assays.actions import communication_times
from assays.admin.linked import LinkedAdmin
from assays.admin.moves import VERSION_MOVES
from assays.models import (
    CommunicationTimes,
    ContactAttempt,
    CorrectionNotice,
    CriticalCall,
    DataExport,
)
from assays.models.communication import MINUTES
from assays.queries import worklist
from labsys.lib.admin import RecordAdmin


class SectionFilter(admin.SimpleListFilter):
    """The sections as the catalogue has them."""

    title = _("section")
    parameter_name = "section"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        return [(name, name) for name in worklist.sections()]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(section=self.value()) if self.value() else queryset


@admin.register(CriticalCall)
class CriticalCallAdmin(LinkedAdmin):
    """Critical values that somebody had to be told of."""

    address = "critical"
    leads_to = _("Value and attempts")
    fields = ("section", "priority", "started_at", "state", "ended_at")
    list_display = ("started_at", "section", "priority", "state", "ended_at")
    list_filter = ("state", SectionFilter)
    search_fields = ("=result__specimen__accession", "=result__person__mrn")


@admin.register(ContactAttempt)
class ContactAttemptAdmin(RecordAdmin):
    """Every attempt to tell somebody."""

    fields = (
        *("made_at", "contact_name", "contact_role", "contact_details", "outcome", "read_back"),
        *("read_back_agrees", "note", "recorded_by", "recorded_at"),
    )
    list_display = ("made_at", "contact_name", "outcome", "recorded_by")
    list_filter = ("outcome",)
    list_select_related = ("recorded_by",)
    search_fields = ("contact_name",)
    ordering = ("-id",)


@admin.register(CorrectionNotice)
class CorrectionNoticeAdmin(LinkedAdmin):
    """Who had to hear that a value no longer stands, and whether they did."""

    address = "correction-notice"
    leads_to = _("Values and attempts")
    fields = ("ways", "seen_at", "reason", "due_at", "state", "recorded_by", "recorded_at")
    list_display = ("recorded_at", "reader", "state", "due_at")
    list_filter = ("state",)
    list_select_related = ("reader",)
    search_fields = ("=person__mrn", "=reader__name")


@admin.register(DataExport)
class DataExportAdmin(RecordAdmin):
    """What left the house as a file."""

    fields = ("kind", "columns", "parameters", "row_count", "sha256", "by", "at")
    list_display = ("at", "kind", "row_count", "by")
    list_filter = ("kind",)
    list_select_related = ("by",)
    ordering = ("-id",)


@admin.register(CommunicationTimes)
class CommunicationTimesAdmin(RecordAdmin):
    """How long things may wait: drafted by one, approved by another, in force from a date."""

    add_permission = "assays.catalogue.draft"
    add_fields = (*MINUTES, "note")
    fields = (
        *("number", "status", *MINUTES, "note", "drafted_by", "drafted_at"),
        *("approved_by", "approved_at", "active_from", "active_until"),
    )
    moves = VERSION_MOVES
    list_display = ("number", "status", "note", "active_from", "active_until")
    list_filter = ("status",)
    ordering = ("-number",)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Start a draft from what is in force."""
        held = CommunicationTimes.objects.filter(status="ACTIVE").first() or CommunicationTimes()
        return {name: getattr(held, name) for name in MINUTES}

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> CommunicationTimes:
        minutes = {name: data[name] for name in MINUTES}
        return communication_times.draft(by=by, at=at, note=data["note"], minutes=minutes)
