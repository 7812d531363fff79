"""Logins: make one, give a new password, close and open it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from labsys.accounts.actions import users
from labsys.accounts.admin.secrets import shown_once
from labsys.accounts.models import User
from labsys.accounts.roles import EXCLUSIVE, LABELS, MACHINES, Role
from labsys.lib.admin import Move, ReasonForm, RecordAdmin, RecordForm

PASSWORD = _("Password of the login")
FOR_PEOPLE = [(role.value, LABELS[role]) for role in Role if role not in MACHINES]


class UserForm(RecordForm):
    """A new login, with the roles it starts with."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=FOR_PEOPLE,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("%(alone)s: held alone.")
        % {"alone": ", ".join(str(LABELS[role]) for role in sorted(EXCLUSIVE))},
    )


def _act(action: Any) -> Any:
    def act(*, obj: User, by: Any, at: datetime, reason: str) -> Any:
        return action(user=obj, by=by, at=at, reason=reason)

    return act


@admin.register(User)
class UserAdmin(RecordAdmin):
    """People who log in."""

    form = UserForm
    add_permission = "accounts.user.manage"
    add_fields = ("username", "full_name", "email", "roles")
    fields = ("username", "full_name", "email", "is_active", "held_roles", "password_changed_at")
    readonly_fields = ("held_roles",)
    list_display = ("username", "full_name", "held_roles", "is_active")
    list_filter = ("is_active",)
    search_fields = ("username", "full_name")
    ordering = ("username",)
    moves = (
        Move(
            name="reset-password",
            label=_("New password"),
            permission="accounts.user.manage",
            act=_act(users.reset_password),
            form=ReasonForm,
        ),
        Move(
            name="deactivate",
            label=_("Close this login"),
            permission="accounts.user.manage",
            act=_act(users.deactivate),
            form=ReasonForm,
            applies=lambda user: user.is_active,
            done=_("The login is closed; its sessions have ended."),
            is_serious=True,
        ),
        Move(
            name="reactivate",
            label=_("Open this login again"),
            permission="accounts.user.manage",
            act=_act(users.reactivate),
            form=ReasonForm,
            applies=lambda user: not user.is_active,
            done=_("The login is open again."),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request).select_related("principal")
        return rows.prefetch_related("principal__role_grants__revocation")

    @admin.display(description=_("roles"))
    def held_roles(self, user: User) -> str:
        grants = user.principal.role_grants.all()
        held = [grant.role for grant in grants if getattr(grant, "revocation", None) is None]
        return ", ".join(str(LABELS[Role(role)]) for role in sorted(held))

    def add(self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest) -> User:
        made = users.create(
            username=data["username"],
            full_name=data["full_name"],
            email=data["email"],
            first_roles=tuple(Role(role) for role in data["roles"]),
            by=by,
            at=at,
        )
        request.labsys_secret = made.password  # type: ignore[attr-defined]
        return made.user

    def response_add(self, request: HttpRequest, obj: User, *args: Any) -> HttpResponse:
        return self._show(request, obj, request.labsys_secret)  # type: ignore[attr-defined]

    def moved(self, request: HttpRequest, obj: User, move: Move, result: Any) -> HttpResponse:
        if move.name == "reset-password":
            return self._show(request, obj, result.password)
        return super().moved(request, obj, move, result)

    def _show(self, request: HttpRequest, user: User, password: str) -> HttpResponse:
        back = reverse("admin:accounts_user_change", args=[user.pk])
        return shown_once(
            request, self.admin_site, what=PASSWORD, secret=password, obj=user, back=back
        )
