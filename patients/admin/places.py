"""Places and species in the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from labsys.lib.admin import Move, ReasonForm
from patients.actions import locations, species
from patients.admin.base import RegistryAdmin
from patients.models import Location, Species

MANAGE = "patients.location.manage"


def _deactivate(*, obj: Location, by: Any, at: datetime, reason: str) -> Any:
    return locations.deactivate(location=obj, by=by, at=at, reason=reason)


def _activate(*, obj: Location, by: Any, at: datetime, reason: str) -> Any:
    return locations.activate(location=obj, by=by, at=at, reason=reason)


@admin.register(Location)
class LocationAdmin(RegistryAdmin):
    """Wards, rooms, beds and other places."""

    add_permission = MANAGE
    add_fields = ("code", "name", "kind", "parent")
    fields = ("code", "name", "kind", "parent", "is_active", "recorded_at", "recorded_by")
    list_display = ("code", "name", "kind", "parent", "is_active")
    list_filter = ("kind", "is_active")
    list_select_related = ("parent",)
    search_fields = ("code", "name")
    ordering = ("code",)
    moves = (
        Move(
            "deactivate",
            _("Close this place"),
            MANAGE,
            _deactivate,
            ReasonForm,
            applies=lambda place: place.is_active,
            is_serious=True,
        ),
        Move(
            "activate",
            _("Open it again"),
            MANAGE,
            _activate,
            ReasonForm,
            applies=lambda place: not place.is_active,
        ),
    )

    def add(self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest) -> Location:
        return locations.create(by=by, at=at, **data)


@admin.register(Species)
class SpeciesAdmin(RegistryAdmin):
    """The species the hospital looks after."""

    add_permission = MANAGE
    add_fields = ("code", "name")
    fields = ("code", "name")
    list_display = ("code", "name")
    ordering = ("code",)

    def add(self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest) -> Species:
        return species.add(by=by, at=at, **data)
