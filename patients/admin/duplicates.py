"""Entries that may be one person, and those said to be two, in the admin: to be read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from patients.admin.base import PatientAdmin, RegistryAdmin
from patients.models import DuplicateCandidate, PersonDistinction


@admin.register(DuplicateCandidate)
class DuplicateCandidateAdmin(PatientAdmin):
    """What the rule found; the page of possible duplicates is where it is decided."""

    fields = ("first", "second", "grade", "bits", "found_at")
    list_display = ("first", "second", "grade", "bits", "found_at")
    list_filter = ("grade",)
    search_fields = ("first__mrn",)

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = RegistryAdmin.get_queryset(self, request)
        return rows.select_related("first", "second")


@admin.register(PersonDistinction)
class PersonDistinctionAdmin(PatientAdmin):
    """Which entries are two persons, who said so, and whether it was taken back."""

    fields = ("first", "second", "reason", "stands", "recorded_at", "recorded_by")
    readonly_fields = ("stands",)
    list_display = ("first", "second", "stands", "recorded_at", "recorded_by")
    search_fields = ("first__mrn",)

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = RegistryAdmin.get_queryset(self, request)
        return rows.select_related("first", "second", "end", "recorded_by")

    @admin.display(description=_("stands"), boolean=True)
    def stands(self, row: PersonDistinction) -> bool:
        return getattr(row, "end", None) is None
