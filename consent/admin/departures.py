"""Departures; their lists of people are kept on the departure's own page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from consent.actions import departures
from consent.admin.named import ByProgramme
from consent.models import Departure
from consent.queries.departures import counted
from consent.rules.departures import DepartureState
from labsys.lib.admin import Move
from patients.admin.base import RegistryAdmin


def _close(*, obj: Departure, by: Any, at: datetime) -> Any:
    return departures.close(departure=obj, by=by, at=at)


def _cancel(*, obj: Departure, by: Any, at: datetime) -> Any:
    return departures.cancel(departure=obj, by=by, at=at)


def _is_planned(row: Departure) -> bool:
    return row.state == DepartureState.PLANNED


@admin.register(Departure)
class DepartureAdmin(ByProgramme, RegistryAdmin):
    """Which departures are planned, left or were cancelled."""

    add_permission = departures.PLAN
    add_fields = ("programme", "leaves_at", "destination")
    fields = (
        *("programme", "leaves_at", "destination", "state", "ended_at", "people"),
        *("recorded_at", "recorded_by"),
    )
    readonly_fields = ("people",)
    list_display = ("__str__", "leaves_at", "destination", "state", "listed", "gone")
    list_filter = ("state", "programme")
    begins_now = ("leaves_at",)
    moves = (
        Move(
            "close",
            _("Close"),
            departures.RECORD,
            _close,
            applies=_is_planned,
            done=_("The departure is closed."),
        ),
        Move(
            "cancel",
            _("Cancel"),
            departures.PLAN,
            _cancel,
            applies=_is_planned,
            done=_("The departure is cancelled."),
            is_serious=True,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return counted(super().get_queryset(request)).select_related("recorded_by")

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> Departure:
        return departures.plan(by=by, at=at, **data)

    @admin.display(description=_("to leave"))
    def listed(self, row: Departure) -> int:
        found: int = row.listed  # type: ignore[attr-defined]
        return found

    @admin.display(description=_("left"))
    def gone(self, row: Departure) -> int:
        found: int = row.gone  # type: ignore[attr-defined]
        return found

    @admin.display(description=_("people"))
    def people(self, row: Departure) -> Any:
        there = reverse("departure", args=[row.uid])
        return format_html('<a href="{}">{}</a>', there, _("Open the list"))
