"""A full disk of the database: said while it lasts, an incident once it is over."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _

from assays.actions import nonconformities
from assays.models import Nonconformity
from assays.queries.full_disks import LOCK, number
from assays.rules.nonconformities import Kind, NonconformityStatus, Severity
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib.moments import stamp

_SAY = """
SELECT pg_advisory_lock_shared(%(lock)s, %(number)s) WHERE NOT EXISTS (
    SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()
        AND objsubid = 2 AND classid = %(lock)s AND objid::bigint = %(number)s)
"""
_UNSAY = "SELECT pg_advisory_unlock_shared(%(lock)s, %(number)s)"


def say(*, since: datetime) -> None:
    """Let every process see that nothing can be stored, as long as this connection stands."""
    _run(_SAY, since)


def unsay(*, since: datetime) -> None:
    """Say no more that nothing can be stored; it need not have been said on this connection."""
    _run(_UNSAY, since)


def _run(statement: str, since: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"lock": LOCK, "number": number(since)})


def report(*, since: datetime, by: Principal, at: datetime) -> None:
    """Open an incident about a disk that was full from `since` until now.

    Several listeners find the same, and a disk with little room is full again and again: while such
    an incident is being looked into there is no second.
    """
    with acting(by=by, at=at, action="assays.transmission.report_full_disk"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [LOCK + 1])
        told = Nonconformity.objects.filter(
            kind=Kind.INFORMATION_SYSTEM,
            instrument=None,
            recorded_by=by,
            status__in=(NonconformityStatus.OPEN, NonconformityStatus.INVESTIGATING),
        )
        if told.exists():
            return
        nonconformities.report(
            kind=Kind.INFORMATION_SYSTEM,
            severity=Severity.MAJOR,  # results came late
            summary=_(
                "The database's disk was full from %(since)s to %(until)s. Nothing that instruments "
                "sent then was acknowledged: they keep it and send it again. Look for instruments "
                "that gave up."
            )
            % {"since": stamp(since), "until": stamp(at)},
            by=by,
            at=at,
        )
