"""Who acts in this request."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.functional import SimpleLazyObject

from labsys.accounts import logins
from labsys.accounts.actions import sessions
from labsys.accounts.models import Principal
from labsys.lib import policy

POLL_HEADER = "X-Labsys-Poll"


class LoginMiddleware(AuthenticationMiddleware):
    """Sets `request.user` to the person whose login the cookie names, while that login lasts.

    Nothing is read before somebody asks who it is: /healthz and static files cost no query.
    """

    def process_request(self, request: HttpRequest) -> None:
        request.user = SimpleLazyObject(lambda: logins.person(request))  # type: ignore[assignment]


def principal_of(request: HttpRequest) -> Principal | None:
    """Return the principal of the logged-in person, or None."""
    user = request.user
    if not user.is_authenticated:
        return None
    if request.method in ("GET", "HEAD"):
        policy.keep(user.principal)
    return user.principal


class PrincipalMiddleware:
    """Sets `request.principal` and records the use of logins.

    A request that a page sends by itself (its view says so, or the header does) is no use of the
    login: an unattended screen ends like any other.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.principal = SimpleLazyObject(lambda: principal_of(request))  # type: ignore[attr-defined]
        response = self.get_response(request)
        login = getattr(request, "labsys_login", None)
        if login is not None:
            patch_cache_control(response, no_store=True, private=True)
            if not is_poll(request):
                sessions.use(session=login.session, by=login.session.user.principal, at=login.at)
        return response


def is_poll(request: HttpRequest) -> bool:
    """Return whether the page asked for this by itself."""
    match = request.resolver_match
    view_polls = match is not None and getattr(match.func, "is_poll", False)
    return view_polls or POLL_HEADER in request.headers
