"""What the criteria said at lifts, and requests to lift without them met; to look at."""

from __future__ import annotations

from django.contrib import admin

from consent.models import QuarantineRelease, ReleaseRequest
from patients.admin.base import RegistryAdmin


@admin.register(QuarantineRelease)
class QuarantineReleaseAdmin(RegistryAdmin):
    """What stood of the criteria at the moment of a lift."""

    fields = ("lift", "verdict", "grounds", "request", "recorded_at", "recorded_by")
    list_display = ("lift", "verdict", "recorded_at", "recorded_by")
    list_select_related = ("lift__order__person", "request__order__person", "recorded_by")
    list_filter = ("verdict",)


@admin.register(ReleaseRequest)
class ReleaseRequestAdmin(RegistryAdmin):
    """Who asked for a lift without the criteria met, and why."""

    fields = ("order", "reason", "verdict", "grounds", "recorded_at", "recorded_by")
    list_display = ("order", "verdict", "recorded_at", "recorded_by")
    list_select_related = ("order__person", "recorded_by")
