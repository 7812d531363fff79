"""Shifts of work groups in the admin: put and cancelled."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from assays.actions import shifts as actions
from assays.actions.shifts import MANAGE
from assays.models import Shift
from labsys.lib.admin import Move, ReasonForm
from labsys.lib.clock import database_now
from patients.admin.base import RegistryAdmin


def _cancel(*, obj: Shift, by: Any, at: datetime, reason: str) -> Any:
    return actions.cancel(shift=obj, reason=reason, by=by, at=at)


@admin.register(Shift)
class ShiftAdmin(RegistryAdmin):
    """Who is on duty for which group; a week at a glance is on the group's page."""

    add_permission = MANAGE
    add_fields = ("group", "principal", "starts_at", "ends_at")
    fields = (
        *add_fields,
        *("cancelled_at", "cancelled_by", "cancelled_because", "recorded_at", "recorded_by"),
    )
    list_display = ("group", "principal", "starts_at", "ends_at", "cancelled_at")
    list_filter = ("group",)
    list_select_related = ("group", "principal")
    search_fields = ("principal__name",)
    ordering = ("-starts_at", "-id")
    moves = (
        Move(
            "cancel",
            _("Cancel this shift"),
            MANAGE,
            _cancel,
            ReasonForm,
            applies=lambda one: one.cancelled_at is None and one.ends_at > database_now(),
            is_serious=True,
        ),
    )

    def add(self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest) -> Any:
        return actions.put(by=by, at=at, **data)
