"""How views say what they need: every one declares a permission, or nobody gets in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from rest_framework.permissions import BasePermission

from labsys.lib import policy
from labsys.lib.errors import NotAllowed

View = Callable[..., HttpResponse]
ANYONE_LOGGED_IN = "anyone-logged-in"


class DeclaredPermission(BasePermission):
    """DRF views name their permissions in `permissions = {"GET": "assays.order.view", ...}`."""

    message = "Your role does not allow this."

    def has_permission(self, request: Any, view: Any) -> bool:
        declared: dict[str, str] = getattr(view, "permissions", {})
        name = declared.get("GET" if request.method in ("HEAD", "OPTIONS") else request.method)
        if name is None or request.user is None:
            return False
        return name == ANYONE_LOGGED_IN or policy.can(request.user, name)


def requires(permission: str) -> Callable[[View], View]:
    """Let a page in only for principals who hold `permission` within some reach.

    The page still asks `policy.check` or `policy.scope` for the objects it shows.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            allowed = permission == ANYONE_LOGGED_IN or policy.can(request.principal, permission)  # type: ignore[attr-defined]
            if not allowed:
                raise NotAllowed("Your role does not allow this page.")
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate
