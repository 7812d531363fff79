"""Quarantine in the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from labsys.lib.admin import Move
from patients.actions import quarantine
from patients.actions.quarantine import LIFT, ORDER
from patients.admin.base import WHY, PatientAdmin
from patients.forms import MomentField, now
from patients.models import QuarantineOrder


class LiftForm(forms.Form):
    lifted_at = MomentField(label=_("From when"), initial=now)
    reason = WHY


def _lift(*, obj: QuarantineOrder, by: Any, at: datetime, **given: Any) -> Any:
    return quarantine.lift(order=obj, by=by, at=at, **given)


def _is_liftable(order: QuarantineOrder) -> bool:
    # Which button to show; the action asks the database's clock.
    is_over = order.ends_at is not None and order.ends_at <= timezone.now()
    return getattr(order, "lift", None) is None and not is_over


class ForceFilter(admin.SimpleListFilter):
    """Orders in force now, or those that are over."""

    title = _("in force")
    parameter_name = "force"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("now", _("Now")), ("over", _("Over"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        over = Q(ends_at__lte=Now()) | Q(lift__isnull=False)
        if self.value() == "now":
            return queryset.filter(~over, starts_at__lte=Now())
        return queryset.filter(over) if self.value() == "over" else queryset


@admin.register(QuarantineOrder)
class QuarantineOrderAdmin(PatientAdmin):
    """Who is to stay apart, where and until when."""

    add_permission = ORDER
    begins_now = ("starts_at",)
    add_fields = (
        *("person", "kind", "location", "place", "agent", "reason"),
        *("starts_at", "ends_at"),
    )
    fields = ("patient", *add_fields[1:], "lifted", "recorded_at", "recorded_by")
    readonly_fields = ("patient", "lifted")
    list_display = ("patient", "kind", "location", "place", "starts_at", "ends_at", "lifted")
    list_filter = (ForceFilter, "kind")
    moves = (
        Move(
            "lift",
            _("Lift"),
            LIFT,
            _lift,
            LiftForm,
            applies=_is_liftable,
            done=_("The quarantine is lifted."),
            is_serious=True,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("location", "lift", "recorded_by")

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> QuarantineOrder:
        return quarantine.order(by=by, at=at, **data)

    @admin.display(description=_("lifted"))
    def lifted(self, order: QuarantineOrder) -> str:
        lift = getattr(order, "lift", None)
        return f"{timezone.localtime(lift.lifted_at):%Y-%m-%d %H:%M}: {lift.reason}" if lift else ""
