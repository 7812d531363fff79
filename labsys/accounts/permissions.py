"""How views say what they need: every one declares a permission, or nobody gets in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from rest_framework.permissions import BasePermission

from labsys.lib import policy
from labsys.lib.errors import NotAllowed

View = Callable[..., HttpResponse]
ANYONE = "anyone"  # no login at all; tests/architecture pins the list
ANYONE_LOGGED_IN = "anyone-logged-in"
OWN_ACCOUNT = "own-account"  # logged in, also while a new password is due
NOT_PERMISSIONS = frozenset({ANYONE, ANYONE_LOGGED_IN, OWN_ACCOUNT})
METHODS = ("GET", "POST")


class DeclaredPermission(BasePermission):
    """DRF views name their permissions in `permissions = {"GET": "assays.order.view", ...}`."""

    message = "Your role does not allow this."

    def has_permission(self, request: Any, view: Any) -> bool:
        named: dict[str, str] = getattr(view, "permissions", {})
        name = named.get("GET" if request.method in ("HEAD", "OPTIONS") else request.method)
        if name == ANYONE:
            return True
        if name is None or request.user is None or _owes_password(request):
            return False
        return name in NOT_PERMISSIONS or policy.can(request.user, name)


def _owes_password(request: Any) -> bool:
    """Return whether a person calls whose password was given by somebody else."""
    user = None if request.auth is not None else getattr(request._request, "user", None)
    return getattr(user, "must_change_password", False)


def requires(permission: str, *, post: str | None = None) -> Callable[[View], View]:
    """Let a page in only for principals who hold `permission` within some reach.

    `post` names another permission for POST, where looking and doing differ. The page still asks
    `policy.check` or `policy.scope` for the objects it shows.
    """

    def decorate(view: View) -> View:
        named = {"GET": permission, "POST": post or permission}

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            name = named["POST" if request.method == "POST" else "GET"]
            if name == ANYONE:
                return view(request, *args, **kwargs)
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if name != OWN_ACCOUNT and request.user.must_change_password:
                return redirect("password_change")
            if not (name in NOT_PERMISSIONS or policy.can(request.principal, name)):  # type: ignore[attr-defined]
                raise NotAllowed(_("Your role does not allow this page."))
            return view(request, *args, **kwargs)

        guarded.permissions = named  # type: ignore[attr-defined]
        return guarded

    return decorate


def requires_by(parameter: str, permissions: Mapping[str, str]) -> Callable[[View], View]:
    """Let a page in by a permission that its address names, such as the move of a result."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if kwargs[parameter] not in permissions:
                raise Http404
            return requires(permissions[kwargs[parameter]])(view)(request, *args, **kwargs)

        guarded.permissions_by = (parameter, permissions)  # type: ignore[attr-defined]
        return guarded

    return decorate


def open_to_anyone(view: View) -> View:
    """Say that a page needs no login (the pinned list of tests/architecture must name it)."""
    return requires(ANYONE)(view)


def polled(view: View) -> View:
    """Say that pages ask for this by themselves: it never counts as use of a login."""
    view.is_poll = True  # type: ignore[attr-defined]
    return view


def declared(view: Any) -> Mapping[str, str]:
    """Return method -> permission as a view of ours (a page or a DRF class) declares them."""
    holder = getattr(view, "cls", None) or view
    found: Mapping[str, str] = getattr(holder, "permissions", {})
    return found
