"""Control materials, lots, names and targets: added and moved by actions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from assays.actions import controls
from assays.admin.assay_choice import OfAssayAdmin
from assays.admin.signed import SignedMovesAdmin
from assays.models import (
    ControlIdentifier,
    ControlLevel,
    ControlLot,
    ControlMaterial,
    ControlTarget,
)
from labsys.accounts.step_ups import StepUpForm
from labsys.lib.admin import Move, ReasonForm, RecordAdmin, RecordForm
from patients.forms import DayField, MomentField


@admin.register(ControlMaterial)
class ControlMaterialAdmin(RecordAdmin):
    """Products measured as controls."""

    add_permission = controls.STOCK
    add_fields = ("name", "maker", "matrix", "levels")
    list_display = ("name", "maker", "matrix", "levels", "is_active")
    ordering = ("name",)
    search_fields = ("name", "maker")

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> ControlMaterial:
        return controls.register_material(by=by, at=at, **data)


class LotForm(RecordForm):
    """A lot as it is printed on the box."""

    expires_on = DayField(label=_("Expires on"))


class OpenForm(forms.Form):
    """Asks when a lot was put into use."""

    opened_at = MomentField(label=_("Opened"))


@admin.register(ControlLot)
class ControlLotAdmin(RecordAdmin):
    """Lots of control material, from arrival to end."""

    form = LotForm
    add_permission = controls.STOCK
    add_fields = ("material", "number", "expires_on")
    list_display = ("material", "number", "expires_on", "opened_at", "ended_at")
    list_filter = (("ended_at", admin.EmptyFieldListFilter),)
    list_select_related = ("material",)
    ordering = ("-id",)
    search_fields = ("number", "material__name")
    moves = (
        Move(
            "open",
            _("Record the opening"),
            controls.STOCK,
            lambda *, obj, **given: controls.open_lot(lot=obj, **given),
            OpenForm,
            lambda lot: lot.opened_at is None and lot.ended_at is None,
        ),
        Move(
            "end",
            _("Take out of use"),
            controls.STOCK,
            lambda *, obj, **given: controls.end_lot(lot=obj, **given),
            ReasonForm,
            lambda lot: lot.ended_at is None,
            is_serious=True,
        ),
    )

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> ControlLot:
        return controls.register_lot(by=by, at=at, **data)


class NameForm(RecordForm):
    """A name as an instrument sends it."""

    named_since = MomentField(
        label=_("Since"), required=False, help_text=_("Left empty: from now on.")
    )
    takes_over = forms.BooleanField(
        label=_("Goes over from the level it means until now"), required=False
    )


class _OfLevels(OfAssayAdmin):
    """A form that offers the levels of lots in use."""

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "level":
            rows = ControlLevel.objects.filter(lot__ended_at=None)
            kwargs["queryset"] = rows.select_related("lot__material").order_by(
                "lot__material__name", "-lot_id", "number"
            )
        if db_field.name == "replaces":
            rows = ControlTarget.objects.filter(replaced_by=None)
            kwargs["queryset"] = rows.select_related(
                "level__lot__material", "assay__analyte"
            ).order_by("-id")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(ControlIdentifier)
class ControlIdentifierAdmin(_OfLevels):
    """How instruments name the levels of lots."""

    form = NameForm
    add_permission = controls.STOCK
    add_fields = ("level", "instrument", "value", "named_since", "takes_over")
    list_display = ("value", "level", "instrument", "since", "until")
    list_select_related = ("level__lot__material", "instrument")
    ordering = ("-id",)
    search_fields = ("value",)

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> ControlIdentifier:
        since = data.pop("named_since")
        return controls.name_level(by=by, at=at, since=since, **data)


@admin.register(ControlTarget)
class ControlTargetAdmin(SignedMovesAdmin, _OfLevels):
    """What levels should measure: fixed by one, signed by another, replaced by a new row."""

    add_permission = controls.TARGET
    add_fields = ("level", "assay", "instrument", "mean", "sd", "source", "note", "replaces")
    list_display = ("level", "assay", "instrument", "mean", "sd", "unit", "fixed_by", "signed_by")
    list_filter = (("signed_by", admin.EmptyFieldListFilter), "source")
    list_select_related = (
        *("level__lot__material", "assay__analyte", "instrument", "fixed_by", "signed_by"),
    )
    ordering = ("-id",)
    search_fields = ("=assay__analyte__code", "level__lot__number")
    moves = (
        Move(
            "sign",
            _("Sign"),
            controls.TARGET,
            lambda *, obj, **given: controls.sign(target=obj, **given),
            form=StepUpForm,
            applies=lambda target: target.signed_by_id is None,
        ),
    )

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> ControlTarget:
        return controls.fix(by=by, at=at, **data)
