"""What physicians concluded about who came back; they conclude it on a page of its own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from consent.models import ReturnEvaluation
from labsys.lib.admin import RecordAdmin


@admin.register(ReturnEvaluation)
class ReturnEvaluationAdmin(RecordAdmin):
    """Who was said to be free to go, or was kept apart."""

    fields = (
        *("patient", "posting_return", "outcome", "quarantine"),
        *("recorded_at", "recorded_by"),
    )
    readonly_fields = ("patient",)
    list_display = ("patient", "outcome", "recorded_at", "recorded_by")
    list_filter = ("outcome",)
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows.select_related(
            "posting_return__posting__person", "quarantine__person", "recorded_by__user"
        )

    @admin.display(description=_("patient"))
    def patient(self, row: ReturnEvaluation) -> str:
        return row.posting_return.posting.person.mrn
