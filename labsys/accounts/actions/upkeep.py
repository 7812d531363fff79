"""Clearing away: the tables of failed attempts, sessions and logins stay small."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from labsys.accounts.models import LoginSession, Principal

ATTEMPTS_KEPT_FOR = timedelta(hours=1)  # longer than any lockout
# Somebody who tries ever new names fills the table of attempts; the newest that count are kept.
MOST_ATTEMPTS = 50_000
LOGINS_KEPT_FOR = timedelta(days=400)

_ATTEMPTS = """
DELETE FROM axes_accessattempt WHERE attempt_time < %s
    OR id <= (SELECT id FROM axes_accessattempt ORDER BY id DESC OFFSET %s LIMIT 1)
"""
_SESSIONS = "DELETE FROM django_session WHERE expire_date < %s"


def forget_old(*, by: Principal, at: datetime) -> None:
    """Remove failed attempts past the lockout, expired sessions, and logins of last year."""
    with connection.cursor() as cursor:
        cursor.execute(_ATTEMPTS, [at - ATTEMPTS_KEPT_FOR, MOST_ATTEMPTS])
        cursor.execute(_SESSIONS, [at])
    LoginSession.objects.filter(started_at__lt=at - LOGINS_KEPT_FOR).delete()
