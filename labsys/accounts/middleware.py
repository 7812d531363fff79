"""Who acts in this request."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from labsys.accounts.models import Principal


def principal_of(request: HttpRequest) -> Principal | None:
    """Return the principal of the logged-in person, or None."""
    user = request.user
    return user.principal if user.is_authenticated else None


class PrincipalMiddleware:
    """Sets `request.principal`; roles are read afresh in every request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.principal = SimpleLazyObject(lambda: principal_of(request))  # type: ignore[attr-defined]
        return self.get_response(request)
