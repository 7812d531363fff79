"""The door between Django's sessions and the logins that labsys keeps."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from labsys.accounts import addresses, queries
from labsys.accounts.actions import sessions
from labsys.accounts.models import LoginSession, User
from labsys.accounts.rules.sessions import EndReason, lapse
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict


def begin(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Record the login that Django has just let in (receiver of `user_logged_in`)."""
    key = request.session.session_key
    if key is None or LoginSession.objects.filter(session_key=sessions.digest(key)).exists():
        # A person who logs in again without logging out gets a new key as well.
        request.session.cycle_key()
    sessions.start(
        user=user,
        session_key=request.session.session_key,
        address=addresses.of_request(request),
        by=user.principal,
        at=database_now(),
    )


def finish(request: HttpRequest, *, reason: EndReason) -> None:
    """End the login of this request, as its person asked."""
    login = current(request)
    if login is not None:
        try:
            sessions.end(
                session=login.session,
                reason=reason,
                by=login.session.user.principal,
                at=login.at,
            )
        except Conflict:
            pass  # ended meanwhile, by somebody else
    request.session.flush()


def current(request: HttpRequest) -> queries.Login | None:
    """Return the login of this request while it lasts; one that has lapsed is ended here."""
    if SESSION_KEY not in request.session or BACKEND_SESSION_KEY not in request.session:
        return None
    found = queries.open_login(
        key_digest=sessions.digest(request.session.session_key or ""),
        user_id=int(request.session[SESSION_KEY]),
    )
    if found is None or not _is_open_to(request, found):
        request.session.flush()
        return None
    return found


def person(request: HttpRequest) -> User | AnonymousUser:
    """Return who is logged in; the login stays at hand, so that its use can be recorded."""
    found = current(request)
    request.labsys_login = found  # type: ignore[attr-defined]
    return AnonymousUser() if found is None else found.session.user


def _is_open_to(request: HttpRequest, found: queries.Login) -> bool:
    user = found.session.user
    reason = lapse(
        started_at=found.session.started_at,
        seen_at=found.session.seen_at,
        at=found.at,
        limits=sessions.limits(),
    )
    if not constant_time_compare(
        request.session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()
    ):
        reason = EndReason.PASSWORD
    if not (user.is_active and user.principal.is_active):
        reason = EndReason.DEACTIVATED
    if reason is None:
        return True
    try:
        sessions.end(session=found.session, reason=reason, by=user.principal, at=found.at)
    except Conflict:
        pass  # ended meanwhile
    return False
