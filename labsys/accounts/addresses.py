"""The address a request comes from, as the lockout, keys and logins see it."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from labsys.accounts.rules.networks import client_address


def of_request(request: HttpRequest) -> str | None:
    """Return the sender's address; a proxy is believed only if LABSYS_TRUSTED_PROXIES names it."""
    return client_address(
        peer=request.META.get("REMOTE_ADDR", ""),
        forwarded=request.META.get("HTTP_X_FORWARDED_FOR", ""),
        trusted=settings.TRUSTED_PROXIES,
    )
