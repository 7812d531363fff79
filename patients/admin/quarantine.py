"""Quarantine in the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from labsys.lib.admin import Move
from patients.actions import quarantine
from patients.actions.quarantine import LIFT, ORDER
from patients.admin.base import WHY, PatientAdmin
from patients.forms import MomentField, now
from patients.models import (
    QuarantineBreach,
    QuarantineExtension,
    QuarantineOrder,
    QuarantineReview,
)
from patients.queries.quarantine import EXTENSIONS, value
from patients.rules.quarantine import State


class LiftForm(forms.Form):
    lifted_at = MomentField(label=_("From when"), initial=now)
    reason = WHY


def _lift(*, obj: QuarantineOrder, by: Any, at: datetime, **given: Any) -> Any:
    return quarantine.lift(order=obj, by=by, at=at, **given)


def _is_liftable(order: QuarantineOrder) -> bool:
    # Which button to show; the action asks the database's clock.
    return value(order).state(at=timezone.now()) not in (State.ENDED, State.LIFTED)


class ForceFilter(admin.SimpleListFilter):
    """Orders in force now, or those that are over."""

    title = _("in force")
    parameter_name = "force"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("now", _("Now")), ("over", _("Over"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        standing = QuarantineExtension.objects.standing()
        later = standing.filter(order=OuterRef("pk"), ends_at__gt=Now())
        over = (Q(ends_at__lte=Now()) & ~Exists(later)) | Q(lift__isnull=False)
        if self.value() == "now":
            return queryset.filter(~over, starts_at__lte=Now())
        return queryset.filter(over) if self.value() == "over" else queryset


class Shown(admin.TabularInline):  # type: ignore[type-arg]
    """Rows of an order, to look at: its page records them."""

    ordering = ("pk",)
    extra = 0
    can_delete = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("order__person", "recorded_by")


class ExtensionInline(Shown):
    """What moved the end later, and when that became known."""

    model = QuarantineExtension
    fields = ("ends_at", "recorded_at", "recorded_by")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).standing()


class ReviewInline(Shown):
    """Who looked at whether it goes on, and what was found."""

    model = QuarantineReview
    fields = ("reviewed_at", "outcome", "signs", "findings", "recorded_at", "recorded_by")


class BreachInline(Shown):
    """What was seen, with what was taken back since."""

    model = QuarantineBreach
    fields = ("seen_at", "kind", "place", "witness", "note", "is_retraction", "recorded_by")


@admin.register(QuarantineOrder)
class QuarantineOrderAdmin(PatientAdmin):
    """Who is to stay apart, where and until when."""

    add_permission = ORDER
    begins_now = ("starts_at",)
    add_fields = (
        *("person", "kind", "location", "place", "agent", "reason"),
        *("starts_at", "ends_at"),
    )
    fields = (
        *("patient", *add_fields[1:], "rule", "basis", "derived_ends_at", "end"),
        *("lifted", "recorded_at", "recorded_by"),
    )
    readonly_fields = ("patient", "end", "lifted")
    list_display = ("patient", "kind", "location", "place", "starts_at", "end", "lifted")
    list_filter = (ForceFilter, "kind")
    list_relations = ("person", "location", "lift", "rule")
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
        return (
            super()
            .get_queryset(request)
            .select_related("location", "lift", "recorded_by", "rule", "basis__person")
            .prefetch_related(EXTENSIONS)
        )

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return () if obj is None else (ExtensionInline, ReviewInline, BreachInline)

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> QuarantineOrder:
        return quarantine.order(by=by, at=at, **data)

    @admin.display(description=_("end in force"), ordering="ends_at")
    def end(self, order: QuarantineOrder) -> str:
        ends_at = value(order).ends(at=timezone.now())
        return "" if ends_at is None else f"{timezone.localtime(ends_at):%Y-%m-%d %H:%M}"

    @admin.display(description=_("lifted"))
    def lifted(self, order: QuarantineOrder) -> str:
        lift = getattr(order, "lift", None)
        return f"{timezone.localtime(lift.lifted_at):%Y-%m-%d %H:%M}: {lift.reason}" if lift else ""
