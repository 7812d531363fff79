"""Places and species in the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from labsys.lib.admin import Move, ReasonForm
from patients.actions import locations, species
from patients.admin.base import RegistryAdmin
from patients.forms import MomentField
from patients.models import Location, LocationOpening, Species

MANAGE, SWITCH = locations.MANAGE, locations.SWITCH


class OverflowForm(ReasonForm):
    capacity = forms.IntegerField(label=_("How many people it holds"), min_value=1, max_value=9999)
    expected_until = MomentField(label=_("Meant to stay open until, where known"), required=False)


def _deactivate(*, obj: Location, by: Any, at: datetime, reason: str) -> Any:
    return locations.deactivate(location=obj, by=by, at=at, reason=reason)


def _activate(*, obj: Location, by: Any, at: datetime, **given: Any) -> Any:
    return locations.activate(location=obj, by=by, at=at, **given)


def _resize(*, obj: Location, by: Any, at: datetime, **given: Any) -> Any:
    return locations.resize(location=obj, by=by, at=at, **given)


def _is_overflow(place: Location) -> bool:
    return place.kind == Location.Kind.OVERFLOW


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
            SWITCH,
            _deactivate,
            ReasonForm,
            applies=lambda place: place.is_active,
            is_serious=True,
        ),
        Move(
            "activate",
            _("Open it again"),
            SWITCH,
            _activate,
            ReasonForm,
            applies=lambda place: not place.is_active and not _is_overflow(place),
        ),
        Move(
            "open_overflow",
            _("Open this overflow place"),
            MANAGE,
            _activate,
            OverflowForm,
            applies=lambda place: not place.is_active and _is_overflow(place),
        ),
        Move(
            "resize",
            _("Change how many it holds"),
            MANAGE,
            _resize,
            OverflowForm,
            applies=lambda place: place.is_active and _is_overflow(place),
        ),
    )

    def add(self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest) -> Location:
        return locations.create(by=by, at=at, **data)


@admin.register(LocationOpening)
class LocationOpeningAdmin(RegistryAdmin):
    """When places were opened and closed, by whom and why."""

    fields = (
        *("location", "is_open", "happened_at", "capacity", "expected_until", "reason"),
        *("recorded_at", "recorded_by"),
    )
    list_display = ("location", "is_open", "happened_at", "capacity", "reason", "recorded_by")
    list_filter = ("is_open", "location__kind")
    list_select_related = ("location", "recorded_by")
    search_fields = ("location__code", "location__name")


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
