"""Rules of quarantine and the room of places in the admin; rules are drafted on their page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from labsys.lib.admin import Move
from patients.actions import quarantine_capacities, quarantine_rules
from patients.admin.base import RegistryAdmin
from patients.forms import MomentField
from patients.models import QuarantineCapacity, QuarantineRule


class ApproveForm(forms.Form):
    in_force_from = MomentField(
        label=_("In force from"), required=False, help_text=_("Left empty: now.")
    )


def _approve(*, obj: QuarantineRule, by: Any, at: datetime, **given: Any) -> Any:
    return quarantine_rules.approve(rule=obj, by=by, at=at, **given)


@admin.register(QuarantineRule)
class QuarantineRuleAdmin(RegistryAdmin):
    """How long quarantine lasts for an agent, and what is asked before release."""

    fields = (
        *("agent", "kind", "days", "review_every_days", "criteria", "signs_gone", "until_lifted"),
        *("source", "approved_by", "approved_at", "in_force_from", "recorded_at", "recorded_by"),
    )
    list_display = ("agent", "kind", "days", "review_every_days", "in_force_from", "approved_by")
    list_filter = ("kind",)
    list_select_related = ("approved_by", "recorded_by")
    search_fields = ("agent",)
    moves = (
        Move(
            "approve",
            _("Approve"),
            quarantine_rules.APPROVE,
            _approve,
            ApproveForm,
            applies=lambda rule: rule.approved_at is None,
            done=_("The rule holds for orders from that moment on."),
        ),
    )


@admin.register(QuarantineCapacity)
class QuarantineCapacityAdmin(RegistryAdmin):
    """How many people a place takes, and since when."""

    add_permission = quarantine_capacities.CAPACITY
    begins_now = ("from_at",)
    add_fields = ("location", "places", "from_at", "note")
    fields = (*add_fields, "recorded_at", "recorded_by")
    list_display = ("location", "places", "from_at", "note")
    list_select_related = ("location", "recorded_by")

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> QuarantineCapacity:
        return quarantine_capacities.state(by=by, at=at, **data)
