"""Agents and the rules of follow-up in the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from labsys.lib.admin import Move
from patients.actions import agents
from patients.admin.base import RegistryAdmin
from patients.forms import MomentField
from patients.models import Agent, FollowUpRule


class ApproveForm(forms.Form):
    in_force_from = MomentField(
        label=_("In force from"), required=False, help_text=_("Left empty: now.")
    )


class ApprovalFilter(admin.SimpleListFilter):
    """Drafts that wait for a second person, and rules that were approved."""

    title = _("approval")
    parameter_name = "approval"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("Waiting")), ("given", _("Approved")), ("ahead", _("Not yet in force"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        conditions = {
            "open": Q(approved_at=None),
            "given": Q(approved_at__isnull=False),
            "ahead": Q(in_force_from__gt=Now()),
        }
        chosen = conditions.get(self.value() or "")
        return queryset if chosen is None else queryset.filter(chosen)


def _approve(*, obj: FollowUpRule, by: Any, at: datetime, **given: Any) -> Any:
    return agents.approve_rule(rule=obj, by=by, at=at, **given)


@admin.register(Agent)
class AgentAdmin(RegistryAdmin):
    """What people are exposed to."""

    add_permission = agents.MANAGE
    add_fields = ("code", "name")
    fields = ("code", "name", "recorded_at", "recorded_by")
    list_display = ("code", "name")
    search_fields = ("code", "name")
    ordering = ("name",)

    def add(self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest) -> Agent:
        return agents.add(by=by, at=at, **data)


@admin.register(FollowUpRule)
class FollowUpRuleAdmin(RegistryAdmin):
    """For how long and how often those exposed are visited; one person drafts, another approves."""

    add_permission = agents.DRAFT
    add_fields = ("agent", "days", "visits_per_day", "source")
    fields = (
        *add_fields,
        *("recorded_by", "recorded_at", "approved_by", "approved_at", "in_force_from"),
    )
    list_display = (
        "agent",
        "days",
        "visits_per_day",
        "recorded_by",
        "approved_by",
        "in_force_from",
    )
    list_select_related = ("agent", "recorded_by", "approved_by")
    list_filter = (ApprovalFilter,)
    moves = (
        Move(
            "approve",
            _("Approve"),
            agents.APPROVE,
            _approve,
            ApproveForm,
            applies=lambda rule: rule.approved_at is None,
            done=_("The rule is approved."),
        ),
    )

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> FollowUpRule:
        return agents.draft_rule(by=by, at=at, **data)
