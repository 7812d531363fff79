"""Who calls the API: an instrument by its key, or a person by their session."""

from __future__ import annotations

from typing import Any

from django.db.models.functions import Now
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed

from labsys.accounts import addresses
from labsys.accounts.actions import keys
from labsys.accounts.models import AccessKey, Principal
from labsys.accounts.rules.networks import within

SCHEME = "Instrument"


class AccessKeyAuthentication(BaseAuthentication):
    """`Authorization: Instrument <key>`; the key is compared by its sha256."""

    def authenticate_header(self, request: Any) -> str:
        return SCHEME

    def authenticate(self, request: Any) -> tuple[Principal, AccessKey] | None:
        scheme, _space, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != SCHEME.lower():
            return None
        digest = keys.digest(token.strip())
        key = (
            AccessKey.objects.valid(at=Now())
            .select_related("principal")
            .filter(digest=digest)
            .first()
        )
        if key is None:
            raise AuthenticationFailed("This key is not known, has expired or was revoked.")
        if key.networks and not within(addresses.of_request(request) or "", key.networks):
            raise AuthenticationFailed("This key may not be used from this address.")
        return key.principal, key


class PersonAuthentication(SessionAuthentication):
    """A logged-in person; unsafe methods need the CSRF token."""

    def authenticate(self, request: Any) -> tuple[Principal, None] | None:
        user = getattr(request._request, "user", None)
        if not user or not user.is_authenticated:
            return None
        self.enforce_csrf(request)
        return user.principal, None

    def authenticate_header(self, request: Any) -> str:
        return SCHEME
