"""Signing as a member of the demo's staff: they log in, and give their password again."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from assays.actions.signatures import Signing
from assays.rules.signatures import Meaning
from labsys.accounts.actions import sessions, step_ups
from labsys.accounts.models import LoginSession
from labsys.accounts.rules.sessions import EndReason
from labsys.lib.clock import database_now
from labsys.web.demo import files
from labsys.web.demo.people import principal


@contextmanager
def login(username: str) -> Iterator[LoginSession]:
    """Be logged in as one of the staff; other logins of theirs stay as they are."""
    by = principal(username)
    session = sessions.start(
        user=by.user,
        session_key=secrets.token_urlsafe(32),
        address=None,
        by=by,
        at=database_now(),
    )
    try:
        yield session
    finally:
        sessions.end(session=session, reason=EndReason.LOGOUT, by=by, at=database_now())


def sign(session: LoginSession, meaning: Meaning = Meaning.RELEASED) -> Signing:
    """Give the password again, and say what the signature means."""
    user = session.user
    step_up = step_ups.confirm(
        session=session,
        password=files.password_of(user.username),
        by=user.principal,
        at=database_now(),
    )
    return Signing(step_up, meaning)
