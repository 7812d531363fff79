"""What was said and asked of results, to look at; it is said and asked on their pages."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from assays.admin.linked import LinkedAdmin
from assays.models import AttemptRequest, ReflexFiring, ResultComment, ResultHold


class OfResultAdmin(LinkedAdmin):
    """Found by the accession number, and leads to the result."""

    address = "result"
    leads_to = _("The result")
    list_select_related = ("result__specimen", "result__analyte", "recorded_by")
    search_fields = ("=result__specimen__accession",)

    def led_by(self, row: Any) -> int:
        return int(row.result_id)


@admin.register(ResultHold)
class ResultHoldAdmin(OfResultAdmin):
    """Why results must not be verified or released yet."""

    list_display = ("result", "kind", "reason", "recorded_by", "recorded_at")
    list_filter = ("kind",)


@admin.register(ResultComment)
class ResultCommentAdmin(OfResultAdmin):
    """Notes of the laboratory, and what reports say beside values."""

    list_display = ("result", "kind", "text", "is_by_rule", "recorded_by", "recorded_at")
    list_filter = ("kind", "is_by_rule")


@admin.register(ReflexFiring)
class ReflexFiringAdmin(OfResultAdmin):
    """What reflex rules ordered, or did not, because of a result."""

    exclude = ("facts",)
    list_display = ("result", "version", "outcome", "order", "recorded_at")
    list_filter = ("outcome",)
    list_select_related = ("result__specimen", "result__analyte", "version__rule", "order")


@admin.register(AttemptRequest)
class AttemptRequestAdmin(LinkedAdmin):
    """What is to be measured again: how, why, and what came of it."""

    list_display = (
        "specimen",
        "kind",
        "factor",
        "reason",
        "status",
        "requested_by",
        "requested_at",
    )
    list_filter = ("status", "kind")
    list_select_related = ("specimen", "requested_by")
    search_fields = ("=specimen__accession",)
