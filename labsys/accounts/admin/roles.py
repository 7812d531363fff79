"""Roles as they were given and taken away."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from labsys.accounts.actions import roles
from labsys.accounts.models import RoleGrant
from labsys.accounts.roles import Role
from labsys.lib.admin import Move, ReasonForm, RecordAdmin


def _revoke(*, obj: RoleGrant, by: Any, at: datetime, reason: str) -> Any:
    return roles.revoke(grant=obj, by=by, at=at, reason=reason)


@admin.register(RoleGrant)
class RoleGrantAdmin(RecordAdmin):
    """Who holds which role, since when and by whom."""

    add_permission = "accounts.user.manage"
    add_fields = ("principal", "role")
    fields = ("principal", "role", "granted_by", "recorded_at", "in_force")
    readonly_fields = ("in_force",)
    list_display = ("principal", "role", "in_force", "recorded_at")
    list_filter = ("role",)
    list_select_related = ("principal", "revocation")
    ordering = ("-id",)
    moves = (
        Move(
            name="revoke",
            label=_("Take this role away"),
            permission="accounts.user.manage",
            act=_revoke,
            form=ReasonForm,
            applies=lambda grant: getattr(grant, "revocation", None) is None,
            done=_("The role is taken away; the person's sessions have ended."),
            is_serious=True,
        ),
    )

    @admin.display(description=_("in force"), boolean=True)
    def in_force(self, grant: RoleGrant) -> bool:
        return getattr(grant, "revocation", None) is None

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> RoleGrant:
        return roles.grant(principal=data["principal"], role=Role(data["role"]), by=by, at=at)
